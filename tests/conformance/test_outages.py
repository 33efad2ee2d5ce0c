"""What a worker depends on goes away under load: PostgreSQL stopped and killed, the broker killed, the broker wiped."""

import pytest

from tests.conformance.agency import relaying
from tests.conformance.alarms import alarm, alarms
from tests.conformance.audit import audit, heard_everything
from tests.conformance.patience import ROUNDS, until
from tests.conformance.scene import Scene, trickling
from tests.conformance.worker import Worker

pytestmark = pytest.mark.slow


async def test_while_postgresql_is_away_events_wait_and_then_are_decided_once(scene: Scene) -> None:
    """INVARIANT: nothing is acknowledged that is not stored — broken by leaving the agent's body, or giving up on what time heals."""
    worker = await scene.worker()
    postgres = scene.servers.postgres
    for number in range(ROUNDS):
        async with trickling(scene, alarms(len(scene.events))):
            await scene.eyes.until_decided(len(scene.events) + 5)
            await (postgres.stop() if number % 2 == 0 else postgres.kill())
            await _noticed(worker)
            await postgres.start()
        await scene.settled()
    await audit(scene)


async def _noticed(worker: Worker) -> None:
    """It could not store something, or has died of it."""
    retries, restarts = worker.said()["deliver_retry"], worker.status.restarts
    await until(lambda: worker.said()["deliver_retry"] > retries or worker.status.restarts > restarts)


@pytest.mark.usefixtures("new_brokers")
async def test_a_broker_that_is_killed_and_comes_back_costs_nothing(scene: Scene) -> None:
    """INVARIANT: the road may break — broken by a consumer that stays dead, or a relay that forgets what was not acknowledged."""
    await scene.worker()
    for _ in range(ROUNDS // 2):
        async with trickling(scene, alarms(len(scene.events))):
            await scene.eyes.until_decided(len(scene.events) + 5)
            await scene.servers.kafka.kill()
            await scene.servers.kafka.start()
        await scene.settled()
    await audit(scene)


async def test_brokers_that_lost_everything_are_filled_again(scene: Scene) -> None:
    """INVARIANT: Kafka is only the road — broken by a reader that trusts an old offset, or a relay that takes a new log for the old one."""
    worker = await scene.worker()
    async with relaying(scene) as police:
        await police.state(*(alarm(key) for key in range(30)))
        await scene.settled()
        worker.freeze()
        await police.state(*(alarm(key) for key in range(30, 50)))
        await police.all_sent()
        await scene.servers.kafka.wipe()
        worker.thaw()
        await police.state(*(alarm(key) for key in range(50, 60)))
        await scene.servers.kafka.start()
        await scene.ground.other_agencies_restore()
        await police.state(*(alarm(key) for key in range(60, 80)))
        await scene.settled()
        await heard_everything(scene)
        await police.state(*(alarm(key) for key in range(80, 90)))
        await scene.settled()
    await audit(scene, ordered=False)
