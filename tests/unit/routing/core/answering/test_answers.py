"""What desks answer: each for itself, once, in any order of arrival."""

import dataclasses
from typing import Any

import pytest

from contracts.coordination import NotificationAcknowledged, NotificationDelivered, PartReported, TaskClosed
from infra.messaging.delivery import Poison
from services.routing.core.model import Duty, World
from tests.unit.routing.core.bench import ALARM, Bench, at, clock_text, person
from tests.unit.routing.core.places import EDU, HEALTH, POLICE_110, RAISED, SAFETY, SCHOOL, STATION, VICE

ACKNOWLEDGED = "bus.notification.acknowledged"


@pytest.fixture
def bench(world: World) -> Bench:
    bench = Bench(world, at("09-21 10:00:00"))
    bench.state_event(RAISED, POLICE_110, ALARM)
    return bench


def ack(bench: Bench, desk: str, kind: str = "ack") -> Duty:
    return max((d for d in bench.duties() if (d.desk, d.kind) == (desk, kind)), key=lambda d: (d.version, d.start))


def correct(bench: Bench) -> None:
    changes = {"kind": {"old": "weapon", "new": "violence"}}
    bench.state_event(f"{RAISED}.corrected", POLICE_110, {"alarm_no": ALARM["alarm_no"], "changes": changes, "reason": "核实"})


def signature(bench: Bench, of: str, **other: Any) -> NotificationAcknowledged:
    n = bench.notification(of)
    fields: dict[str, Any] = {"notification": n.id, "incident": n.incident, "desk": of, "version": n.version, "acknowledged_at": bench.now}
    return NotificationAcknowledged(**{**fields, "person": person(of), **other})


def refused(bench: Bench, data: Any, name: str, desk: str) -> str:
    with pytest.raises(Poison) as poison:
        bench.answer(data, name, desk, data.incident)
    return poison.value.code


def test_a_desk_cannot_sign_for_another(bench: Bench) -> None:
    """INVARIANT: only the desk's own 签收 counts — broken by believing the notification's number alone."""
    assert refused(bench, signature(bench, SCHOOL, desk=STATION), ACKNOWLEDGED, STATION) == "wrong-desk"
    assert refused(bench, signature(bench, SCHOOL), ACKNOWLEDGED, STATION) == "wrong-desk"
    assert ack(bench, SCHOOL).state == "open"


def test_an_answer_about_a_notification_that_routing_never_issued_is_no_answer(bench: Bench) -> None:
    stranger = "01a0c1b1-0900-8000-8000-000000000000"
    assert refused(bench, signature(bench, SCHOOL, notification=stranger), ACKNOWLEDGED, SCHOOL) == "unknown-notification"
    assert refused(bench, signature(bench, SCHOOL, incident=stranger), ACKNOWLEDGED, SCHOOL) == "unknown-incident"
    assert refused(bench, signature(bench, SCHOOL, version=9), ACKNOWLEDGED, SCHOOL) == "unknown-version"
    n = bench.notification(SCHOOL)
    late = NotificationDelivered(notification=n.id, incident=n.incident, desk=SCHOOL, version=9, delivered_at=bench.now)
    assert refused(bench, late, "bus.notification.delivered", SCHOOL) == "unknown-version"


def test_a_desk_without_a_part_reports_nothing(bench: Bench) -> None:
    data = PartReported(incident=bench.task().incident, desk=SAFETY, progress="done", reported_at=bench.now, person=person(SAFETY))
    assert refused(bench, data, "bus.part.reported", SAFETY) == "no-part"


def test_the_first_signature_of_a_version_stands(bench: Bench) -> None:
    bench.sign(SCHOOL)
    before = len(bench.said)
    bench.wait(minutes=1)
    bench.sign(SCHOOL)
    assert bench.notification(SCHOOL).acknowledged_at == at("09-21 10:00:00")
    assert not [out for out in bench.said[before:] if out.name == ACKNOWLEDGED]


