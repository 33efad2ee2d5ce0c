"""督办: the steps of a ladder, the jumps, one escalation per target, and a clock that slept."""

import dataclasses
from datetime import datetime
from typing import Any

import pytest

from contracts.coordination import NotificationAcknowledged
from services.routing.calendars import load_calendars
from services.routing.core.directory import Directory, with_hole
from services.routing.core.mandates import MandateBook, NotifyRow
from services.routing.core.model import Duty, World
from services.routing.directory import load_documents
from services.routing.packs import load_book
from tests.unit.routing.core.bench import ALARM, Bench, at, clock_text, person
from tests.unit.routing.core.places import EDU, EDU_IN_CHARGE, OFFICE, POLICE_110, PRINCIPAL, RAISED, SAFETY, SCHOOL, STATION, A, B

CROWD = ALARM | {"kind": "crowd", "severity": "urgent"}


@pytest.fixture
def bench(world: World) -> Bench:
    return Bench(world, at("09-21 10:00:00"))


def ack(bench: Bench, desk: str) -> Duty:
    return next(d for d in bench.duties() if (d.desk, d.kind) == (desk, "ack"))


def climbed(bench: Bench, desk: str, duty: str = "ack") -> list[tuple[str, int, str]]:
    raised = [data for _, data in bench.heard("bus.escalation.raised") if (data.late_desk, data.duty) == (desk, duty)]
    return [(clock_text(data.logical_at), data.step, data.desk) for data in raised]


def signed(bench: Bench, desk: str, when: datetime, arrives: datetime) -> None:
    """A signature given at one time that reaches routing at another."""
    notification = bench.notification(desk)
    bench.now = arrives
    data = NotificationAcknowledged(
        notification=notification.id, incident=notification.incident, desk=desk, version=1, acknowledged_at=when, person=person(desk)
    )
    bench.answer(data, "bus.notification.acknowledged", desk, notification.incident)


def holed(world: World, role: str, unit: str, *hole: datetime) -> World:
    documents = [with_hole(d, role, *hole) if d["unit"] == unit else d for d in load_documents()]
    return World(Directory.build(documents, 2, load_calendars()), world.book, world.pack_version)


def everybody_else_acts(bench: Bench) -> None:
    for desk in (STATION, EDU):
        bench.sign(desk)
        bench.report(desk, "started", incident=bench.task().incident)


def test_the_whole_of_ladder_a(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM)
    everybody_else_acts(bench)
    bench.to(at("09-21 12:00:00"))
    assert climbed(bench, SCHOOL) == [
        ("09-21 10:05", 1, PRINCIPAL),
        ("09-21 10:10", 2, EDU),
        ("09-21 10:10", 2, POLICE_110),
        ("09-21 10:15", 3, EDU_IN_CHARGE),
        ("09-21 10:25", 4, OFFICE),
        ("09-21 10:45", 5, "city.education-duty@city-education-990100"),
    ]
    assert {data.to_publisher for to, data in bench.heard("bus.escalation.raised") if to == POLICE_110} == {True}


def test_a_target_has_one_escalation_of_a_notification_however_many_duties_are_missed(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM)
    everybody_else_acts(bench)
    bench.to(at("09-21 10:12:00"))
    numbers = {data.escalation for to, data in bench.heard("bus.escalation.raised") if to == PRINCIPAL}
    assert len(numbers) == 1
    bench.sign(SCHOOL)
    named = {data.escalation for to, data in bench.heard("bus.escalation.cleared") if to == PRINCIPAL}
    assert named == {None}, "the first action is still missed"
    bench.report(SCHOOL, "started", incident=bench.task().incident)
    assert {data.escalation for to, data in bench.heard("bus.escalation.cleared") if to == PRINCIPAL} == {None, *numbers}


def test_an_unmanned_target_is_jumped_and_both_steps_are_recorded(world: World) -> None:
    hole = at("09-21 09:00:00"), at("09-21 12:00:00")
    bench = Bench(holed(world, "education.duty-officer", "edu-990102", *hole), at("09-21 10:00:00"))
    bench.state_event(RAISED, POLICE_110, CROWD)
    bench.to(at("09-21 11:01:00"))
    assert climbed(bench, SCHOOL)[:4] == [
        ("09-21 10:30", 1, PRINCIPAL),
        ("09-21 11:00", 2, POLICE_110),
        ("09-21 11:00", 3, EDU_IN_CHARGE),
    ]
    jumped = [(told.step, told.desk, told.jumped) for told in ack(bench, SCHOOL).told if told.jumped]
    assert jumped == [(2, EDU, "uncovered")]
    bench.to(at("09-21 14:29:00"))
    assert len(climbed(bench, SCHOOL)) == 3, "the jump does not move the later steps"


