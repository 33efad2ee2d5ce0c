"""退单 and 裁定 at their edges: races, boxes that end, desks that sign after all, rulings that later events must keep."""

from datetime import datetime
from typing import Any

import pytest

from contracts.coordination import ArbitrationRuled
from infra.messaging.delivery import Poison
from services.routing.core.mandates import MandateBook
from services.routing.core.model import Duty, Notification, World
from services.routing.packs import load_book
from tests.unit.routing.core.bench import ALARM, INCIDENT, Bench, at, clock_text, person
from tests.unit.routing.core.places import (
    EDU,
    EDU_IN_CHARGE,
    OFFICE,
    OTHER_STATION,
    POLICE_110,
    POLICE_IN_CHARGE,
    RAISED,
    REPORTED,
    SCHOOL,
    SCHOOL_B,
    STATION,
    STATION_LEADER,
    A,
    E,
)

RULED = "bus.arbitration.ruled"
TOWN = "community.town-office@town-990102001"


@pytest.fixture
def bench(world: World) -> Bench:
    """POL-01 at 10:00; the station has returned it at 10:02, the box ends at 10:12."""
    bench = Bench(world, at("09-21 10:00:00"))
    bench.state_event(RAISED, POLICE_110, ALARM)
    for desk in (SCHOOL, EDU):
        bench.sign(desk)
        bench.report(desk, "started", incident=bench.task().incident)
    bench.to(at("09-21 10:02:00"))
    bench.send_back(STATION, suggested=OTHER_STATION)
    return bench


def ack(bench: Bench, desk: str, kind: str = "ack") -> Duty:
    return max((d for d in bench.duties() if (d.desk, d.kind) == (desk, kind)), key=lambda d: (d.version, d.start))


def item_of(bench: Bench, arbiter: str = OFFICE) -> Notification:
    return bench.notification(arbiter, family="arbitration")


def rule(bench: Bench, ruling: Any, when: datetime, *, arrives: datetime, new: str | None = None, by: str = OFFICE, of: str = "") -> None:
    """A ruling made at one time that reaches routing at another."""
    item = item_of(bench, by)
    bench.now = arrives
    data = ArbitrationRuled(
        notification=of or item.arbitration_of or "", arbitration=item.id, incident=item.incident, desk=by, ruling=ruling, new_desk=new,
        reason="按职责清单", ruled_at=when, person=person(by),
    )  # fmt: skip
    bench.answer(data, RULED, by, item.incident)


def told(bench: Bench, desk: str) -> list[Any]:
    return [data for to, data in bench.heard("bus.notification.issued") if to == desk]


def correct(bench: Bench, **changes: tuple[Any, Any]) -> None:
    stated = {field: {"old": old, "new": new} for field, (old, new) in changes.items()}
    bench.state_event(f"{RAISED}.corrected", POLICE_110, {"alarm_no": ALARM["alarm_no"], "changes": stated, "reason": "核实"})


def test_the_first_ruling_wins(bench: Bench) -> None:
    rule(bench, "reject", at("09-21 10:03:00"), arrives=at("09-21 10:03:00"))
    rule(bench, "uphold", at("09-21 10:03:30"), arrives=at("09-21 10:03:30"), new=OTHER_STATION)
    assert (bench.notification(STATION).live, bench.notification(STATION).ruling) == (True, "reject")
    assert told(bench, OTHER_STATION) == []


def test_a_ruling_after_the_box_changes_nothing_even_if_the_clock_slept(bench: Bench) -> None:
    rule(bench, "uphold", at("09-21 10:12:01"), arrives=at("09-21 10:12:01"), new=OTHER_STATION)
    assert told(bench, OTHER_STATION) == []
    assert bench.notification(STATION).state == "delivered"
    assert not item_of(bench).live
    bench.tick()
    assert set(bench.escalated()) == {("09-21 10:12", 1, STATION_LEADER), ("09-21 10:12", 1, EDU_IN_CHARGE)}


