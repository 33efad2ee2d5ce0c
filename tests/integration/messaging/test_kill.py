import asyncio
import os
import signal
import sys
from pathlib import Path

from infra.embedded import Servers
from infra.postgres.pool import Pool
from tests.integration.messaging.mail import ANSWERS, Noting, effects, told
from tests.integration.messaging.road import consuming, handled, produce, running
from tests.servers import Database, Topics, until

ROOT = Path(__file__).parents[3]
TOTAL, KILLS = 400, 4


async def start_victim(servers: Servers, database: Database, topic: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.integration.messaging.victim", database.dsn("xt_police"), servers.bootstrap[0], topic,
        cwd=ROOT, stderr=asyncio.subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


async def test_killed_again_and_again_under_load_every_event_has_its_effect_once(
    servers: Servers, database: Database, pool: Pool, police: Pool, topics: Topics
) -> None:
    """INVARIANT: kill -9 anywhere: 0 lost, 0 doubled, order kept — broken by any commit between inbox and outbox."""
    topic, answers = await topics.make("told", partitions=2), await topics.make(ANSWERS, exact=True)
    events = [told(number, incident=f"incident-{number % 7}") for number in range(TOTAL)]
    async with running(consuming(servers, pool, Noting(), answers)):
        for turn in range(KILLS):
            victim = await start_victim(servers, database, topic)
            await produce(servers, topic, events[turn * TOTAL // KILLS : (turn + 1) * TOTAL // KILLS])
            wanted = (turn * TOTAL + TOTAL // 2) // KILLS

            async def some(wanted: int = wanted) -> bool:
                return len(await effects(police)) > wanted

            await until(some)
            victim.send_signal(signal.SIGKILL)
            await victim.wait()
        victim = await start_victim(servers, database, topic)
        try:
            told_numbers = await handled(police, TOTAL)
            answered = await handled(pool, TOTAL)
        finally:
            victim.send_signal(signal.SIGKILL)
            await victim.wait()
    for numbers in (told_numbers, answered):
        assert sorted(numbers) == list(range(TOTAL))
        for incident in range(7):
            mine = [number for number in numbers if number % 7 == incident]
            assert mine == sorted(mine)
    assert await pool.fetchval("select count(*) from dead_letters") == 0
    assert await police.fetchval("select count(*) from dead_letters") == 0
