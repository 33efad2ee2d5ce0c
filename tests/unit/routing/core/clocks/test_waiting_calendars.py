"""A due that needs a year without calendar waits for it, and is counted from its own delivery once the year is loaded (clocks §4, row 15)."""

from dataclasses import replace
from datetime import date

import pytest

from services.routing.calendars import build_calendars, load_calendars
from services.routing.core.calendar import Calendars, Gazette
from services.routing.core.clocks.waiting import compute_waiting
from services.routing.core.directory import Directory
from services.routing.core.model import Fold, World
from services.routing.directory import load_documents
from services.routing.rounds import year_missed
from tests.unit.routing.core.bench import ALARM, Bench, at, clock_text
from tests.unit.routing.core.places import EDU, EDU_IN_CHARGE, POLICE_110, PRINCIPAL, SAFETY, SCHOOL, STATION, A
from tests.unit.routing.core.stated import golden


def with_next_year() -> Calendars:
    """A notice for 2027 with a holiday on New Year's Day alone, beside those that are shipped."""
    loaded = load_calendars()
    notice = Gazette("2027-test", date(2027, 1, 1), date(2027, 12, 31), frozenset({date(2027, 1, 1)}), frozenset())
    return Calendars((*loaded._gazettes, notice), loaded._terms.values())


@pytest.fixture
def bench(world: World) -> Bench:
    bench = Bench(world, at("12-31 10:00:00"))
    bench.state_event("police.alarm.raised", POLICE_110, ALARM | {"severity": "urgent", "kind": "crowd"})
    return bench


def load_year(bench: Bench) -> list[str]:
    """The calendar is loaded now; the kinds of the duties that got their dues."""
    directory = Directory.build(load_documents(), 2, with_next_year())
    bench.world = replace(bench.world, directory=directory)
    (state,) = bench.loaded.states.values()
    (root,) = state.incidents
    fold = Fold(state, bench.world, bench.now, "calendar")
    computed = compute_waiting(fold, root)
    bench._absorb(fold)
    return sorted(duty.kind for duty in computed)


def test_nothing_is_guessed_before_the_year_is_loaded(bench: Bench) -> None:
    waiting = {(duty.desk, duty.kind): duty for duty in bench.duties() if duty.pending}
    assert (SAFETY, "ack") in waiting
    assert all(duty.pending == "state-council/2027" for duty in waiting.values())
    assert bench.dues("ack")[SAFETY] == "-"


def test_the_due_is_counted_from_the_delivery_when_the_year_is_loaded(bench: Bench) -> None:
    bench.to(at("12-31 15:00:00"))
    assert load_year(bench) == ["ack", "close", "report"]
    (safety,) = [duty for duty in bench.duties() if duty.desk == SAFETY]
    assert (clock_text(safety.due), safety.by_bus, safety.pending, safety.state) == ("01-04 17:30", False, None, "open")
    assert "2027-test" in safety.calendar_version
    timed = [data for desk, data in bench.heard("bus.duty.timed") if desk == SAFETY][-1]
    assert timed.duties[0].due == safety.due


def test_a_due_found_in_the_past_is_the_bus_s_and_its_ladder_starts_now(bench: Bench) -> None:
    bench.now = at("12-31 10:00:00").replace(year=2027, month=1, day=6)
    load_year(bench)
    (safety,) = [duty for duty in bench.duties() if duty.desk == SAFETY]
    assert (safety.by_bus, safety.ladder_from, safety.next_at) == (True, bench.now, bench.now)


def test_a_ladder_whose_next_step_waited_goes_on(world: World) -> None:
    """INVARIANT: what was missed climbs on — broken by looking at duties that wait for their due alone (ladder C counts working days)."""
    bench = Bench(world, at("12-30 10:00:00"))
    found = golden("police.hazard.found", schools=[A], domain="public-order", level="general", rectify_by="2027-03-01")
    bench.state_event("police.hazard.found", STATION, found)
    bench.to(at("12-31 20:00:00"))
    assert bench.escalated() == [("12-31 18:00", 1, PRINCIPAL)]
    bench.now = at("01-04 09:00:00").replace(year=2027)
    load_year(bench)
    bench.to(at("01-05 18:00:00").replace(year=2027))
    assert [step for step in bench.escalated() if step[1] > 1] == [("01-04 17:30", 2, EDU), ("01-05 17:30", 3, EDU_IN_CHARGE)]
    assert [duty.pending for duty in bench.duties() if duty.desk == SCHOOL] == [None]


def test_loading_again_computes_nothing_twice(bench: Bench) -> None:
    load_year(bench)
    assert load_year(bench) == []


@pytest.mark.parametrize(("day", "missed"), [("11-30 23:59", None), ("12-01 00:00", 2027), ("12-31 10:00", 2027), ("09-01 08:00", None)])
def test_next_year_is_missed_from_the_first_of_december(day: str, missed: int | None) -> None:
    assert year_missed(at(day), load_calendars().covers) == missed
    assert year_missed(at(day), with_next_year().covers) is None


def test_a_year_that_has_begun_without_calendar_is_missed_at_any_time() -> None:
    assert year_missed(at("03-01 08:00"), build_calendars({}).covers) == 2026
