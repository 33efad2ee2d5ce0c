"""Which incident an event belongs to: repetitions, contradictions, closed incidents, and follow-ups that come before their head."""

from typing import Any

import pytest

from infra.messaging.delivery import Poison
from services.routing.core.model import Incident, World
from services.routing.handle import fold_one
from tests.unit.routing.core.bench import ALARM, INCIDENT, Bench, at
from tests.unit.routing.core.places import (
    EDU,
    OPS,
    POLICE_110,
    RAISED,
    REPORTED,
    SAFETY,
    SCHOOL,
    SCHOOL_B,
    STATION,
    A,
    B,
)

NUMBER = ALARM["alarm_no"]
LOOK = {"alarm_no": NUMBER, "added": {"suspect_look": "黑衣"}}


@pytest.fixture
def bench(world: World) -> Bench:
    return Bench(world, at("09-21 10:00:00"))


def incidents(bench: Bench, family: str = "alarm") -> list[Incident]:
    found = {i.id: i for s in bench.loaded.states.values() for i in s.incidents.values() if i.family == family}
    return sorted(found.values(), key=lambda i: (i.first_time, i.revision))


def told(bench: Bench, desk: str) -> list[Any]:
    return [data for to, data in bench.heard("bus.notification.issued") if to == desk]


def poison(bench: Bench, name: str, publisher: str, data: dict[str, Any], **envelope: Any) -> str:
    with pytest.raises(Poison) as caught:
        bench.state_event(name, publisher, data, **envelope)
    return caught.value.code


def correction(**changes: tuple[Any, Any]) -> dict[str, Any]:
    return {"alarm_no": NUMBER, "changes": {f: {"old": old, "new": new} for f, (old, new) in changes.items()}, "reason": "核实"}


def close(bench: Bench) -> None:
    for desk in (STATION, SCHOOL, EDU):
        bench.sign(desk)
        bench.report(desk, "done", "已完成", incident=bench.task().incident)
    bench.close(STATION, bench.task())
    assert incidents(bench)[0].closed_at


def test_the_same_content_under_another_id_and_revision_is_a_duplicate(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM)
    for revision in (1, 2, 7):
        assert bench.state_event(RAISED, POLICE_110, ALARM, revision=revision)["outcome"] == "duplicate-of"
    assert len(told(bench, SCHOOL)) == 1


def test_another_content_under_the_same_revision_is_a_conflict(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM)
    assert poison(bench, RAISED, POLICE_110, ALARM | {"casualties": 3}, revision=1) == "conflict"
    bench.state_event(f"{RAISED}.supplemented", POLICE_110, LOOK, revision=2)
    assert poison(bench, f"{RAISED}.corrected", POLICE_110, correction(kind=("weapon", "violence")), revision=2) == "conflict"
    assert incidents(bench)[0].picture["casualties"] == 0


def test_a_lower_revision_is_kept_and_not_routed(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM)
    bench.state_event(f"{RAISED}.supplemented", POLICE_110, LOOK, revision=3)
    before = len(told(bench, SCHOOL))
    stale = bench.state_event(f"{RAISED}.corrected", POLICE_110, correction(kind=("weapon", "violence")), revision=2)
    assert (stale["outcome"], incidents(bench)[0].picture["kind"]) == ("stale", "weapon")
    assert len(told(bench, SCHOOL)) == before


def test_a_change_that_is_made_again_later_is_no_duplicate(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM)
    there, back = correction(kind=("weapon", "violence")), correction(kind=("violence", "weapon"))
    outcomes = [bench.state_event(f"{RAISED}.corrected", POLICE_110, one)["outcome"] for one in (there, back, there)]
    assert outcomes == ["routed"] * 3
    assert incidents(bench)[0].picture["kind"] == "violence"


def test_an_exercise_and_an_actual_event_never_share_an_incident(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM, status="exercise")
    bench.state_event(RAISED, POLICE_110, ALARM)
    drill, real = incidents(bench)
    assert (drill.status, real.status) == ("exercise", "actual")
    assert poison(bench, f"{RAISED}.supplemented", POLICE_110, LOOK, incident=drill.id) == "wrong-status"


