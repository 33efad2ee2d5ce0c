"""What counts and whose lateness it was: the figures of the stories, and the states a duty can end in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from contracts.envelope import Event
from services.routing.core.deciding.publishing import publish_due
from services.routing.core.guard import CHECKINS
from services.routing.core.model import Duty, Fold, World
from services.routing.core.sla.rules import (
    BUS_ALLOWANCE,
    Shares,
    Verdict,
    bus_overrun,
    overrun,
    publisher_overrun,
    shares_of,
    united,
    verdict,
)
from tests.unit.contracts.stating import golden
from tests.unit.routing.core.bench import ALARM, INCIDENT, Bench, at, clock_text
from tests.unit.routing.core.places import OFFICE, POLICE_110, RAISED, REPORTED, SAFETY, SCHOOL, SCHOOL_B, STATION

MINUTE = timedelta(minutes=1)
DUE = at("09-21 10:05:00")
ACK = Duty(
    id="d", incident="i", desk=SCHOOL, kind="ack", owner="n", version=1, ladder="A", start=at("09-21 10:00:00"), forms=("5min",), state="open",
    due=DUE, derivation="", calendar_version="",
)  # fmt: skip


def signatures(bench: Bench, desk: str) -> list[Duty]:
    return [duty for duty in bench.duties() if duty.owner == bench.notification(desk).id and duty.kind == "ack"]


def outcome(bench: Bench, desk: str) -> tuple[Verdict, Shares]:
    duties = signatures(bench, desk)
    return united([verdict(duty, bench.now) for duty in duties]), shares_of(bench.notification(desk), duties, bench.now)


@pytest.fixture
def friday_night(world: World) -> Bench:
    """S02: a crowd at school A on Friday night before a make-up Saturday."""
    bench = Bench(world, at("10-09 21:40:00"))
    crowd = ALARM | {"kind": "crowd", "severity": "urgent"}
    bench.state_event(RAISED, STATION, crowd)
    bench.to(at("10-10 09:05:00"))
    bench.sign(SAFETY)
    bench.to(at("10-10 09:20:00"))
    bench.sign(SCHOOL)
    return bench


def test_the_school_of_friday_night_is_late_and_nobody_else_is(friday_night: Bench) -> None:
    assert outcome(friday_night, SCHOOL) == ("late", Shares(receiver=140 * MINUTE))
    assert outcome(friday_night, SAFETY) == ("in-time", Shares())


def test_a_receiver_is_never_late_because_publisher_and_bus_were(world: World) -> None:
    bench = Bench(world, at("09-21 10:30:00"), deaf={SCHOOL})
    bench.state_event(RAISED, POLICE_110, ALARM, known_at=at("09-21 10:05:00"))
    bench.wait(minutes=9)
    bench.deliver(bench.undelivered[0])
    bench.wait(minutes=5)
    bench.sign(SCHOOL)
    assert outcome(bench, SCHOOL) == ("in-time", Shares(publisher=15 * MINUTE, bus=8 * MINUTE))


def test_a_miss_that_an_earlier_answer_disproves_counts_in_time(world: World) -> None:
    """INVARIANT: figures follow done_at, never the word of a miss — broken by counting what missed_at says."""
    bench = Bench(world, at("09-21 10:00:00"))
    bench.state_event(RAISED, POLICE_110, ALARM)
    signed_at, seen = at("09-21 10:04:00"), bench.notification(SCHOOL)
    bench.to(at("09-21 10:12:00"))
    bench.now, later = signed_at, bench.now
    assert signatures(bench, SCHOOL)[0].missed_at is not None
    bench.sign(SCHOOL, version=seen.version)
    bench.now = later
    duty = signatures(bench, SCHOOL)[0]
    assert (duty.voided, verdict(duty, bench.now), overrun(duty, bench.now)) == (True, "in-time", timedelta(0))


def test_a_redirected_desk_is_not_counted_though_its_due_passed_in_arbitration(world: World) -> None:
    bench = Bench(world, at("09-21 10:00:00"))
    bench.state_event(RAISED, POLICE_110, ALARM)
    bench.wait(minutes=1)
    bench.send_back(SCHOOL)
    bench.wait(minutes=8)
    assert outcome(bench, SCHOOL)[0] == "open"
    bench.rule(OFFICE, "uphold", new_desk=SCHOOL_B)
    assert outcome(bench, SCHOOL) == ("dropped", Shares())
    bench.wait(minutes=2)
    bench.sign(SCHOOL_B)
    assert outcome(bench, SCHOOL_B) == ("in-time", Shares())


def test_an_arbitration_is_the_bus_s_from_the_return_on(world: World) -> None:
    bench = Bench(world, at("09-21 10:00:00"), deaf={OFFICE})
    bench.state_event(RAISED, POLICE_110, ALARM)
    bench.wait(minutes=3)
    bench.send_back(SCHOOL)
    bench.wait(minutes=2)
    bench.deliver(bench.undelivered[0])
    assert outcome(bench, OFFICE)[1] == Shares(bus=MINUTE)


def test_a_withdrawal_drops_what_was_open_and_keeps_what_was_missed(world: World) -> None:
    bench = Bench(world, at("09-21 10:00:00"))
    bench.state_event(RAISED, POLICE_110, ALARM)
    bench.to(at("09-21 10:07:00"))
    withdrawal = {"alarm_no": ALARM["alarm_no"], "code": "false-alarm", "reason": "误报", "officer": "李警官"}
    bench.state_event(f"{RAISED}.withdrawn", POLICE_110, withdrawal)
    assert outcome(bench, SCHOOL)[0] == "late"
    assert outcome(bench, "education.duty-officer@edu-990102")[0] == "dropped"
    assert bench.incident("alarm").withdrawal is not None


@pytest.mark.parametrize(
    ("change", "expected", "minutes"),
    [
        ({"state": "met", "met_at": DUE}, "in-time", 0),
        ({"state": "met", "met_at": DUE + timedelta(microseconds=1)}, "late", 0),
        ({"state": "met", "met_at": DUE + 7 * MINUTE, "missed_at": DUE}, "late", 7),
        ({"state": "met", "met_at": DUE, "missed_at": DUE, "voided": True}, "in-time", 0),
        ({"state": "met", "met_at": DUE, "due": None}, "in-time", 0),
        ({"state": "ended"}, "dropped", 0),
        ({"state": "ended", "missed_at": DUE}, "late", 0),
        ({"state": "ended", "missed_at": DUE, "voided": True, "met_at": DUE - MINUTE}, "in-time", 0),
        ({"state": "held"}, "open", 0),
        ({"state": "open"}, "late", 10),
        ({"state": "open", "due": DUE + 10 * MINUTE}, "open", 0),
        ({"state": "pending", "due": None}, "open", 0),
        ({"state": "open", "by_bus": True}, "open", 10),
        ({"state": "met", "by_bus": True, "met_at": DUE + 7 * MINUTE, "missed_at": DUE}, "in-time", 7),
        ({"state": "ended", "by_bus": True, "missed_at": DUE}, "dropped", 0),
    ],
)
def test_how_a_duty_stands_ten_minutes_after_its_due(change: dict[str, Any], expected: Verdict, minutes: int) -> None:
    duty = replace(ACK, **change)
    assert verdict(duty, DUE + 10 * MINUTE) == expected
    assert overrun(duty, DUE + 10 * MINUTE) // MINUTE == minutes


def test_at_the_due_itself_nothing_is_late_yet() -> None:
    assert verdict(ACK, DUE) == "open"


@pytest.mark.parametrize(
    ("several", "one"),
    [
        ((), "dropped"),
        (("dropped", "dropped"), "dropped"),
        (("dropped", "in-time"), "in-time"),
        (("in-time", "open"), "open"),
        (("in-time", "late", "open"), "late"),
    ],
)
def test_several_signatures_of_one_notification_count_once(several: Sequence[Verdict], one: Verdict) -> None:
    assert united(several) == one


def test_the_bus_has_a_minute() -> None:
    published = at("09-21 10:00:00")
    assert bus_overrun(published, published + BUS_ALLOWANCE) == timedelta(0)
    assert bus_overrun(published, published + BUS_ALLOWANCE + MINUTE) == MINUTE


def test_what_is_not_delivered_has_no_shares_yet(world: World) -> None:
    bench = Bench(world, at("09-21 10:00:00"), deaf={SCHOOL})
    bench.state_event(RAISED, POLICE_110, ALARM, known_at=at("09-21 08:00:00"))
    assert shares_of(bench.notification(SCHOOL), (), bench.now) == Shares()


def due_of(bench: Bench, event: Event) -> str:
    bench.fold(event)
    state = next(iter(bench.loaded.states.values()))
    fold = Fold(state, bench.world, bench.now, "test")
    return clock_text(publish_due(fold, next(iter(state.incidents.values())), event))


def test_the_publisher_of_a_food_illness_took_a_quarter_of_an_hour_too_long(world: World) -> None:
    """S06: known 13:10, published 13:55, our bound 30 minutes."""
    bench = Bench(world, at("09-21 13:55:00"))
    ill = golden("school.food-illness.suspected", "catering")
    event = bench.event("school.food-illness.suspected", "school.principal@2199000101", ill, known_at=at("09-21 13:10:00"))
    assert due_of(bench, event) == "09-21 13:40"
    assert publisher_overrun(event.envelope.time, at("09-21 13:40:00")) == 15 * MINUTE


@pytest.mark.parametrize(("severity", "due"), [("life-risk", "09-21 10:10"), ("urgent", "09-21 10:30")])
def test_the_bound_of_a_statement_depends_on_what_it_says(world: World, severity: str, due: str) -> None:
    bench = Bench(world, at("09-21 10:02:00"))
    assert due_of(bench, bench.event(RAISED, POLICE_110, ALARM | {"severity": severity}, known_at=at("09-21 10:00:00"))) == due


@pytest.mark.parametrize(
    ("publisher", "known_at"),
    [("police.made-up@pb-990102", at("09-21 10:00:00")), ("police.liaison-desk@pb-990102", at("12-31 10:00:00").replace(year=2028))],
    ids=["a role that nobody knows", "a year without a calendar"],
)
def test_a_bound_that_cannot_be_computed_is_none(world: World, publisher: str, known_at: datetime) -> None:
    bench = Bench(world, at("09-21 10:00:00"))
    event = bench.event("police.bulletin.issued", publisher, golden("police.bulletin.issued", "week"), known_at=known_at)
    assert due_of(bench, event) == "-"


def test_a_statement_without_a_bound_owes_nothing(world: World) -> None:
    bench = Bench(world, at("09-21 10:00:00"))
    bench.state_event(REPORTED, SCHOOL_B, INCIDENT)
    added = {"incident_no": INCIDENT["incident_no"], "added": {"place_note": "三楼"}}
    assert due_of(bench, bench.event(f"{REPORTED}.supplemented", SCHOOL_B, added)) == "-"


def checkins(bench: Bench, *checked: tuple[str, str], uploaded: str, offline: bool = True, gate: str = "A-G1") -> Event:
    """What a device kept: ``(peak, when)`` of each check-in on Mon 09-21, as it sends them now."""
    items = [
        {
            "item_no": number, "gate_id": gate, "peak": peak, "slot": "police", "person_ref": "p-1", "act": "in",
            "checked_at": f"2026-{when}+08:00", "method": "nfc",
        }
        for number, (peak, when) in enumerate(checked, 1)
    ]  # fmt: skip
    batch = {"gate_id": gate, "batch_no": "D-1", "device_id": "D", "offline": offline, "items": items, "uploaded_at": f"2026-{uploaded}+08:00"}
    return bench.event(CHECKINS, "police.station-duty@ps-990102-01", batch, known_at=at("09-21 07:01:00"))


@pytest.mark.parametrize(
    ("checked", "offline", "gate", "due"),
    [
        ((("am", "09-21T07:01:00"),), True, "A-G1", "09-21 11:40"),
        ((("pm", "09-21T16:31:00"), ("am", "09-21T07:01:00")), True, "A-G1", "09-21 11:40"),
        ((("pm", "09-21T16:31:00"),), True, "A-G1", "09-21 21:20"),
        ((("am", "09-21T07:01:00"),), False, "A-G1", "09-21 07:02"),
        ((("am", "09-21T07:01:00"),), True, "Z-G9", "-"),
        ((("am", "09-21T22:00:00"),), True, "A-G1", "-"),
    ],
    ids=["held back", "the first of two windows", "afternoon", "sent at once", "no such gate", "a clock that cannot be right"],
)
def test_check_ins_that_a_device_kept_are_owed_four_hours_after_their_window(
    world: World, checked: tuple[tuple[str, str], ...], offline: bool, gate: str, due: str
) -> None:
    bench = Bench(world, at("09-21 17:00:00"))
    assert due_of(bench, checkins(bench, *checked, uploaded="09-21T17:00:00", offline=offline, gate=gate)) == due


def test_a_station_that_uploads_after_that_is_late_as_a_publisher(world: World) -> None:
    bench = Bench(world, at("09-21 12:00:00"))
    decision = bench.fold(checkins(bench, ("am", "09-21T07:01:00"), uploaded="09-21T12:00:00"))["decision"]
    assert decision["overrun_minutes"] == 20
