"""The road of one alarm through the core: who is told by when, who signs, what climbs."""

from dataclasses import replace

import pytest

from services.routing.core.mandates import MandateBook
from services.routing.core.model import World
from tests.unit.routing.core.bench import ALARM, INCIDENT, Bench, at

A, B = "2199000101", "3199000102"
STATION = "police.station-duty@ps-990102-01"
SCHOOL = f"school.duty-desk@{A}"
EDU = "education.duty-officer@edu-990102"
SAFETY = "education.safety-desk@edu-990102"
HEALTH = "health.emergency-office@hb-990102"
VICE = f"school.law-vice-principal@{A}"
OFFICE = "education.conference-office@edu-990102"
POLICE_110 = "police.110-desk@pb-990102"
WEAPON = ALARM | {
    "casualties": 1, "injury_note": "手臂划伤", "suspect_look": "黑色上衣", "advice": ["lockdown", "hold-dismissal"],
    "place_point": {"lon": 117.0, "lat": 36.6, "crs": "CGCS2000"},
}  # fmt: skip


@pytest.fixture
def bench(world: World) -> Bench:
    return Bench(world, at("09-21 16:38:00"))


def test_each_agency_gets_its_own_deadline(bench: Bench) -> None:
    bench.state_event("police.alarm.raised", POLICE_110, WEAPON, known_at=at("09-21 16:36:30"))
    assert bench.dues("ack", "first-action") == {
        SCHOOL: "09-21 16:43 / 09-21 16:43",
        STATION: "09-21 16:43 / 09-21 16:43",
        EDU: "09-21 16:48 / 09-21 17:08",
        HEALTH: "09-21 16:48 / 09-21 17:08",
    }
    assert {desk for desk, _ in bench.heard("bus.notification.issued")} == {SCHOOL, STATION, EDU, HEALTH, VICE}
    assert bench.dues("report", "close") == {STATION: "09-22 16:38 / 09-24 17:30"}


def test_each_agency_sees_only_its_own_view(bench: Bench) -> None:
    bench.state_event("police.alarm.raised", POLICE_110, WEAPON)
    seen = {desk: set(data.payload) for desk, data in bench.heard("bus.notification.issued")}
    assert not {"injury_note", "place_point"} & seen[SCHOOL]
    assert not {"suspect_look", "place_point", "injury_note"} & seen[EDU]
    assert "suspect_look" not in seen[HEALTH]
    assert seen[VICE] == {"kind", "severity", "schools", "relation"}


def test_one_signature_never_signs_for_another_desk(bench: Bench) -> None:
    bench.state_event("police.alarm.raised", POLICE_110, WEAPON)
    bench.to(at("09-21 16:39:10"))
    bench.sign(STATION)
    open_acks = {d.desk for d in bench.duties() if d.kind == "ack" and d.state == "open"}
    assert open_acks == {SCHOOL, EDU, HEALTH}
    assert [desk for desk, _ in bench.heard("bus.notification.acknowledged")] == [POLICE_110]


def test_the_reporting_school_leads_and_has_signed_its_own_part(bench: Bench) -> None:
    bench.now = at("09-22 09:00:00")
    bench.state_event("school.campus-incident.reported", f"school.duty-desk@{B}", INCIDENT)
    assert bench.dues("ack", "first-action") == {STATION: "09-22 09:30 / 09-22 13:00", SAFETY: "09-23 17:30 / –"}
    assert bench.dues("report", "close") == {f"school.duty-desk@{B}": "09-23 17:30 / 09-28 17:30"}
    assert next(part.state for part in bench.task().parts if part.lead) == "accepted"


def test_a_conclusion_reaches_everybody_who_was_told_but_the_one_who_concludes(bench: Bench) -> None:
    bench.state_event("police.alarm.raised", POLICE_110, WEAPON)
    before = len(bench.heard("bus.notification.issued"))
    bench.now = at("09-24 15:00:00")
    concluded = {"alarm_no": WEAPON["alarm_no"], "outcome": "administrative", "advice": "加强值守"}
    bench.state_event("police.alarm.concluded", STATION, concluded)
    told = bench.heard("bus.notification.issued")[before:]
    assert {desk for desk, _ in told} == {SCHOOL, EDU, HEALTH, VICE}
    assert all(not data.material for _, data in told)
    assert dict(told)[EDU].payload["outcome"] == "administrative"
    assert "outcome" not in dict(told)[VICE].payload


def friday_night(bench: Bench) -> None:
    bench.now = at("10-09 21:40:00")
    crowd = ALARM | {"kind": "crowd", "severity": "urgent"}
    bench.state_event("police.alarm.raised", STATION, crowd)


def test_a_friday_night_alarm_waits_for_the_make_up_school_day(bench: Bench) -> None:
    friday_night(bench)
    assert bench.dues("ack", "first-action") == {SCHOOL: "10-10 07:00 / 10-11 00:00", SAFETY: "10-10 17:30 / –"}
    assert bench.dues("report", "close") == {STATION: "10-10 17:30 / 10-13 17:30"}