def test_a_follow_up_that_names_an_incident_of_another_kind_fits_nothing(bench: Bench) -> None:
    bench.state_event(REPORTED, SCHOOL_B, INCIDENT)
    other = incidents(bench, "campus-incident")[0].id
    assert poison(bench, f"{RAISED}.supplemented", POLICE_110, LOOK, incident=other) == "wrong-family"
    assert poison(bench, f"{RAISED}.supplemented", POLICE_110, LOOK, incident="01a0c1b1-0900-8000-8000-000000000000") == "unknown-incident"


def test_a_head_that_names_an_incident_of_another_kind_gets_its_own_and_follows_it(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM | {"schools": [B]})
    alarm = incidents(bench)[0]
    bench.state_event(REPORTED, SCHOOL_B, INCIDENT, incident=alarm.id)
    assert incidents(bench, "campus-incident")[0].follows == alarm.id
    assert incidents(bench)[0].picture == alarm.picture


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (RAISED, ALARM | {"casualties": 1}),
        (f"{RAISED}.supplemented", LOOK),
        (
            f"{RAISED}.level-changed",
            {"alarm_no": NUMBER, "field": "severity", "from": "life-risk", "to": "urgent", "by": "甲", "why": "乙"},
        ),
        (f"{RAISED}.corrected", correction(kind=("weapon", "violence"))),
    ],
)
def test_an_event_about_a_closed_incident_opens_a_new_one_that_follows(bench: Bench, name: str, data: dict[str, Any]) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM)
    close(bench)
    bench.wait(hours=1)
    assert bench.state_event(name, POLICE_110, data)["outcome"] == "routed"
    old, new = incidents(bench)
    assert (new.follows, new.head_type, new.closed_at) == (old.id, RAISED, None)
    assert new.picture["schools"] == [A]
    assert bench.notification(SCHOOL).incident == new.id
    assert old.closed_at is not None
    later = bench.state_event(f"{RAISED}.supplemented", POLICE_110, {"alarm_no": NUMBER, "added": {"injury_note": "擦伤"}}, incident=old.id)
    assert later["incident"] == new.id, "what names the closed one belongs to the one that follows it"


def test_a_correction_of_a_closed_incident_hides_the_data_from_the_wrong_school(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM)
    close(bench)
    bench.wait(hours=1)
    bench.state_event(f"{RAISED}.corrected", POLICE_110, correction(schools=([A], [B])))
    assert {(to, d.hide) for to, d in bench.heard("bus.notification.withdrawn")} == {
        (SCHOOL, True),
        (f"school.law-vice-principal@{A}", True),
    }
    assert bench.dues("ack")[SCHOOL_B] == "09-21 11:05"


def test_a_detail_corrected_after_the_close_is_told_within_the_closed_incident(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM)
    close(bench)
    bench.state_event(f"{RAISED}.corrected", POLICE_110, correction(place_text=("南门外路口", "北门外路口")))
    assert len(incidents(bench)) == 1
    assert [(d.version, d.material) for d in told(bench, SCHOOL)] == [(1, True), (2, False)]


def test_a_conclusion_after_the_close_is_told_and_opens_nothing(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM)
    close(bench)
    bench.state_event("police.alarm.concluded", STATION, {"alarm_no": NUMBER, "outcome": "no-case"})
    assert len(incidents(bench)) == 1
    assert told(bench, SCHOOL)[-1].change == "concluded"


def test_a_follow_up_waits_for_its_head_and_follows_it(bench: Bench) -> None:
    assert bench.state_event(f"{RAISED}.supplemented", POLICE_110, LOOK, revision=2) is None
    bench.wait(minutes=9)
    assert bench.said == []
    bench.state_event(RAISED, POLICE_110, ALARM, revision=1)
    assert [(d.version, d.material) for d in told(bench, SCHOOL)] == [(1, True), (2, False)]
    assert told(bench, SCHOOL)[-1].payload["suspect_look"] == "黑衣"
    assert [data.outcome for _, data in bench.heard("bus.decision.made")] == ["routed", "routed"]
    bench.wait(hours=1)
    assert len(incidents(bench)) == 1


