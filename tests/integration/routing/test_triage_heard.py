"""What a triage names is heard at once by whatever watches statements: links, cross-checks, and what is owed and was stated."""

from datetime import datetime

from infra.messaging.delivery import Done
from tests.integration.routing.linked_town import Linked
from tests.integration.routing.quarter import golden, missing, moves, quiet, states, states_of, watched
from tests.integration.routing.town import Town
from tests.unit.routing.core.bench import at
from tests.unit.routing.core.places import EDU, PRINCIPAL, SAFETY, A

FOOD, HOSPITAL = "health.food-illness.reported", "health.hospital-er@hos-990102-er"
CHECKED, STATION = "market.inspection.recorded", "market.station@mkt-990102-01"
UNKNOWN = "2199009999"


async def triaged(town: Town, desk: str, school: str) -> None:
    await town.deliver_all()
    assert await town.give(await town.triage(desk, schools=(school,))) == [Done()]


async def test_an_alarm_whose_school_a_person_named_is_held_against_the_schools_own_report(town: Town) -> None:
    linked = Linked(town)
    alarm, report = await linked.fight(schools=["unknown"], severity="life-risk"), await linked.report()
    await linked.gives(alarm)
    await linked.gives(report)
    await linked.looks()
    assert await linked.states() == {}
    await town.deliver_all()
    await linked.gives(await town.triage(EDU, schools=(A,)))
    await linked.looks()
    assert await linked.state(await linked.incident(alarm), await linked.incident(report)) == ("suggested", 1)


async def test_the_silence_of_a_school_that_a_person_named_is_counted_from_what_the_hospital_knew(town: Town) -> None:
    """INVARIANT: a triage moves no clock of the law — broken by counting from the triage."""
    watched(town)
    await town.at("10-14 09:00:00")
    clock = await town.clock()
    await quiet(clock)
    await states(town, FOOD, HOSPITAL, golden(FOOD, schools=[UNKNOWN], ill=3), known_at=at("10-14 09:00:00"))
    await town.at("10-14 10:00:00")
    await triaged(town, SAFETY, A)
    await moves(town, clock, "10-14 10:59:00", "10-14 11:00:00")
    assert {(when, late) for when, late, _ in await missing(town, "XCK-01")} == {("10-14 11:00", PRINCIPAL)}


async def test_a_check_of_a_school_that_a_person_named_counts_for_it_from_when_it_was_stated(town: Town) -> None:
    watched(town)
    clock = await town.clock()
    await quiet(clock)
    shop = [{"school_id": UNKNOWN, "metres": 85}]
    checked = datetime.fromisoformat("2026-09-21T09:00:00+08:00").isoformat()
    await states(town, CHECKED, STATION, golden(CHECKED, schools=shop, checked_at=checked))
    await town.at("09-21 11:00:00")
    await triaged(town, SAFETY, A)
    terms = await town.owner.fetch("select distinct period from routing.expectations where rule = 'PER-04' and unit = $1", A)
    found = [await states_of(town, "PER-04", row["period"]) for row in terms]
    assert [one[A] for one in found] == ["met"]
    met = await town.owner.fetchval("select met_at from routing.expectations where rule = 'PER-04' and unit = $1", A)
    assert met == at("09-21 10:00:00")