def test_a_delivery_that_comes_twice_starts_the_clock_once(bench: Bench) -> None:
    issued = next(data for to, data in bench.heard("bus.notification.issued") if to == SCHOOL)
    bench.wait(minutes=2)
    bench.deliver(issued)
    assert [clock_text(d.due) for d in bench.duties() if (d.desk, d.kind) == (SCHOOL, "ack")] == ["09-21 10:05"]


def test_answers_that_arrive_before_the_delivery_count_from_their_own_time(world: World) -> None:
    bench = Bench(world, at("09-21 10:00:00"), deaf={SCHOOL})
    bench.state_event(RAISED, POLICE_110, ALARM)
    issued = bench.undelivered[0]
    bench.wait(minutes=2)
    bench.sign(SCHOOL)
    bench.report(SCHOOL, "started", incident=bench.task().incident)
    bench.now = at("09-21 10:01:00")
    delivery = NotificationDelivered(
        notification=issued.notification, incident=issued.incident, desk=SCHOOL, version=1, delivered_at=at("09-21 10:01:00")
    )
    bench.now = at("09-21 10:09:00")
    bench.answer(delivery, "bus.notification.delivered", SCHOOL, issued.incident)
    assert {(d.kind, d.state, d.met_at) for d in bench.duties() if d.desk == SCHOOL} == {
        ("ack", "met", at("09-21 10:02:00")), ("first-action", "met", at("09-21 10:02:00")),
    }  # fmt: skip
    assert bench.heard("bus.duty.missed") == []


def test_a_signature_crosses_a_new_version(bench: Bench) -> None:
    bench.deaf.add(SCHOOL)
    bench.wait(minutes=1)
    correct(bench)
    bench.sign(SCHOOL, version=1)
    assert ack(bench, SCHOOL).state == "met", "the new version was not delivered when the person clicked"
    bench.wait(minutes=1)
    bench.deliver(bench.undelivered[-1])
    assert (ack(bench, SCHOOL).state, clock_text(ack(bench, SCHOOL).due)) == ("open", "09-21 10:07")


def test_a_click_on_the_old_version_leaves_the_new_one_open(bench: Bench) -> None:
    bench.wait(minutes=1)
    correct(bench)
    bench.sign(SCHOOL, version=1)
    assert (ack(bench, SCHOOL).state, clock_text(ack(bench, SCHOOL).due)) == ("open", "09-21 10:05")
    bench.sign(SCHOOL, version=2)
    assert ack(bench, SCHOOL).state == "met"


def test_a_signature_holds_for_what_only_informed_after_it(bench: Bench) -> None:
    """v2 binds, v3 informs, v4 is on its way: signing v2 is signing."""
    correct(bench)
    bench.state_event(f"{RAISED}.supplemented", POLICE_110, {"alarm_no": ALARM["alarm_no"], "added": {"suspect_look": "黑衣"}})
    bench.deaf.add(SCHOOL)
    changes = {"kind": {"old": "violence", "new": "crowd"}}
    bench.state_event(f"{RAISED}.corrected", POLICE_110, {"alarm_no": ALARM["alarm_no"], "changes": changes, "reason": "核实"})
    bench.sign(SCHOOL, version=2)
    assert ack(bench, SCHOOL).state == "met"


def test_the_first_action_is_started_or_done_and_nothing_else(bench: Bench) -> None:
    incident = bench.task().incident
    bench.report(SCHOOL, "blocked", "校门锁坏", incident=incident)
    assert ack(bench, SCHOOL, "first-action").state == "open"
    bench.report(SCHOOL, "started", incident=incident)
    assert ack(bench, SCHOOL, "first-action").state == "met"
    assert {part.desk: part.state for part in bench.task().parts}[SCHOOL] == "started"


def test_a_part_that_is_done_stays_done(bench: Bench) -> None:
    incident = bench.task().incident
    bench.report(SCHOOL, "done", incident=incident)
    bench.report(SCHOOL, "started", incident=incident)
    assert {part.desk: part.state for part in bench.task().parts}[SCHOOL] == "done"


