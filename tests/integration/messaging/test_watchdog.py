import asyncio
from typing import Any

import pytest

from infra.embedded import Servers
from infra.messaging.watchdog import STUCK, Watchdog
from infra.postgres.pool import Pool
from tests.integration.messaging.mail import Noting, answer
from tests.integration.messaging.road import consuming, handled, produce, running
from tests.servers import Database, Topics, until


@pytest.fixture
async def topic(topics: Topics) -> str:
    return await topics.make("watched", partitions=2)


def watchdog(servers: Servers, database: Database, topic: str, left: list[int], **more: Any) -> Watchdog:
    return Watchdog(
        servers.bootstrap, group="routing", topics=[topic], dsn=database.dsn("xt_routing"), every=0.05, leave=left.append, **more
    )


async def ended(dog: Watchdog) -> None:
    dog.stop()
    assert await asyncio.to_thread(dog.join, 30)


async def test_a_consumer_that_hangs_ends_the_process(servers: Servers, database: Database, pool: Pool, topic: str) -> None:
    left: list[int] = []
    await produce(servers, topic, [answer(1)])
    dog = watchdog(servers, database, topic, left, patience=0.3)
    assert dog.alive()
    dog.start()
    await until(lambda: STUCK in left)
    assert not dog.alive()
    await ended(dog)


async def test_a_consumer_that_works_or_rests_is_left_alone(servers: Servers, database: Database, pool: Pool, topic: str) -> None:
    left: list[int] = []
    dog = watchdog(servers, database, topic, left, patience=5.0)
    async with running(consuming(servers, pool, Noting(), topic)):
        await produce(servers, topic, [answer(number) for number in range(3)])
        await handled(pool, 3)
        dog.start()
        await produce(servers, topic, [answer(9)])
        await handled(pool, 4)
    assert left == []
    assert dog.alive()
    await ended(dog)


async def test_the_partitions_of_other_workers_are_not_its_business(servers: Servers, database: Database, pool: Pool, topic: str) -> None:
    left: list[int] = []
    await produce(servers, topic, [answer(1)])
    seen: list[tuple[str, int]] = []

    def mine(place: tuple[str, int]) -> bool:
        seen.append(place)
        return False

    dog = watchdog(servers, database, topic, left, patience=0.1, mine=mine)
    dog.start()
    await until(lambda: len(seen) > 20)
    assert left == []
    await ended(dog)


async def test_while_postgresql_is_away_nobody_is_blamed(servers: Servers, database: Database, pool: Pool, topic: str) -> None:
    left: list[int] = []
    await produce(servers, topic, [answer(1)])
    dog = Watchdog(
        servers.bootstrap, group="routing", topics=[topic], dsn="postgresql://xt_routing:x@127.0.0.1:9/none", every=0.01, patience=0.05,
        leave=left.append,
    )  # fmt: skip
    dog.start()
    await until(lambda: dog.rounds > 5)
    assert left == []
    assert dog.alive()
    await ended(dog)