def test_the_late_desk_is_never_its_own_target(world: World) -> None:
    changed = [dataclasses.replace(m, ladder="G") if m.id == "POL-01" else m for m in load_book()]
    ladders: Any = {letter: world.book.ladder(letter) for letter in "ABCPG"}  # type: ignore[arg-type]
    bench = Bench(World(world.directory, MandateBook(changed, ladders, "test"), "test"), at("09-21 10:00:00"))
    bench.state_event(RAISED, POLICE_110, ALARM)
    bench.to(at("09-21 10:31:00"))
    assert EDU not in {desk for _, _, desk in climbed(bench, EDU)}
    assert [(told.step, told.jumped) for told in ack(bench, EDU).told][-1] == (3, "late-desk-itself")


def test_the_principal_climbs_a_ladder_of_its_own(world: World) -> None:
    row = NotifyRow("school.principal", "acknowledge", "S", ack="10min")
    changed = [dataclasses.replace(m, notify=(*m.notify, row)) if m.id == "POL-01" else m for m in load_book()]
    ladders: Any = {letter: world.book.ladder(letter) for letter in "ABCPG"}  # type: ignore[arg-type]
    bench = Bench(World(world.directory, MandateBook(changed, ladders, "test"), "test"), at("09-21 10:00:00"))
    bench.state_event(RAISED, POLICE_110, ALARM)
    bench.to(at("09-21 10:21:00"))
    assert [(step, desk) for _, step, desk in climbed(bench, PRINCIPAL)] == [
        (1, f"school.duty-leader@{A}"), (2, EDU), (2, POLICE_110), (3, EDU_IN_CHARGE),
    ]  # fmt: skip


def test_a_unit_under_suspicion_is_jumped(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, CROWD)
    incident = bench.incident("alarm")
    state = next(iter(bench.loaded.states.values()))
    state.incidents[incident.id] = dataclasses.replace(incident, picture={**incident.picture, "suspect_unit": A})
    bench.to(at("09-21 10:31:00"))
    assert climbed(bench, SCHOOL) == [("09-21 10:30", 2, EDU), ("09-21 10:30", 2, POLICE_110)]
    assert ack(bench, SCHOOL).told[0].jumped == "suspect-unit"


def test_a_drill_stops_at_the_third_step_at_its_time(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM, status="exercise")
    bench.to(at("09-21 12:00:00"))
    assert [step for _, step, _ in climbed(bench, SCHOOL)] == [1, 2, 2, 3]
    assert ack(bench, SCHOOL).next_at is None


@pytest.mark.parametrize(("kind", "due"), [("report", "09-22 10:00"), ("close", "09-24 17:30")])
def test_a_missed_report_or_close_climbs_the_letter_of_its_mandate(bench: Bench, kind: str, due: str) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM)
    for desk in (STATION, EDU, SCHOOL):
        bench.sign(desk)
        bench.report(desk, "started", incident=bench.task().incident)
    if kind == "close":
        bench.report(STATION, "started", "已控制", incident=bench.task().incident)
    bench.to(at(f"{due}:01"))
    assert climbed(bench, STATION, kind) == [(due, 1, "police.unit-leader@ps-990102-01")]
    assert next(d.ladder for d in bench.duties() if d.kind == kind) == "A"
    message = next(data for _, data in bench.heard("bus.duty.missed") if data.duty == kind)
    assert (message.task, message.notification) == (bench.task().id, None)


def test_a_signature_at_the_due_itself_is_in_time(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM)
    signed(bench, SCHOOL, at("09-21 10:05:00"), at("09-21 10:05:00"))
    bench.to(at("09-21 10:06:00"))
    assert climbed(bench, SCHOOL) == []
    assert ack(bench, SCHOOL).missed_at is None


def test_the_due_itself_is_missed_when_the_clock_looks_at_it(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM)
    bench.to(at("09-21 10:05:00"))
    (missed,) = {data.due for to, data in bench.heard("bus.duty.missed") if (to, data.duty) == (SCHOOL, "ack")}
    assert missed == at("09-21 10:05:00")


def test_a_clock_that_slept_fires_each_step_once_in_order_with_its_logical_time(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM)
    everybody_else_acts(bench)
    bench.now = at("09-21 10:17:00")
    bench.tick()
    bench.tick()
    assert climbed(bench, SCHOOL) == [
        ("09-21 10:05", 1, PRINCIPAL), ("09-21 10:10", 2, EDU), ("09-21 10:10", 2, POLICE_110), ("09-21 10:15", 3, EDU_IN_CHARGE),
    ]  # fmt: skip
    times = [data.logical_at for _, data in bench.heard("bus.escalation.raised")]
    assert times == sorted(times)


