"""应报未报 by hand: who is told when, who is jumped over, how the ladder goes on, and how every end of it is told."""

from dataclasses import replace
from datetime import datetime

import pytest

from contracts.coordination import EscalationCleared, ReportMissing
from services.routing.calendars import load_calendars
from services.routing.core.climbing.ladder import fire_due
from services.routing.core.directory import Directory, with_hole
from services.routing.core.expected.exercises import desks_of_county
from services.routing.core.expected.missing import advance, drop
from services.routing.core.expected.periods import month_of
from services.routing.core.expected.plan import Planning, expectation_of
from services.routing.core.expected.records import Expectation
from services.routing.core.mandates import PeriodicDuty, ToldRow
from services.routing.core.model import Fold, IncidentState, World
from services.routing.directory import load_documents
from tests.unit.routing.core.bench import clock_text
from tests.unit.routing.core.deadlines.worked_time import E, at, day

PRINCIPAL, LATE, STUDENTS = f"school.principal@{E}", f"school.duty-desk@{E}", "education.student-desk@edu-990102"
DUE = at("09-30 17:30")


def duty_of(world: World, rule: str = "PER-01") -> PeriodicDuty:
    return next(one for one in world.book.periodic if one.id == rule)


class Look:
    """E's list of September, looked at by hand."""

    def __init__(self, world: World, told: tuple[ToldRow, ...] | None = None) -> None:
        self.world = world
        self.duty = duty_of(world)
        self.told = told or self.duty.parts[0].told
        found = expectation_of(Planning(self.duty, self.duty.parts[0], month_of(day("09-01")), world, at("09-01 00:00")), E)
        assert found is not None
        self.expected: Expectation = found
        self.state = IncidentState()
        self.said: list[tuple[str, str, str]] = []

    def fold(self, now: datetime) -> Fold:
        return Fold(self.state, self.world, now, "test")

    def at(self, now: datetime, *, met_at: datetime | None = None) -> Expectation:
        """One look, and the ladder after it."""
        if met_at is not None:
            self.expected = replace(self.expected, met_at=met_at, state="late")
        fold = self.fold(now)
        self.expected = advance(fold, self.duty, self.told, self.expected)
        fire_due(fold)
        self.said += [(out.name, out.recipient, when(out.data)) for out in fold.out]
        return self.expected

    def told_of(self, name: str = "bus.report.missing") -> list[str]:
        return [desk for said, desk, _ in self.said if said == name]


def when(data: object) -> str:
    moment = getattr(data, "logical_at", None) or getattr(data, "due", None) or getattr(data, "at", None)
    return clock_text(moment)


def test_the_first_is_told_at_the_due_and_the_next_a_school_day_later(world: World) -> None:
    look = Look(world)
    after = look.at(DUE)
    assert (after.state, after.step, clock_text(after.next_at)) == ("missing", 1, "10-08 17:30")
    assert look.told_of() == [PRINCIPAL]
    after = look.at(at("10-08 17:30"))
    assert (look.told_of(), after.step, after.next_at) == ([PRINCIPAL, STUDENTS], 2, None)


def test_what_was_met_before_anybody_looked_is_told_to_nobody(world: World) -> None:
    look = Look(world)
    look.expected = replace(look.expected, met_at=DUE, state="met")
    assert look.at(at("10-20 09:00")).next_at is None
    assert look.said == []


def test_a_step_to_an_unmanned_desk_jumps_to_the_next_at_once(world: World) -> None:
    holed = with_hole(next(one for one in load_documents() if one["unit"] == E), "school.principal", at("09-29 00:00"), at("10-09 00:00"))
    documents = [holed if one["unit"] == E else one for one in load_documents()]
    look = Look(World(Directory.build(documents, 2, load_calendars()), world.book, world.pack_version))
    look.at(DUE)
    assert look.told_of() == [STUDENTS]
    duty = next(iter(look.state.duties.values()))
    assert [(step.desk, step.jumped) for step in duty.told] == [(PRINCIPAL, "uncovered"), (STUDENTS, "")]


def test_the_last_of_those_who_are_told_is_told_though_nobody_stands_there(world: World) -> None:
    """Without a ladder behind it the desk is the last that can be told: it gets its row, and finds it."""
    holed = with_hole(next(one for one in load_documents() if one["unit"] == E), "school.principal", at("09-29 00:00"), at("10-09 00:00"))
    documents = [holed if one["unit"] == E else one for one in load_documents()]
    look = Look(World(Directory.build(documents, 2, load_calendars()), world.book, world.pack_version), (ToldRow("school.principal"),))
    look.duty = replace(look.duty, ladder=None)
    look.at(DUE)
    assert look.told_of() == [PRINCIPAL]


def test_a_role_that_nobody_fills_is_jumped_over(world: World) -> None:
    look = Look(world, (ToldRow("school.social-worker"), ToldRow("school.principal")))
    look.at(DUE)
    assert look.told_of() == [PRINCIPAL]