def test_a_ruling_of_its_time_that_arrives_after_the_box_still_counts(bench: Bench) -> None:
    bench.to(at("09-21 10:14:00"))
    assert bench.notification(STATION).state == "delivered"
    rule(bench, "uphold", at("09-21 10:11:00"), arrives=at("09-21 10:14:00"), new=OTHER_STATION)
    assert bench.notification(STATION).state == "redirected"
    assert clock_text(ack(bench, OTHER_STATION).due) == "09-21 10:19"
    assert {d.why for to, d in bench.heard("bus.escalation.cleared") if to == EDU_IN_CHARGE} == {"in-time"}
    assert "redirected" in {d.why for to, d in bench.heard("bus.escalation.cleared") if to == STATION_LEADER}
    assert bench.task().lead == OTHER_STATION


def test_the_box_that_ends_tells_the_desk_that_it_must_act(bench: Bench) -> None:
    bench.to(at("09-21 10:12:00"))
    (word,) = [data for to, data in bench.heard(RULED) if to == STATION]
    assert (word.ruling, "首接" in word.reason) == ("reject", True)
    assert [to for to, d in bench.heard("bus.notification.withdrawn") if d.why == "superseded"] == [OFFICE]


def test_a_box_runs_although_the_arbiter_got_nothing(world: World) -> None:
    """INVARIANT: a held duty is not held for ever — broken by a box that waits for the arbiter's delivery."""
    bench = Bench(world, at("09-21 10:00:00"), deaf={OFFICE})
    bench.state_event(RAISED, POLICE_110, ALARM)
    bench.send_back(STATION)
    bench.to(at("09-21 10:11:00"))
    assert bench.notification(STATION).state == "delivered"
    assert ack(bench, STATION).missed_at == at("09-21 10:05:00")


def test_a_desk_that_signs_after_all_keeps_the_duty_and_ends_the_arbitration(bench: Bench) -> None:
    bench.to(at("09-21 10:04:00"))
    bench.sign(STATION)
    assert (ack(bench, STATION).state, ack(bench, STATION, "first-action").state) == ("met", "open")
    assert not item_of(bench).live
    bench.to(at("09-21 10:06:00"))
    missed = [(d.desk, d.duty) for to, d in bench.heard("bus.duty.missed") if to == d.desk]
    assert missed == [(STATION, "first-action")]
    bench.to(at("09-21 10:30:00"))
    assert not [d for _, d in bench.heard("bus.duty.missed") if d.desk == OFFICE]


def test_a_return_given_in_time_that_arrives_after_the_miss_voids_it(world: World) -> None:
    bench = Bench(world, at("09-21 10:00:00"))
    bench.state_event(RAISED, POLICE_110, ALARM)
    bench.to(at("09-21 10:06:00"))
    later, bench.now = bench.now, at("09-21 10:04:00")
    bench.send_back(STATION)
    bench.now = later
    assert {d.why for to, d in bench.heard("bus.escalation.cleared") if to == STATION_LEADER} == {"returned"}
    assert {d.state for d in bench.duties() if d.desk == STATION and d.kind == "ack"} == {"held"}
    rule(bench, "reject", at("09-21 10:08:00"), arrives=at("09-21 10:08:00"))
    bench.tick()
    raised = [
        (clock_text(d.logical_at), d.step) for to, d in bench.heard("bus.escalation.raised") if to == STATION_LEADER and d.duty == "ack"
    ]
    assert raised == [("09-21 10:05", 1), ("09-21 10:08", 1)]
    numbers = [(out.object, out.version) for out in bench.said if out.name == "bus.escalation.raised" and out.recipient == STATION_LEADER]
    assert len(numbers) == len(set(numbers)), "a second miss must not look like the first one said again"


def test_a_return_at_the_due_is_taken_and_one_after_it_is_refused(world: World) -> None:
    for moment, state in (("10:05:00", "returned"), ("10:05:01", "delivered")):
        bench = Bench(world, at("09-21 10:00:00"))
        bench.state_event(RAISED, POLICE_110, ALARM)
        bench.now = at(f"09-21 {moment}")
        bench.send_back(STATION)
        assert bench.notification(STATION).state == state