def test_a_silent_school_climbs_the_ladder_until_it_signs(bench: Bench) -> None:
    friday_night(bench)
    bench.to(at("10-10 09:05:00"))
    bench.sign(SAFETY)
    bench.to(at("10-10 09:20:00"))
    bench.sign(SCHOOL)
    bench.to(at("10-10 12:00:00"))
    assert bench.escalated() == [
        ("10-10 07:00", 1, f"school.principal@{A}"),
        ("10-10 07:30", 2, EDU),
        ("10-10 07:30", 2, STATION),
        ("10-10 09:00", 3, "education.leader-in-charge@edu-990102"),
    ]
    cleared = {desk: data.why for desk, data in bench.heard("bus.escalation.cleared")}
    told = (f"school.principal@{A}", EDU, STATION, "education.leader-in-charge@edu-990102", SCHOOL)
    assert cleared == dict.fromkeys(told, "acknowledged")


def test_a_miss_that_an_earlier_signature_disproves_is_void(bench: Bench) -> None:
    friday_night(bench)
    signed_at = at("10-10 06:59:00")
    bench.to(at("10-10 07:31:00"))
    later, bench.now = bench.now, signed_at
    bench.sign(SCHOOL)
    bench.now = later
    duty = next(d for d in bench.duties() if d.desk == SCHOOL and d.kind == "ack")
    assert (duty.voided, duty.state) == (True, "met")
    assert {data.why for _, data in bench.heard("bus.escalation.cleared")} == {"in-time"}


def test_a_due_that_is_past_at_delivery_is_missed_with_its_logical_time(bench: Bench) -> None:
    bench.deaf.add(SCHOOL)
    bench.state_event("police.alarm.raised", POLICE_110, WEAPON)
    issued = next(data for desk, data in bench.heard("bus.notification.issued") if desk == SCHOOL)
    delivered_at = bench.now
    bench.now = at("09-21 17:00:00")
    late = Bench.deliver
    moment, bench.now = bench.now, delivered_at
    late(bench, issued)
    bench.now = moment
    bench.wait(seconds=1)
    missed = [data.due for desk, data in bench.heard("bus.duty.missed") if desk == SCHOOL and data.desk == SCHOOL]
    assert at("09-21 16:43:00") in missed


def test_the_report_of_the_lead_and_the_closing_need_every_part(bench: Bench) -> None:
    bench.state_event("police.alarm.raised", POLICE_110, WEAPON)
    incident = bench.task().incident
    bench.close(STATION, bench.task())
    refused = [data.refused for _, data in bench.heard("bus.task.closed")]
    assert refused
    assert refused[0].startswith("open-parts")
    for desk in (STATION, SCHOOL, EDU, HEALTH):
        bench.sign(desk)
        bench.report(desk, "done", "已完成", incident=incident)
    bench.close(STATION, bench.task())
    assert bench.task().closed_at is not None
    assert bench.heard("bus.task.closed")[-1][1].legal_complete is True


def returned(bench: Bench) -> None:
    bench.now = at("09-22 09:00:00")
    bench.state_event("school.campus-incident.reported", f"school.duty-desk@{B}", INCIDENT)
    bench.to(at("09-22 09:10:00"))
    bench.send_back(STATION, suggested="police.station-duty@ps-990102-02")


def test_a_return_goes_to_arbitration_and_holds_the_ladder(bench: Bench) -> None:
    returned(bench)
    item = bench.notification(OFFICE, family="arbitration")
    assert bench.dues("ruling")[OFFICE] == "09-22 10:10"
    assert item.issued["payload"]["suggested_desk"] == "police.station-duty@ps-990102-02"
    bench.to(at("09-22 10:00:00"))
    assert bench.escalated() == []


def test_an_upheld_return_starts_afresh_at_the_new_desk_and_leaves_the_close_due(bench: Bench) -> None:
    returned(bench)
    bench.to(at("09-22 10:00:00"))
    bench.rule(OFFICE, "uphold", new_desk="police.station-duty@ps-990102-02")
    assert bench.notification(STATION).state == "redirected"
    assert bench.dues("ack")["police.station-duty@ps-990102-02"] == "09-22 10:30"
    assert bench.dues("close") == {f"school.duty-desk@{B}": "09-28 17:30"}
    bench.to(at("09-22 10:29:00"))
    assert bench.escalated() == []


def test_a_rejected_return_past_its_due_is_missed_at_the_ruling(bench: Bench) -> None:
    returned(bench)
    bench.to(at("09-22 10:05:00"))
    bench.rule(OFFICE, "reject")
    bench.to(at("09-22 10:36:00"))
    assert bench.escalated()[:2] == [
        ("09-22 10:05", 1, "police.unit-leader@ps-990102-01"),
        ("09-22 10:35", 2, "police.liaison-desk@pb-990102"),
    ]
    missed = next(data for _, data in bench.heard("bus.duty.missed") if data.desk == STATION)
    assert missed.due == at("09-22 09:30:00")


