"""Merged incidents are one in the figures of incidents, and two in everything that is owed."""

from typing import Any

import pytest

from infra.postgres.unit_of_work import unit_of_work
from services.routing.core.sla.periods import month_named
from services.routing.core.sla.shapes import Reach, Report
from services.routing.sla.figures import make_report
from tests.integration.routing.linked_town import Linked
from tests.integration.routing.town import Town, reference
from tests.unit.routing.core.places import POLICE_110, RAISED, SCHOOL, STATION


@pytest.fixture
async def linked(town: Town) -> Linked:
    return Linked(town)


async def figures(linked: Linked, scope: str = "") -> Report:
    async with unit_of_work(linked.town.pool) as uow:
        directory = (await reference().current(uow)).directory
        return await make_report(uow, directory, month_named("2026-09"), "desk", Reach(scope))


async def counts(linked: Linked, scope: str = "") -> tuple[int, int]:
    incidents = (await figures(linked, scope)).incidents
    return incidents.reported, incidents.counted


async def test_two_reports_are_counted_as_one_while_they_are_merged(linked: Linked) -> None:
    alarm, report = await linked.both()
    assert await counts(linked) == (2, 2)
    await linked.gives(await linked.link(alarm, report, SCHOOL, "related"))
    assert await counts(linked) == (2, 2)
    await linked.gives(await linked.link(alarm, report, SCHOOL, "same", revision=2))
    assert await counts(linked) == (2, 1)
    await linked.gives(await linked.part(alarm, report, SCHOOL, revision=3))
    assert await counts(linked) == (2, 2)


async def test_what_desks_owe_is_counted_for_each(linked: Linked) -> None:
    """INVARIANT: a merge takes no duty out of the figures — broken by counting signatures by happening."""
    alarm, report = await linked.both()
    await linked.town.deliver_all()
    before = (await figures(linked)).actual
    await linked.gives(await linked.link(alarm, report, SCHOOL))
    assert (await figures(linked)).actual == before


async def test_a_chain_is_one_and_a_ring_too_until_it_falls_apart(linked: Linked) -> None:
    events = [await linked.fight(number, kind="theft") for number in range(1, 4)]
    await linked.gives(*events)
    one, two, three = [await linked.incident(event) for event in events]

    async def merge(low: str, high: str) -> Any:
        return await linked.gives(await linked.link(low, high, STATION, revision=0))

    await merge(one, two)
    await merge(two, three)
    assert await counts(linked) == (3, 1)
    await merge(one, three)
    assert await counts(linked) == (3, 1)
    await linked.gives(await linked.part(one, two, STATION, revision=1))
    assert await counts(linked) == (3, 1)
    await linked.gives(await linked.part(two, three, STATION, revision=1))
    assert await counts(linked) == (3, 2)


async def test_what_is_void_is_not_counted_and_still_ties_what_it_was_merged_with(linked: Linked) -> None:
    events = [await linked.fight(number, kind="theft") for number in range(1, 4)]
    await linked.gives(*events)
    one, two, three = [await linked.incident(event) for event in events]
    await linked.gives(await linked.link(one, two, STATION, revision=0), await linked.link(two, three, STATION, revision=0))
    void = {"alarm_no": events[1].envelope.subject, "code": "duplicate", "reason": "重复报警", "officer": "p-1"}
    await linked.gives(await linked.town.statement(f"{RAISED}.withdrawn", POLICE_110, void, revision=2))
    assert await counts(linked) == (2, 1)


async def test_incidents_elsewhere_are_counted_elsewhere(linked: Linked) -> None:
    await linked.both()
    assert await counts(linked, "990102") == (2, 2)
    assert await counts(linked, "990103") == (0, 0)