def test_follow_ups_that_wait_are_decided_in_the_order_of_their_revisions(bench: Bench) -> None:
    bench.state_event(f"{RAISED}.corrected", POLICE_110, correction(kind=("violence", "crowd")), revision=3)
    bench.state_event(f"{RAISED}.corrected", POLICE_110, correction(kind=("weapon", "violence")), revision=2)
    bench.state_event(RAISED, POLICE_110, ALARM, revision=1)
    assert incidents(bench)[0].picture["kind"] == "crowd"


def test_after_ten_minutes_a_follow_up_is_routed_as_the_first_event(bench: Bench) -> None:
    bench.state_event(f"{RAISED}.supplemented", POLICE_110, LOOK, revision=2)
    bench.state_event(f"{RAISED}.level-changed", POLICE_110,
                      {"alarm_no": NUMBER, "field": "severity", "from": "urgent", "to": "life-risk", "by": "甲", "why": "乙"}, revision=3)  # fmt: skip
    bench.to(at("09-21 10:10:00"))
    decisions = [(data.outcome, data.notes) for _, data in bench.heard("bus.decision.made")]
    assert decisions == [("unmatched", ("head-missing",))] * 2
    assert (told(bench, OPS)[0].kind, told(bench, SAFETY)[0].kind) == ("inform", "acknowledge")
    assert bench.dues("ack")[EDU] == "09-21 10:40", "a life at risk goes to the duty officer"


def test_a_head_that_comes_after_all_is_laid_under_what_was_said(bench: Bench) -> None:
    bench.state_event(f"{RAISED}.supplemented", POLICE_110, LOOK | {"added": {"suspect_look": "黑衣", "casualties": 2}}, revision=2)
    bench.to(at("09-21 10:11:00"))
    assert bench.state_event(RAISED, POLICE_110, ALARM, revision=1)["outcome"] == "routed"
    (incident,) = incidents(bench)
    assert (incident.head_missing, incident.picture["casualties"], incident.picture["kind"]) == (False, 2, "weapon")
    assert bench.dues("ack")[SCHOOL] == "09-21 10:16"
    assert bench.notification(SAFETY).live, "who was asked to look at it keeps it"


def test_a_head_that_was_withdrawn_before_it_came_is_not_routed(bench: Bench) -> None:
    gone = {"alarm_no": NUMBER, "code": "false-alarm", "reason": "误报", "officer": "值班长"}
    bench.state_event(f"{RAISED}.withdrawn", POLICE_110, gone, revision=2)
    bench.to(at("09-21 10:10:00"))
    assert told(bench, OPS)
    assert bench.state_event(RAISED, POLICE_110, ALARM, revision=1)["outcome"] == "stale"
    assert told(bench, SCHOOL) == []


def test_what_waited_and_fits_nothing_is_decided_a_conflict_and_harms_no_other(bench: Bench) -> None:
    bench.state_event(f"{RAISED}.supplemented", POLICE_110, LOOK, revision=1)
    bench.state_event(RAISED, POLICE_110, ALARM, revision=1)
    assert [data.outcome for _, data in bench.heard("bus.decision.made")] == ["routed", "conflict"]
    assert len(told(bench, SCHOOL)) == 1


def test_other_events_of_a_batch_do_not_wait(bench: Bench) -> None:
    early = bench.event(f"{RAISED}.supplemented", POLICE_110, LOOK, revision=2)
    head = bench.event(RAISED, POLICE_110, ALARM, revision=1)
    assert fold_one(bench.loaded, early, bench.world, bench.now) == []
    steps = fold_one(bench.loaded, head, bench.world, bench.now)
    assert [event.name for event, _, _ in steps] == [RAISED, f"{RAISED}.supplemented"]
    assert bench.loaded.waiting == []
