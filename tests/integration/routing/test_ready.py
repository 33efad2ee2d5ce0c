"""A worker says that it is ready when it reads, and not when it merely runs."""

from infra.messaging.ledger import Place
from services.routing.run import Parts
from services.routing.world import Reference
from tests.integration.routing.town import CALENDARS, SHELF, Town


async def test_a_worker_is_not_ready_before_it_reads_and_stays_ready_when_kafka_goes(town: Town) -> None:
    """INVARIANT: whoever waits for a worker finds one that routes — broken by answering ready before the group gave it its logs."""
    parts = Parts(town.pool, Reference(SHELF, CALENDARS))
    given: set[Place] = set()
    parts.reads = lambda: bool(given)
    assert await parts.missing() == ["kafka"]
    given.add(("xietong.police.alarm.v1", 0))
    assert await parts.missing() == []
    given.clear()
    assert await parts.missing() == []


async def test_a_worker_that_waits_for_the_database_is_not_ready(town: Town) -> None:
    parts = Parts(town.pool, Reference(SHELF, CALENDARS))
    parts.waiting = True
    assert await parts.missing() == ["postgresql"]