def test_a_signed_a_held_or_an_informed_notification_is_not_returned(bench: Bench) -> None:
    bench.send_back(SCHOOL)
    bench.send_back(STATION)
    bench.send_back(f"school.law-vice-principal@{A}")
    reasons = [data.reason for _, data in bench.heard(RULED)]
    assert {"已签收，不再受理退单", "已在裁定中", "此件不受理退单"} <= set(reasons)
    assert len([i for i in bench.loaded.states.values() for j in i.incidents.values() if j.family == "arbitration"]) == 1


def test_a_duty_that_a_ruling_let_stand_is_not_returned_again(bench: Bench) -> None:
    rule(bench, "reject", at("09-21 10:03:00"), arrives=at("09-21 10:03:00"))
    bench.send_back(STATION)
    assert bench.notification(STATION).state == "delivered"
    assert "最终裁定" in bench.heard(RULED)[-1][1].reason


def test_nobody_rules_on_its_own_return(world: World) -> None:
    bench = Bench(world, at("09-20 23:00:00"))
    bench.state_event(RAISED, POLICE_110, ALARM)
    bench.send_back(EDU)
    assert item_of(bench, EDU_IN_CHARGE).arbitration_of
    assert not [n for s in bench.loaded.states.values() for n in s.notifications.values() if n.desk == EDU and n.arbitration_of]


def test_the_second_return_goes_to_the_leaders_of_both_agencies_and_of_education(bench: Bench) -> None:
    rule(bench, "uphold", at("09-21 10:03:00"), arrives=at("09-21 10:03:00"), new=OTHER_STATION)
    bench.send_back(OTHER_STATION)
    boxes = {d.desk: clock_text(d.due) for d in bench.duties() if d.kind == "ruling" and d.state == "open"}
    assert boxes == {POLICE_IN_CHARGE: "09-21 10:13", EDU_IN_CHARGE: "09-21 10:13"}
    rule(bench, "reject", at("09-21 10:05:00"), arrives=at("09-21 10:05:00"), by=POLICE_IN_CHARGE)
    assert [to for to, d in bench.heard("bus.notification.withdrawn") if d.why == "superseded"] == [EDU_IN_CHARGE]
    rule(bench, "uphold", at("09-21 10:05:01"), arrives=at("09-21 10:05:01"), by=EDU_IN_CHARGE, new=STATION)
    assert bench.notification(OTHER_STATION).live


def test_a_ruling_to_a_desk_that_does_not_exist_is_no_ruling(bench: Bench) -> None:
    with pytest.raises(Poison) as poison:
        rule(bench, "uphold", at("09-21 10:03:00"), arrives=at("09-21 10:03:00"), new="police.parade-desk@ps-990102-01")
    assert poison.value.code == "unknown-desk"
    assert bench.notification(STATION).state == "returned"


def test_a_ruling_on_what_was_never_returned_is_no_ruling(bench: Bench) -> None:
    with pytest.raises(Poison) as poison:
        rule(bench, "reject", at("09-21 10:03:00"), arrives=at("09-21 10:03:00"), of=bench.notification(SCHOOL).id)
    assert poison.value.code == "not-an-arbitration"


def test_a_ruling_to_a_desk_that_was_told_already_gives_it_no_second_notification(bench: Bench) -> None:
    rule(bench, "uphold", at("09-21 10:03:00"), arrives=at("09-21 10:03:00"), new=EDU)
    assert [data.version for data in told(bench, EDU)] == [1, 2]
    assert len([n for s in bench.loaded.states.values() for n in s.notifications.values() if n.desk == EDU]) == 1
    assert clock_text(ack(bench, EDU).due) == "09-21 10:08"
    assert told(bench, EDU)[-1].material
    assert (bench.task().lead, [part.lead for part in bench.task().parts if part.desk == EDU]) == (EDU, [True])


def test_a_desk_that_acted_for_its_own_duty_acts_anew_for_the_one_that_a_ruling_gives_it(bench: Bench) -> None:
    """INVARIANT: who takes over gets fresh clocks — broken by taking what it did before for an answer to what it is asked now."""
    rule(bench, "uphold", at("09-21 10:03:00"), arrives=at("09-21 10:03:00"), new=EDU)
    assert (ack(bench, EDU, "first-action").state, clock_text(ack(bench, EDU, "first-action").due)) == ("open", "09-21 10:08")
    bench.sign(EDU)
    bench.report(EDU, "started", incident=bench.task().incident)
    assert ack(bench, EDU, "first-action").state == "met"


