"""How a worker may end under load: killed between commit and acknowledgement, asked to stop, ended by its watchdog."""

import pytest

from infra.messaging.watchdog import STUCK
from infra.postgres.pool import connect
from tests.conformance.alarms import ALARMS, alarm, alarms, history, number_of
from tests.conformance.audit import audit
from tests.conformance.patience import ROUNDS, until
from tests.conformance.scene import Scene, trickling
from tests.conformance.worker import Worker

pytestmark = pytest.mark.slow

BURST, TRIES = 20, 10
LOCKED, LONGER_THAN_A_REBALANCE = 5000, "9"


async def test_killed_between_commit_and_acknowledgement_nothing_is_lost_or_doubled(scene: Scene) -> None:
    """INVARIANT: what is committed is never done again — broken by effects without inbox rows, or by acknowledging before the commit."""
    worker = await scene.worker()
    for _ in range(ROUNDS):
        await _freeze_unacknowledged(scene, worker)
        await worker.kill()
    await scene.settled()
    await audit(scene)


async def _freeze_unacknowledged(scene: Scene, worker: Worker) -> None:
    """Stop the process at a moment when PostgreSQL holds effects of records that Kafka has not been told of."""
    for _ in range(TRIES):
        before = await scene.eyes.decided()
        await scene.state(*(alarm(len(scene.events) + number) for number in range(BURST)))
        await scene.eyes.until_decided(before + 1)
        worker.freeze()
        told = await scene.ground.committed("routing", ALARMS)
        read = await scene.eyes.rows("select partition, next_offset from ledger where consumer = 'routing' and topic = $1", ALARMS)
        known = {place.partition: offset for place, offset in told.items()}
        if any(row["next_offset"] > known.get(row["partition"], -1) for row in read):
            return
        worker.thaw()
    raise AssertionError("every acknowledgement came before it could be cut off")


async def test_asked_to_stop_under_load_it_stops_clean(scene: Scene) -> None:
    """INVARIANT: a deployment loses nothing — broken by a stop that acknowledges what was cancelled, or waits for ever."""
    worker = await scene.worker()
    async with trickling(scene, alarms()):
        for _ in range(ROUNDS):
            await scene.eyes.until_decided(await scene.eyes.decided() + 5)
            assert await worker.terminate() == 0
    await scene.settled()
    await audit(scene)


async def test_an_offset_that_kafka_was_told_too_early_is_not_believed(scene: Scene) -> None:
    """INVARIANT: where to read on is the ledger's word — broken by a worker that starts where Kafka thinks it was."""
    worker = await scene.worker()
    await scene.state(*(alarm(key) for key in range(BURST)))
    await scene.settled()
    assert await worker.stop() == 0
    await scene.state(*(alarm(key) for key in range(BURST, 2 * BURST)))
    await scene.ground.commit("routing", await scene.ground.ends([ALARMS]))
    await worker.start()
    await scene.settled()
    await audit(scene)


async def test_its_watchdog_ends_a_worker_whose_handler_hangs(scene: Scene) -> None:
    """INVARIANT: nobody stands still for ever — broken by a watchdog that takes the movement of another worker for its own."""
    workers = [await scene.worker(name, patience_seconds=LONGER_THAN_A_REBALANCE) for name in ("one", "two")]
    first, *later = history(LOCKED)
    await scene.state(first)
    async with trickling(scene, alarms(), pause=0.1):
        await until(lambda: all(worker.said()["event_decided"] > 0 for worker in workers))
        async with connect(scene.database.owner_dsn, application="test", search_path="routing") as owner:
            held = owner.transaction()
            await held.start()
            await owner.execute("select 1 from incidents where key = $1 for update", number_of(LOCKED))
            await scene.state(*later)
            await until(lambda: any(worker.status.last_exit == STUCK for worker in workers))
            await held.rollback()
    await scene.settled()
    await audit(scene)