def test_steps_after_a_known_signature_never_fire_although_the_clock_slept(bench: Bench) -> None:
    """INVARIANT: no step later than a known done_at — broken by a late signature that ends the duty before its steps have fired."""
    bench.state_event(RAISED, POLICE_110, CROWD)
    signed(bench, SCHOOL, at("09-21 11:10:00"), at("09-21 11:10:00"))
    assert climbed(bench, SCHOOL) == [("09-21 10:30", 1, PRINCIPAL), ("09-21 11:00", 2, EDU), ("09-21 11:00", 2, POLICE_110)]
    missed = [data.due for to, data in bench.heard("bus.duty.missed") if to == SCHOOL]
    assert missed == [at("09-21 10:30:00")]
    assert {data.why for _, data in bench.heard("bus.escalation.cleared")} == {"acknowledged"}
    bench.now = at("09-21 16:00:00")
    bench.tick()
    assert len(climbed(bench, SCHOOL)) == 3


def test_a_signature_that_voids_the_miss_reaches_everybody_whom_later_steps_have_told(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, CROWD)
    bench.to(at("09-21 12:31:00"))
    signed(bench, SCHOOL, at("09-21 10:29:00"), at("09-21 12:31:00"))
    why = {to: data.why for to, data in bench.heard("bus.escalation.cleared") if data.duty == "ack"}
    assert why == dict.fromkeys((PRINCIPAL, EDU, POLICE_110, EDU_IN_CHARGE, SCHOOL, STATION), "in-time")
    assert (ack(bench, SCHOOL).voided, ack(bench, SCHOOL).met_at) == (True, at("09-21 10:29:00"))


def test_a_late_signature_is_late_however_late_it_arrives(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, CROWD)
    bench.to(at("09-21 12:31:00"))
    signed(bench, SCHOOL, at("09-21 10:31:00"), at("09-21 12:31:00"))
    assert (ack(bench, SCHOOL).voided, ack(bench, SCHOOL).missed_at) == (False, at("09-21 10:30:00"))


def test_several_clocks_of_one_desk_are_missed_each_for_itself(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM)
    bench.to(at("09-21 10:31:00"))
    missed = {(data.desk, data.duty): clock_text(data.due) for to, data in bench.heard("bus.duty.missed") if to == data.desk}
    assert missed == {
        (SCHOOL, "ack"): "09-21 10:05", (SCHOOL, "first-action"): "09-21 10:05", (STATION, "ack"): "09-21 10:05",
        (STATION, "first-action"): "09-21 10:05", (EDU, "ack"): "09-21 10:10", (EDU, "first-action"): "09-21 10:30",
    }  # fmt: skip


def test_the_steps_of_ladder_c_count_working_days(world: World) -> None:
    changed = [dataclasses.replace(m, ladder="C") if m.id == "POL-03" else m for m in load_book()]
    ladders: Any = {letter: world.book.ladder(letter) for letter in "ABCPG"}  # type: ignore[arg-type]
    bench = Bench(World(world.directory, MandateBook(changed, ladders, "test"), "test"), at("09-29 10:00:00"))
    bench.state_event(RAISED, POLICE_110, CROWD)
    bench.to(at("10-12 10:00:00"))
    assert [(when, step) for when, step, desk in climbed(bench, SAFETY) if desk != POLICE_110] == [
        ("09-30 17:30", 1), ("10-08 17:30", 2), ("10-09 17:30", 3), ("10-10 17:30", 4),
    ]  # fmt: skip


def test_a_step_beyond_the_calendars_waits_for_them_and_is_not_forgotten(world: World) -> None:
    changed = [dataclasses.replace(m, ladder="C") if m.id == "POL-03" else m for m in load_book()]
    ladders: Any = {letter: world.book.ladder(letter) for letter in "ABCPG"}  # type: ignore[arg-type]
    bench = Bench(World(world.directory, MandateBook(changed, ladders, "test"), "test"), at("12-30 10:00:00"))
    bench.state_event(RAISED, POLICE_110, CROWD)
    bench.to(at("12-31 23:00:00"))
    duty = ack(bench, SAFETY)
    assert (clock_text(duty.missed_at), duty.next_at, duty.pending) == ("12-31 17:30", None, "state-council/2027")


def test_a_leader_in_a_school_is_told_of_no_other_school_whose_pupils_are_concerned(bench: Bench) -> None:
    """INVARIANT: of an alarm about pupils a school sees only itself — broken by the view of leaders, which holds all schools."""
    bench.state_event(RAISED, POLICE_110, ALARM | {"relation": "pupil-only", "severity": "urgent", "schools": [A, B]})
    bench.to(at("09-21 12:00:00"))
    shown = {to: data.payload for to, data in bench.heard("bus.escalation.raised")}
    assert (shown[PRINCIPAL]["schools"], shown[EDU]["schools"]) == ([A], [A, B])
