"""Several workers share the partitions: one joins, leaves, joins again and is killed, under load and without losing the order."""

import pytest

from tests.conformance.alarms import histories
from tests.conformance.audit import audit
from tests.conformance.patience import ROUNDS, until
from tests.conformance.scene import Scene, trickling
from tests.conformance.worker import Worker

pytestmark = pytest.mark.slow

SIDE_BY_SIDE, PAUSE = 4, 0.1
"""Incidents that are under way side by side, and the seconds between their next statements."""


async def test_partitions_that_change_hands_keep_every_event_once_and_in_order(scene: Scene) -> None:
    """INVARIANT: an incident's events are decided in their order — broken by two workers that decide, or one that goes on after it lost."""
    await scene.worker("first")
    second = await scene.worker("second")
    async with trickling(scene, histories(SIDE_BY_SIDE), pause=PAUSE):
        for number in range(ROUNDS):
            await _takes_part(second)
            if number % 2 == 0:
                assert await second.stop() == 0
                await second.start()
            else:
                await second.kill()
        await _takes_part(second)
    await scene.settled()
    await audit(scene)


async def _takes_part(worker: Worker) -> None:
    before = worker.said()["event_decided"]
    await until(lambda: worker.said()["event_decided"] > before)