def test_a_ruling_that_asks_for_less_leaves_the_ladder_of_the_signature_that_is_due_first(world: World) -> None:
    """INVARIANT: the earliest signature climbs its own ladder — broken by the ladder of whatever was asked for last."""
    bench = Bench(world, at("09-21 10:00:00"))
    bench.state_event(RAISED, POLICE_110, ALARM | {"kind": "drowning"})
    bench.to(at("09-21 10:01:00"))
    bench.send_back(TOWN)
    bench.to(at("09-21 10:02:00"))
    bench.rule(OFFICE, "uphold", new_desk=EDU)
    assert (clock_text(ack(bench, EDU).due), ack(bench, EDU).ladder, bench.notification(EDU).colour) == ("09-21 10:10", "A", "red")
    bench.to(at("09-21 10:16:00"))
    steps = [(clock_text(one.logical_at), one.step) for _, one in bench.heard("bus.escalation.raised") if one.late_desk == EDU]
    assert sorted(set(steps)) == [("09-21 10:10", 1), ("09-21 10:15", 2)]


def test_later_events_keep_to_the_ruling(bench: Bench) -> None:
    """INVARIANT: a ruling is not undone by a follow-up — broken by resolving the roles as if nobody had ruled."""
    rule(bench, "uphold", at("09-21 10:03:00"), arrives=at("09-21 10:03:00"), new=OTHER_STATION)
    bench.state_event(f"{RAISED}.supplemented", POLICE_110, {"alarm_no": ALARM["alarm_no"], "added": {"suspect_look": "黑衣"}})
    assert [data.version for data in told(bench, OTHER_STATION)] == [1, 2]
    correct(bench, kind=("weapon", "violence"))
    assert [data.version for data in told(bench, OTHER_STATION)] == [1, 2, 3]
    assert (bench.notification(STATION).state, bench.task().lead) == ("redirected", OTHER_STATION)
    assert {part.desk for part in bench.task().parts} == {OTHER_STATION, SCHOOL, EDU}


def test_later_events_reach_both_desks_of_a_split(bench: Bench) -> None:
    rule(bench, "split", at("09-21 10:03:00"), arrives=at("09-21 10:03:00"), new=OTHER_STATION)
    bench.state_event(f"{RAISED}.supplemented", POLICE_110, {"alarm_no": ALARM["alarm_no"], "added": {"suspect_look": "黑衣"}})
    assert ([d.version for d in told(bench, STATION)], [d.version for d in told(bench, OTHER_STATION)]) == ([1, 2], [1, 2])
    assert {p.desk: p.lead for p in bench.task().parts if "station" in p.desk} == {STATION: True, OTHER_STATION: False}


def test_a_withdrawal_ends_the_arbitration_too(bench: Bench) -> None:
    gone = {"alarm_no": ALARM["alarm_no"], "code": "false-alarm", "reason": "误报", "officer": "值班长"}
    bench.state_event(f"{RAISED}.withdrawn", POLICE_110, gone)
    assert (OFFICE, "superseded") in {(to, d.why) for to, d in bench.heard("bus.notification.withdrawn")}
    bench.to(at("09-21 10:30:00"))
    assert bench.heard("bus.duty.missed") == []


def test_a_correction_that_removes_the_returned_desk_ends_its_arbitration(bench: Bench) -> None:
    correct(bench, schools=([A], [E]))
    assert not item_of(bench).live
    assert clock_text(ack(bench, OTHER_STATION).due) == "09-21 10:07"


def test_a_material_version_during_the_arbitration_starts_no_clock_that_the_ruling_does_not_know(bench: Bench) -> None:
    correct(bench, kind=("weapon", "violence"))
    bench.to(at("09-21 10:07:00"))
    assert [d for _, d in bench.heard("bus.duty.missed") if d.desk == STATION] == []
    rule(bench, "reject", at("09-21 10:08:00"), arrives=at("09-21 10:08:00"))
    bench.tick()
    missed = [clock_text(d.due) for to, d in bench.heard("bus.duty.missed") if (to, d.desk, d.duty) == (STATION, STATION, "ack")]
    assert missed == ["09-21 10:05"]


