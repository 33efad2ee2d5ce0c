"""The clock's look for a first action that is a statement (HLT-04), and the bound of the law in the figures, on a real database."""

from datetime import timedelta
from typing import Any

import pytest

from services.routing.rounds import ActRound
from tests.integration.routing.test_figures import line
from tests.integration.routing.town import Town
from tests.unit.routing.core.clocks.test_pauses import ILLNESS, PRINCIPAL, SUSPECTED
from tests.unit.routing.core.places import B
from tests.unit.routing.core.test_families_health import CDC, CLUSTER, DETECTED, REPORTED, REPORTER_B, SEEN

OTHER = "school.infection-reporter@2199000105"


@pytest.fixture
async def told(town: Town) -> Town:
    """Health saw it first, on Mon 09-21 10:00; the desks have it."""
    town.rounds = lambda: (ActRound(),)
    await town.give(await town.statement(DETECTED, CDC, SEEN))
    await town.deliver_all()
    return town


async def states(town: Town, desk: str = REPORTER_B, school: str = B, **about: Any) -> None:
    await town.give(await town.statement(REPORTED, desk, CLUSTER | {"school_id": school, "cases_today": 4}, **about))


async def first_action(town: Town) -> dict[str, Any]:
    row = await town.owner.fetchrow(
        "select d.state, d.met_at, d.missed_at from routing.duties as d join routing.notifications as n on n.id = d.owner"
        " where d.kind = 'first-action' and d.desk = $1 and n.body ->> 'act' is not null",
        REPORTER_B,
    )
    assert row is not None
    return dict(row)


async def test_the_schools_own_report_ends_the_duty_in_another_incident(told: Town) -> None:
    clock, another = await told.clock(), await told.clock()
    await clock.tick()
    assert (await first_action(told))["state"] == "open"
    stated = await told.at("09-21 15:00:00")
    await states(told)
    await told.at("09-21 15:00:05")
    assert await clock.tick() >= 1
    duty = await first_action(told)
    assert (duty["state"], duty["met_at"], duty["missed_at"]) == ("met", stated, None)
    before = await told.digest()
    await another.tick()
    await clock.tick()
    assert await told.digest() == before, "a second look, of this clock or of another, finds nothing"


async def test_one_in_time_is_in_time_though_the_clock_slept_over_the_due(told: Town) -> None:
    """INVARIANT: no miss that an earlier act disproves stands — broken by a clock that dies between the statement and its look."""
    stated = await told.at("09-22 09:59:00")
    await states(told)
    await told.at("09-22 11:00:00")
    await (await told.clock()).tick()
    duty = await first_action(told)
    assert (duty["state"], duty["met_at"], duty["missed_at"]) == ("met", stated, None)


@pytest.mark.parametrize("how", ["another school", "a drill", "withdrawn", "too long ago"])
async def test_what_is_no_report_of_this_school_about_this_matter_ends_nothing(town: Town, how: str) -> None:
    town.rounds = lambda: (ActRound(),)
    if how == "too long ago":
        await states(town)
        await town.at("09-24 10:00:01")
    await town.give(await town.statement(DETECTED, CDC, SEEN))
    await town.deliver_all()
    if how == "another school":
        await states(town, OTHER, "2199000105")
    if how == "a drill":
        await states(town, status="exercise")
    if how == "withdrawn":
        await states(town)
        gone = {"cluster_no": CLUSTER["cluster_no"], "code": "invalid", "reason": "误报", "officer": "校医"}
        await town.give(await town.statement(f"{REPORTED}.withdrawn", REPORTER_B, gone, revision=2))
    await (await town.clock()).tick()
    assert (await first_action(town))["state"] == "open"


async def test_the_bound_of_the_law_is_a_figure_beside_our_own(town: Town) -> None:
    """S06: 45 minutes are within the two hours of the law and 15 beyond our own; another one took three hours."""
    for number, minutes in (("SP-1", 45), ("SP-2", 180)):
        known = await town.now() - timedelta(minutes=minutes)
        await town.give(await town.statement(SUSPECTED, PRINCIPAL, ILLNESS | {"incident_no": number}, known_at=known))
    found = await line(town, PRINCIPAL)
    assert found["lawful"] == {"asked": 2, "in_time": 1, "late": 1, "open": 0, "rate": 0.5}
    assert found["published_overrun"] == {"late": 2, "minutes": 165}