def test_a_report_that_comes_clears_everybody_who_was_told_and_ends_the_ladder(world: World) -> None:
    look = Look(world)
    look.at(DUE)
    look.at(at("10-08 17:30"))
    look.at(at("10-09 17:30"))
    assert look.told_of("bus.escalation.raised") == ["education.leader-in-charge@edu-990102"]
    after = look.at(at("10-10 09:00"), met_at=at("10-10 08:59"))
    assert (after.state, after.next_at) == ("late", None)
    assert set(look.told_of("bus.escalation.cleared")) == {PRINCIPAL, STUDENTS, "education.leader-in-charge@edu-990102", LATE}
    assert all(incident.closed_at == at("10-10 08:59") for incident in look.state.incidents.values())
    look.at(at("10-20 09:00"))
    assert look.told_of("bus.escalation.raised") == ["education.leader-in-charge@edu-990102"]


def test_each_clearing_names_what_its_desk_was_shown(world: World) -> None:
    """A missing report and a step of the ladder end by the number they were shown with."""
    look = Look(world)
    shown: dict[str, str] = {}
    for moment in (DUE, at("10-08 17:30")):
        fold = look.fold(moment)
        look.expected = advance(fold, look.duty, look.told, look.expected)
        shown |= {out.recipient: out.data.report for out in fold.out if isinstance(out.data, ReportMissing)}
    fold = look.fold(at("10-09 09:00"))
    advance(fold, look.duty, look.told, replace(look.expected, met_at=at("10-09 09:00"), state="late"))
    cleared = {out.recipient: out.data.escalation for out in fold.out if isinstance(out.data, EscalationCleared)}
    assert cleared == {**shown, LATE: None}


def test_a_clock_that_slept_tells_in_order_up_to_now(world: World) -> None:
    look = Look(world)
    look.at(at("10-12 09:00"))
    assert look.told_of() == [PRINCIPAL, STUDENTS]
    assert [(desk, moment) for name, desk, moment in look.said if name == "bus.escalation.raised"] == [
        ("education.leader-in-charge@edu-990102", "10-09 17:30"), ("education.conference-office@edu-990102", "10-10 17:30"),
    ]  # fmt: skip


def test_what_is_owed_no_more_is_told_to_those_who_heard_of_it(world: World) -> None:
    look = Look(world)
    look.at(DUE)
    fold = look.fold(at("10-01 09:00"))
    after = drop(fold, look.duty, look.expected, "superseded")
    assert (after.state, after.next_at) == ("ended", None)
    assert {(out.recipient, out.data.why) for out in fold.out if isinstance(out.data, EscalationCleared)} == {
        (PRINCIPAL, "superseded"), (LATE, "superseded"),
    }  # fmt: skip
    assert drop(look.fold(DUE), look.duty, replace(look.expected, incident=None), "superseded").state == "ended"


def test_a_step_that_needs_an_unknown_day_waits_for_its_calendar(world: World) -> None:
    look = Look(world)
    look.expected = replace(look.expected, due=at("2026-12-31 17:30"), next_at=at("2026-12-31 17:30"))
    after = look.at(at("2026-12-31 17:30"))
    assert (after.state, after.step, after.next_at, after.pending) == ("missing", 1, None, "state-council/2027")


def test_a_due_that_was_known_too_late_is_the_buss_and_its_steps_run_from_then(world: World) -> None:
    look = Look(world)
    look.expected = replace(look.expected, by_bus=True)
    after = look.at(at("10-12 09:00"))
    duty = next(iter(look.state.duties.values()))
    assert (duty.by_bus, duty.missed_at) == (True, DUE)
    assert (look.told_of(), clock_text(after.next_at)) == ([PRINCIPAL], "10-13 17:30")


@pytest.mark.parametrize(("in_a_row", "told"), [(2, 1), (3, 2)])
def test_who_is_told_only_after_some_periods_in_a_row(world: World, in_a_row: int, told: int) -> None:
    look = Look(world)
    look.duty = duty_of(world, "PER-11")
    look.told = look.duty.parts[0].told
    look.expected = replace(
        look.expected, desk="bus.ops-desk@bus-990100", missing=(LATE,), in_a_row=in_a_row, unit="area-990102"
    )  # fmt: skip
    look.at(DUE)
    assert look.told_of() == ["bus.ops-desk@bus-990100", "education.conference-office@edu-990102"][:told]
    assert look.told_of("bus.duty.missed") == [], "no single desk is late"


def test_the_desks_that_sign_are_those_that_mandates_ask(world: World) -> None:
    desks = desks_of_county(world, "990102", DUE)
    assert LATE in desks
    assert f"school.law-vice-principal@{E}" not in desks, "is only ever informed"
    assert not [desk for desk in desks if desk.endswith("-990103")]