def test_only_the_leads_report_with_words_meets_the_report(bench: Bench) -> None:
    incident = bench.task().incident
    bench.report(SCHOOL, "done", "已清点人数", incident=incident)
    bench.report(STATION, "started", incident=incident)
    assert ack(bench, STATION, "report").state == "open"
    bench.report(STATION, "started", "嫌疑人已控制", incident=incident)
    assert ack(bench, STATION, "report").state == "met"


def test_nobody_is_told_of_its_own_act_and_publisher_and_lead_of_everybody_elses(bench: Bench) -> None:
    bench.sign(SCHOOL)
    bench.sign(STATION)
    heard = [(to, data.desk) for to, data in bench.heard(ACKNOWLEDGED)]
    assert heard == [(POLICE_110, SCHOOL), (STATION, SCHOOL), (POLICE_110, STATION)]


def close_all(bench: Bench, *desks: str) -> None:
    for desk in desks:
        bench.report(desk, "done", "已完成", incident=bench.task().incident)
    bench.close(STATION, bench.task())


def test_a_task_closes_with_an_open_signature_but_is_not_complete(bench: Bench) -> None:
    for desk in (STATION, SCHOOL):
        bench.sign(desk)
    close_all(bench, STATION, SCHOOL, EDU)
    answer = bench.heard("bus.task.closed")[-1][1]
    assert (answer.refused, answer.legal_complete) == (None, False)
    bench.to(at("09-21 10:11:00"))
    assert [data.desk for to, data in bench.heard("bus.duty.missed") if to == EDU] == [EDU], "closing ends nobody's own duty"


def test_a_task_whose_notification_never_arrived_is_not_complete(world: World) -> None:
    bench = Bench(world, at("09-21 10:00:00"), deaf={HEALTH})
    bench.state_event(RAISED, POLICE_110, ALARM | {"casualties": 1})
    for desk in (STATION, SCHOOL, EDU):
        bench.sign(desk)
    close_all(bench, STATION, SCHOOL, EDU, HEALTH)
    assert bench.heard("bus.task.closed")[-1][1].legal_complete is False


def test_what_was_met_late_is_complete_all_the_same(bench: Bench) -> None:
    bench.to(at("09-21 10:30:00"))
    for desk in (STATION, SCHOOL, EDU):
        bench.sign(desk)
    close_all(bench, STATION, SCHOOL, EDU)
    assert bench.heard("bus.task.closed")[-1][1].legal_complete is True
    assert {to for to, _ in bench.heard("bus.task.closed")} == {STATION, SCHOOL, EDU, POLICE_110}


def test_only_the_lead_closes_and_only_once(bench: Bench) -> None:
    bench.close(SCHOOL, bench.task())
    assert bench.heard("bus.task.closed")[-1][1].refused == "not-the-lead"
    close_all(bench, SCHOOL, EDU)
    closed_at, before = bench.task().closed_at, len(bench.said)
    bench.wait(minutes=1)
    bench.close(STATION, bench.task())
    assert (bench.task().closed_at, bench.said[before:]) == (closed_at, [])
    data = TaskClosed(task="none", incident=bench.task().incident, desk=STATION, outcome="", closed_at=bench.now, person=person(STATION))
    assert refused(bench, data, "bus.task.closed", STATION) == "unknown-task"


def test_a_delivery_of_what_was_withdrawn_meanwhile_starts_no_clock(world: World) -> None:
    bench = Bench(world, at("09-21 10:00:00"), deaf={SCHOOL, VICE})
    bench.state_event(RAISED, POLICE_110, ALARM)
    gone = {"alarm_no": ALARM["alarm_no"], "code": "false-alarm", "reason": "误报", "officer": "值班长"}
    bench.state_event(f"{RAISED}.withdrawn", POLICE_110, gone)
    bench.deliver(bench.undelivered[0])
    assert [d for d in bench.duties() if d.desk == SCHOOL] == []
    assert dataclasses.asdict(bench.notification(SCHOOL))["state"] == "withdrawn"