def test_a_higher_level_during_the_arbitration_tightens_the_due_and_holds_it(world: World) -> None:
    bench = Bench(world, at("09-21 10:00:00"))
    bench.state_event(RAISED, POLICE_110, ALARM | {"kind": "crowd", "severity": "urgent"})
    bench.send_back(STATION)
    changed = {"alarm_no": ALARM["alarm_no"], "field": "severity", "from": "urgent", "to": "life-risk", "by": "值班长", "why": "持械"}
    bench.state_event(f"{RAISED}.level-changed", POLICE_110, changed)
    assert (clock_text(ack(bench, STATION).due), ack(bench, STATION).state) == ("09-21 10:05", "held")
    bench.to(at("09-21 10:20:00"))
    assert [d for _, d in bench.heard("bus.duty.missed") if d.desk == STATION] == []


def test_a_return_that_nobody_can_rule_on_leaves_the_duty_where_it_is(world: World) -> None:
    ladders: Any = {letter: world.book.ladder(letter) for letter in "ABCPG"}  # type: ignore[arg-type]
    book = MandateBook([m for m in load_book() if m.id != "GOV-03"], ladders, "test")
    bench = Bench(World(world.directory, book, "test"), at("09-21 10:00:00"))
    bench.state_event(RAISED, POLICE_110, ALARM)
    bench.send_back(STATION)
    assert (bench.notification(STATION).state, ack(bench, STATION).state) == ("delivered", "open")
    assert "首接" in bench.heard(RULED)[-1][1].reason


def test_the_clocks_of_a_new_lead_wait_for_what_made_it_the_lead(world: World) -> None:
    bench = Bench(world, at("09-21 10:00:00"), deaf={EDU})
    bench.state_event(RAISED, POLICE_110, ALARM)
    bench.send_back(STATION)
    rule(bench, "uphold", at("09-21 10:03:00"), arrives=at("09-21 10:03:00"), new=EDU)
    first, second = bench.undelivered
    bench.deliver(first)
    assert bench.dues("report").get(EDU) is None
    bench.wait(minutes=4)
    bench.deliver(second)
    assert bench.dues("report")[EDU] == "09-22 10:07"


def test_school_forms_at_a_desk_outside_schools_take_the_days_of_the_school(world: World) -> None:
    bench = Bench(world, at("10-09 21:40:00"))
    bench.state_event(RAISED, POLICE_110, ALARM | {"kind": "crowd", "severity": "urgent"})
    bench.send_back(SCHOOL)
    rule(bench, "uphold", bench.now, arrives=bench.now, new=OTHER_STATION, by=EDU)
    assert clock_text(ack(bench, OTHER_STATION).due) == "10-10 07:00"
    assert told(bench, OTHER_STATION)[0].view == "P"


def test_arbiters_see_place_and_kind_but_no_more(world: World) -> None:
    bench = Bench(world, at("09-22 09:00:00"))
    bench.state_event(REPORTED, SCHOOL_B, INCIDENT | {"injury_note": "擦伤"})
    bench.send_back(STATION)
    payload = item_of(bench).issued["payload"]
    assert {"kind", "place_in_school", "returned_desk", "return_reason", "final"} <= payload.keys()
    assert not {"injury_note", "actions_taken"} & payload.keys()


def test_the_place_of_a_pupil_stays_hidden_from_arbiters(world: World) -> None:
    bench = Bench(world, at("09-22 09:00:00"))
    bench.state_event(RAISED, POLICE_110, ALARM | {"relation": "pupil-only", "severity": "routine"})
    bench.send_back(f"school.moral-director@{ALARM['schools'][0]}")
    assert "place_text" not in item_of(bench).issued["payload"]
    assert item_of(bench).issued["payload"]["kind"] == "weapon"


def test_items_of_the_bus_cannot_be_returned(bench: Bench) -> None:
    assert told(bench, OFFICE)[0].returnable is False
    bench.now = at("09-21 10:03:00")
    bench.send_back(OFFICE)
    assert item_of(bench).state == "delivered"