def test_without_a_ruling_the_first_receiver_keeps_the_duty(bench: Bench) -> None:
    returned(bench)
    bench.to(at("09-22 10:11:00"))
    assert bench.notification(STATION).state == "delivered"
    assert bench.escalated()[:2] == [
        ("09-22 10:10", 1, "education.leader-in-charge@edu-990102"),
        ("09-22 10:10", 1, "police.unit-leader@ps-990102-01"),
    ]


def test_a_split_ruling_binds_both_desks(bench: Bench) -> None:
    returned(bench)
    bench.to(at("09-22 09:20:00"))
    bench.rule(OFFICE, "split", new_desk="police.station-duty@ps-990102-02")
    assert bench.dues("ack")[STATION] == "09-22 09:30"
    assert bench.dues("ack")["police.station-duty@ps-990102-02"] == "09-22 09:50"


def test_a_third_return_is_refused(bench: Bench) -> None:
    other = "police.station-duty@ps-990102-02"
    returned(bench)
    bench.rule(OFFICE, "uphold", new_desk=other)
    bench.send_back(other, suggested=STATION)
    leader = "education.leader-in-charge@edu-990102"
    assert bench.notification(leader, family="arbitration").issued["payload"]["final"] is True
    bench.rule(leader, "uphold", new_desk=STATION)
    bench.send_back(STATION)
    assert bench.notification(STATION).state == "delivered"
    assert "最终裁定" in bench.heard("bus.arbitration.ruled")[-1][1].reason


def test_an_event_that_no_rule_wants_reaches_a_person(bench: Bench) -> None:
    bench.world = replace(bench.world, book=MandateBook([m for m in bench.world.book if m.id.startswith("GOV")], {}, "v"))
    decision = bench.state_event("police.alarm.raised", POLICE_110, ALARM)
    assert decision["outcome"] == "unmatched"
    assert {desk for desk, _ in bench.heard("bus.notification.issued")} == {EDU, "bus.ops-desk@bus-990100"}


def test_the_same_statement_under_another_id_tells_nobody_twice(bench: Bench) -> None:
    bench.state_event("police.alarm.raised", POLICE_110, WEAPON)
    before = len(bench.heard("bus.notification.issued"))
    decision = bench.state_event("police.alarm.raised", POLICE_110, WEAPON)
    assert decision["outcome"] == "duplicate-of"
    assert len(bench.heard("bus.notification.issued")) == before


def test_a_drill_stops_at_the_third_step(bench: Bench) -> None:
    bench.state_event("police.alarm.raised", POLICE_110, WEAPON, status="exercise")
    bench.to(at("09-21 18:00:00"))
    assert max(step for _, step, _ in bench.escalated()) == 3


def test_a_withdrawn_alarm_ends_every_open_duty(bench: Bench) -> None:
    bench.state_event("police.alarm.raised", POLICE_110, WEAPON)
    gone = {"alarm_no": WEAPON["alarm_no"], "code": "false-alarm", "reason": "误报", "officer": "值班长"}
    bench.state_event("police.alarm.raised.withdrawn", POLICE_110, gone, revision=2)
    bench.wait(hours=2)
    assert bench.escalated() == []
    assert {desk for desk, _ in bench.heard("bus.notification.withdrawn")} == {SCHOOL, STATION, EDU, HEALTH, VICE}


def test_a_correction_of_the_school_moves_the_duty_and_hides_the_data(bench: Bench) -> None:
    bench.state_event("police.alarm.raised", POLICE_110, ALARM)
    bench.wait(minutes=2)
    bench.sign(STATION)
    bench.wait(minutes=1)
    changed = {"alarm_no": ALARM["alarm_no"], "changes": {"schools": {"old": [A], "new": [B]}}, "reason": "学校有误"}
    bench.state_event("police.alarm.raised.corrected", POLICE_110, changed, revision=2)
    hidden = {desk: data.hide for desk, data in bench.heard("bus.notification.withdrawn")}
    assert hidden == {SCHOOL: True, VICE: True}
    assert {part.desk: part.state for part in bench.task().parts}[SCHOOL] == "excused"
    current = {d.desk: d for d in sorted(bench.duties(), key=lambda d: d.version) if d.kind == "ack" and d.state == "open"}
    assert {desk: d.due for desk, d in current.items()} == {
        f"school.duty-desk@{B}": at("09-21 16:46:00"),
        STATION: at("09-21 16:46:00"),
        EDU: at("09-21 16:48:00"),
    }


def test_nobody_on_duty_is_raised_the_same_second(uncovered_world: World) -> None:
    bench = Bench(uncovered_world, at("09-12 02:15:00"))
    bench.state_event("police.alarm.raised", POLICE_110, ALARM)
    told = bench.heard("bus.desk.uncovered")
    assert [data.desk for _, data in told] == [EDU]
    leader = bench.notification("education.unit-leader@edu-990102", family="uncovered")
    assert leader.kind == "acknowledge"
    assert next(d.due for d in bench.duties() if d.owner == leader.id) == at("09-12 02:25:00")
