"""更正、撤销、办结反馈 and statements made again: who must sign, who loses sight, what ends."""

from typing import Any

import pytest

from services.routing.core.deciding.change import corrected
from services.routing.core.model import Duty, World
from tests.unit.routing.core.bench import ALARM, INCIDENT, Bench, at, clock_text
from tests.unit.routing.core.places import (
    EDU,
    HEALTH,
    OTHER_STATION,
    POLICE_110,
    PRINCIPAL,
    RAISED,
    REPORTED,
    SAFETY,
    SCHOOL,
    SCHOOL_B,
    STATION,
    VICE,
    VICE_B,
    A,
    B,
    E,
)
from tests.unit.routing.core.stated import golden

CROWD = ALARM | {"kind": "crowd", "severity": "urgent"}
CONCLUDED = "police.alarm.concluded"


@pytest.fixture
def bench(world: World) -> Bench:
    return Bench(world, at("09-22 10:03:00"))


def correct(bench: Bench, publisher: str = POLICE_110, **changes: tuple[Any, Any]) -> Any:
    stated = {field: {"old": old, "new": new} for field, (old, new) in changes.items()}
    return bench.state_event(f"{RAISED}.corrected", publisher, {"alarm_no": ALARM["alarm_no"], "changes": stated, "reason": "核实"})


def withdraw(bench: Bench) -> Any:
    gone = {"alarm_no": ALARM["alarm_no"], "code": "false-alarm", "reason": "误报", "officer": "值班长"}
    return bench.state_event(f"{RAISED}.withdrawn", POLICE_110, gone)


def ack(bench: Bench, desk: str) -> Duty:
    return max((d for d in bench.duties() if (d.desk, d.kind) == (desk, "ack")), key=lambda d: (d.version, d.start))


def versions(bench: Bench, desk: str) -> list[tuple[int, bool]]:
    return [(data.version, data.material) for to, data in bench.heard("bus.notification.issued") if to == desk]


def test_s13_the_real_alarm_is_corrected_and_withdrawn(bench: Bench) -> None:
    """S13 without its drill: exact times of a correction that moves the school and of the withdrawal after it."""
    bench.state_event(RAISED, POLICE_110, ALARM | {"kind": "intrusion", "relation": "on-campus"})
    assert bench.dues("ack", "first-action") == {
        SCHOOL: "09-22 10:08 / 09-22 10:08",
        STATION: "09-22 10:08 / 09-22 10:08",
        EDU: "09-22 10:13 / 09-22 10:33",
    }
    bench.to(at("09-22 10:04:30"))
    bench.sign(SCHOOL)
    bench.to(at("09-22 10:05:00"))
    bench.sign(STATION)
    bench.report(STATION, "started", incident=bench.task().incident)
    bench.to(at("09-22 10:06:00"))
    correct(bench, schools=([A], [B]))
    gone = {(to, d.why, d.hide) for to, d in bench.heard("bus.notification.withdrawn")}
    assert gone == {(SCHOOL, "corrected", True), (VICE, "corrected", True)}
    assert bench.dues("ack", "first-action")[SCHOOL_B] == "09-22 10:11 / 09-22 10:11"
    assert clock_text(ack(bench, STATION).due) == "09-22 10:11"
    assert clock_text(ack(bench, EDU).due) == "09-22 10:13"
    assert (versions(bench, STATION), versions(bench, EDU), versions(bench, VICE_B)) == ([(1, True), (2, True)],) * 2 + ([(1, True)],)
    bench.to(at("09-22 10:10:00"))
    for desk in (SCHOOL_B, STATION, EDU):
        bench.sign(desk)
        bench.report(desk, "started", incident=bench.task().incident)
    bench.to(at("09-22 10:20:00"))
    withdraw(bench)
    told = {to for to, d in bench.heard("bus.notification.withdrawn") if d.why == "withdrawn"}
    assert told == {SCHOOL_B, STATION, EDU, VICE_B}
    bench.to(at("09-26 10:00:00"))
    assert bench.heard("bus.duty.missed") == []
    assert not [d for d in bench.duties() if d.state in ("open", "pending", "held")]
    assert bench.incident("alarm").withdrawn_at == at("09-22 10:20:00")


def test_a_correction_of_a_detail_asks_for_no_signature(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM)
    bench.sign(STATION)
    correct(bench, place_text=("南门外路口", "北门外路口"))
    assert versions(bench, STATION) == [(1, True), (2, False)]
    assert ack(bench, STATION).state == "met"


def test_a_material_correction_before_the_signature_keeps_the_earlier_due(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM)
    bench.to(at("09-22 10:05:00"))
    correct(bench, kind=("weapon", "violence"))
    assert [clock_text(d.due) for d in bench.duties() if (d.desk, d.kind) == (SCHOOL, "ack")] == ["09-22 10:08"]
    bench.sign(SCHOOL, version=1)
    assert ack(bench, SCHOOL).state == "open"
    bench.sign(SCHOOL, version=2)
    assert ack(bench, SCHOOL).state == "met"


def test_a_correction_of_the_severity_may_only_tighten_the_due_of_the_unsigned(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, CROWD)
    correct(bench, severity=("urgent", "life-risk"))
    assert clock_text(ack(bench, SCHOOL).due) == "09-22 10:08"
    assert ack(bench, SCHOOL).ladder == "A"


def test_the_desk_that_corrects_keeps_its_own_notification(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM)
    correct(bench, STATION, kind=("weapon", "violence"))
    assert bench.notification(STATION).live
    assert versions(bench, STATION) == [(1, True)]
    assert [to for to, _ in bench.heard("bus.notification.withdrawn")] == []


def test_a_correction_that_moves_the_station_moves_the_lead(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM)
    bench.to(at("09-22 10:05:00"))
    correct(bench, schools=([A], [E]))
    task = bench.task()
    assert (task.lead, task.version) == (OTHER_STATION, 2)
    assert {p.desk: p.state for p in task.parts if p.state == "excused"} == {STATION: "excused", SCHOOL: "excused"}
    assert [p.desk for p in task.parts if p.lead] == [OTHER_STATION]
    open_duties = {(d.desk, d.kind): clock_text(d.due) for d in bench.duties() if d.owner == task.id and d.state == "open"}
    assert open_duties == {(OTHER_STATION, "report"): "09-23 10:05", (OTHER_STATION, "close"): "09-28 17:30"}
    told = {to for to, d in bench.heard("bus.task.opened") if d.version == 2}
    assert told == {OTHER_STATION, f"school.duty-desk@{E}", EDU}, "the wrong school must not learn of the right one"


def test_a_school_that_is_named_again_gets_a_new_round_and_its_part_back(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM)
    correct(bench, schools=([A], [B]))
    correct(bench, schools=([B], [A]))
    assert (bench.notification(SCHOOL).round, bench.notification(SCHOOL).state) == (2, "delivered")
    assert {p.desk: p.state for p in bench.task().parts}[SCHOOL] == "open"


def test_a_withdrawn_incident_ends_the_task_at_every_desk_with_a_part(bench: Bench) -> None:
    bench.state_event(RAISED, STATION, CROWD)
    withdraw(bench)
    assert {to for to, _ in bench.heard("bus.task.closed")} == {STATION, SCHOOL}
    assert bench.task().closed_at is not None


def test_what_was_missed_before_a_withdrawal_stays_missed_and_its_escalation_ends(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM)
    bench.to(at("09-22 10:09:00"))
    withdraw(bench)
    assert ack(bench, SCHOOL).missed_at == at("09-22 10:08:00")
    assert {d.why for to, d in bench.heard("bus.escalation.cleared") if to == PRINCIPAL} == {"withdrawn"}
    bench.wait(hours=2)
    assert max(at_ for at_, _, _ in bench.escalated()) == "09-22 10:08"


def test_a_due_that_passed_while_the_clock_slept_is_missed_before_the_withdrawal(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM)
    bench.now = at("09-22 10:09:00")
    withdraw(bench)
    assert ack(bench, SCHOOL).missed_at == at("09-22 10:08:00")


def test_a_signature_given_in_time_that_arrives_after_the_withdrawal_voids_the_miss(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM)
    bench.to(at("09-22 10:09:00"))
    withdraw(bench)
    later, bench.now = bench.now, at("09-22 10:07:00")
    bench.sign(SCHOOL, version=1)
    bench.now = later
    assert (ack(bench, SCHOOL).voided, ack(bench, SCHOOL).state) == (True, "ended")
    assert [d.why for to, d in bench.heard("bus.escalation.cleared") if to == PRINCIPAL and d.duty == "ack"] == ["withdrawn", "in-time"]


def test_a_signature_after_the_withdrawal_changes_nothing(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM)
    withdraw(bench)
    bench.sign(SCHOOL, version=1)
    assert (bench.notification(SCHOOL).state, ack(bench, SCHOOL).state) == ("withdrawn", "ended")


def test_a_conclusion_by_the_lead_brings_its_report_and_its_close_in(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM)
    bench.to(at("09-22 15:00:00"))
    bench.state_event(CONCLUDED, STATION, {"alarm_no": ALARM["alarm_no"], "outcome": "no-case"})
    assert {d.kind: d.met_at for d in bench.duties() if d.owner == bench.task().id} == dict.fromkeys(("report", "close"), bench.now)
    assert {p.desk: p.state for p in bench.task().parts}[STATION] == "done"


def test_a_corrected_conclusion_is_told_like_one_and_leaves_the_picture_alone(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM)
    for desk in (STATION, SCHOOL, EDU):
        bench.sign(desk)
    bench.state_event(CONCLUDED, STATION, {"alarm_no": ALARM["alarm_no"], "outcome": "no-case", "advice": "加强值守"})
    changes = {"outcome": {"old": "no-case", "new": "criminal-case"}, "advice": {"old": "加强值守", "new": "继续加强值守"}}
    bench.state_event(f"{CONCLUDED}.corrected", STATION, {"alarm_no": ALARM["alarm_no"], "changes": changes, "reason": "复核"})
    last = [data for to, data in bench.heard("bus.notification.issued") if to == EDU][-1]
    assert (last.version, last.material, last.change, last.payload["outcome"]) == (3, False, "conclusion-corrected", "criminal-case")
    assert bench.incident("alarm").picture["advice"] == ["lockdown"]
    assert {ack(bench, desk).state for desk in (STATION, SCHOOL, EDU)} == {"met"}


def test_the_conclusion_of_a_school_closes_its_own_part(bench: Bench) -> None:
    bench.state_event(REPORTED, SCHOOL_B, INCIDENT)
    done = {"incident_no": INCIDENT["incident_no"], "outcome": "other", "outcome_note": "已调解"}
    bench.state_event(f"{REPORTED}.concluded", SCHOOL_B, done)
    assert {p.desk: p.state for p in bench.task().parts} == {SCHOOL_B: "done", STATION: "open"}
    assert {to for to, d in bench.heard("bus.notification.issued") if d.change == "concluded"} == {STATION, SAFETY, VICE_B}


def test_another_desk_of_the_school_concludes_for_the_one_that_stated_it(bench: Bench) -> None:
    """INVARIANT: what the school concludes is over for the school — broken by asking for the very desk that stated it."""
    bench.state_event(REPORTED, SCHOOL_B, INCIDENT)
    bench.to(at("09-21 15:00:00"))
    done = {"incident_no": INCIDENT["incident_no"], "outcome": "other", "outcome_note": "已调解"}
    bench.state_event(f"{REPORTED}.concluded", f"school.safety-officer@{B}", done)
    assert {p.desk: p.state for p in bench.task().parts} == {SCHOOL_B: "done", STATION: "open"}
    assert {d.kind: d.met_at for d in bench.duties() if d.owner == bench.task().id} == dict.fromkeys(("report", "close"), bench.now)


def test_a_task_that_runs_until_the_school_concludes_ends_by_any_desk_of_it(bench: Bench) -> None:
    bench.state_event("school.food-illness.suspected", PRINCIPAL, golden("school.food-illness.suspected", school_id=A, incident_no="SP-1"))
    bench.state_event("school.food-illness.suspected.concluded", SCHOOL, {"incident_no": "SP-1", "outcome": "excluded"})
    assert bench.task().closed_at == bench.now
    assert {p.desk: p.state for p in bench.task().parts}[PRINCIPAL] == "done"


def test_a_head_stated_again_with_other_facts_is_a_correction(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM)
    bench.sign(STATION)
    decision = bench.state_event(RAISED, POLICE_110, ALARM | {"casualties": 2})
    assert decision["outcome"] == "routed"
    assert versions(bench, STATION) == [(1, True), (2, True)]
    assert bench.dues("ack")[HEALTH] == "09-22 10:13"


def test_a_head_stated_again_without_a_change_tells_nobody(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM)
    correct(bench, kind=("weapon", "violence"))
    before = len(bench.said)
    decision = bench.state_event(RAISED, POLICE_110, ALARM | {"kind": "violence"})
    assert decision["outcome"] == "duplicate-of"
    assert [out.name for out in bench.said[before:]] == ["bus.decision.made"]


def test_a_follow_up_stated_again_tells_nobody_unless_something_was_said_between(bench: Bench) -> None:
    """INVARIANT: the same content under another id tells nobody twice — broken by minding heads alone."""
    bench.state_event(RAISED, POLICE_110, ALARM)
    correct(bench, kind=("weapon", "violence"))
    before = len(bench.heard("bus.notification.issued"))
    correct(bench, kind=("weapon", "violence"))
    for _ in range(2):
        added = {"alarm_no": ALARM["alarm_no"], "added": {"suspect_look": "黑衣"}}
        bench.state_event(f"{RAISED}.supplemented", POLICE_110, added)
    assert [data.change for to, data in bench.heard("bus.notification.issued")[before:] if to == STATION] == ["supplemented"]
    correct(bench, kind=("violence", "weapon"))
    correct(bench, kind=("weapon", "violence"))
    assert bench.notification(STATION).version == 5


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("police.alarm.concluded", {"outcome": "mediated"}),
        (f"{RAISED}.withdrawn", {"code": "false-alarm", "reason": "误报", "officer": "值班长"}),
    ],
)
def test_an_end_that_is_stated_twice_is_told_once(bench: Bench, name: str, said: dict[str, str]) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM)
    first = bench.state_event(name, STATION, {"alarm_no": ALARM["alarm_no"], **said})
    before = len(bench.said)
    again = bench.state_event(name, STATION, {"alarm_no": ALARM["alarm_no"], **said})
    assert (first["outcome"], again["outcome"]) == ("routed", "duplicate-of")
    assert [out.name for out in bench.said[before:]] == ["bus.decision.made"]


def test_a_supplement_by_another_desk_is_for_the_information_of_the_publisher(bench: Bench) -> None:
    bench.state_event(RAISED, STATION, CROWD)
    bench.state_event(f"{RAISED}.supplemented", POLICE_110, {"alarm_no": ALARM["alarm_no"], "added": {"suspect_look": "黑衣"}})
    told = [data for to, data in bench.heard("bus.notification.issued") if to == STATION]
    assert [(data.kind, data.forms) for data in told] == [("inform", ())]
    assert not [d for d in bench.duties() if d.desk == STATION and d.kind == "ack"]


@pytest.mark.parametrize(
    ("field", "material"),
    [
        ("cases_today", True), ("severe", True), ("dead", True), ("notifiable", True), ("emergency_grade", True), ("to_school", True),
        ("colour", True), ("wished_by", True),
        ("meal", False), ("group", False), ("next_on", False),
    ],
)  # fmt: skip
def test_a_correction_of_what_desks_acted_on_asks_for_a_new_signature(field: str, material: bool) -> None:
    assert corrected({field}).material is material


def test_the_outcome_comes_with_the_reasons_for_which_the_desk_was_told_before(bench: Bench) -> None:
    """A version stands in place of the one before it, so it says all of its reasons."""
    bench.state_event(RAISED, POLICE_110, ALARM | {"casualties": 1})
    bench.state_event(CONCLUDED, STATION, {"alarm_no": ALARM["alarm_no"], "outcome": "warned"})
    told = {to: {basis.mandate for basis in data.bases} for to, data in bench.heard("bus.notification.issued") if data.version == 2}
    assert told == {SCHOOL: {"POL-01", "POL-15"}, EDU: {"POL-01", "POL-15"}, VICE: {"POL-01", "POL-15"}, HEALTH: {"POL-02", "POL-15"}}


def changes_told(bench: Bench) -> dict[str, str]:
    return {to: data.change for to, data in bench.heard("bus.notification.issued") if data.change}


def test_a_desk_reads_the_names_of_those_corrected_fields_alone_that_its_view_holds(bench: Bench) -> None:
    """INVARIANT: what a view does not hold is not even named — broken by a change that lists all that was corrected."""
    bench.state_event(RAISED, POLICE_110, ALARM | {"suspect_look": "黑衣", "casualties": 0})
    correct(bench, suspect_look=("黑衣", "蓝衣"), casualties=(0, 1))
    told = changes_told(bench)
    assert told[SCHOOL] == "corrected: casualties, suspect_look"
    assert told[EDU] == "corrected: casualties"
    assert told[VICE] == "corrected"


def test_what_a_case_narrows_is_not_named_either(bench: Bench) -> None:
    """Away from school the place is for police alone."""
    away = ALARM | {"relation": "pupil-only", "severity": "life-risk", "kind": "pupil-missing", "advice": ["head-count"]}
    bench.state_event(RAISED, POLICE_110, away)
    correct(bench, place_text=("南门外路口", "火车站"), advice=(["head-count"], ["watch"]))
    told = changes_told(bench)
    assert told[STATION] == "corrected: advice, place_text"
    assert {desk: words for desk, words in told.items() if desk != STATION and "place_text" in words} == {}


@pytest.mark.parametrize(
    ("name", "by", "field", "old", "new", "desk"),
    [
        ("health.warning.issued", "health.cdc-duty@cdc-990102", "scope", ["990102001"], ["990102"], SCHOOL),
        ("school.bullying.reported", f"school.moral-director@{B}", "crime_suspected", False, True, "police.minor-case-desk@pb-990102"),
        ("school.hazard.reported", SCHOOL, "domain", "water", "other", "community.town-office@town-990102001"),
        ("market.recall.ordered", "market.food-safety-desk@mkt-990102", "class", "2", "3", SCHOOL),
        (
            "school.care-conference.requested",
            f"school.moral-director@{A}",
            "wish_before",
            "2026-09-30",
            "2026-09-24",
            f"school.psych-teacher@{A}",
        ),
        ("health.warning.issued", "health.cdc-duty@cdc-990102", "colour", "blue", "red", SCHOOL),
        ("health.warning.issued", "health.cdc-duty@cdc-990102", "topic", "respiratory", "heat", SCHOOL),
        ("school.forced-report.filed", SCHOOL, "imminent", False, True, "police.minor-case-desk@pb-990102"),
        ("health.illness-cluster.detected", "health.cdc-duty@cdc-990102", "disease_group", "respiratory", "tuberculosis", SCHOOL),
        ("market.finding.issued", "market.station@mkt-990102-01", "object", "food-shop", "stationery", SCHOOL),
        ("school.hazard.reported", SCHOOL, "wished_by", "2026-10-20", "2026-09-30", "community.town-office@town-990102001"),
        (
            "school.bullying.reported",
            f"school.moral-director@{B}",
            "investigation_started_at",
            "2026-09-18T10:00:00+08:00",
            "2026-09-16T10:00:00+08:00",
            "police.minor-case-desk@pb-990102",
        ),
        ("civil.child-care.notified", "civil.protection-duty@civ-990102", "category", "left-behind", "difficult", f"school.moral-director@{A}"),
    ],
)
def test_what_says_schools_nature_gravity_or_date_in_another_name_is_material_too(
    bench: Bench, name: str, by: str, field: str, old: Any, new: Any, desk: str
) -> None:
    """INVARIANT: whoever signed what is no longer so signs again — broken by a field that the list of one type forgot."""
    own: dict[str, Any] = {
        "health.warning.issued": {},
        "school.bullying.reported": {"grade": "severe", "channels": ["physical"], "post_urls": None},
        "school.hazard.reported": {"school_id": A, "level": "general", "domain": "other", "domain_note": "说明"},
        "market.recall.ordered": {"scope": ["990102"]},
        "school.forced-report.filed": {"suspect_relation": "family", "suspect_unit": None},
        "health.illness-cluster.detected": {"schools": [A]},
        "market.finding.issued": {},
        "civil.child-care.notified": {"school_id": A},
        "school.care-conference.requested": {"school_id": A},
    }[name]
    said = golden(name, **{**own, field: old})
    bench.state_event(name, by, {key: value for key, value in said.items() if value is not None})
    bench.sign(desk)
    key = next(one for one in said if one.endswith("_no"))
    change = {key: said[key], "changes": {field: {"old": old, "new": new}}, "reason": "核实"}
    bench.state_event(f"{name}.corrected", by, change)
    assert [material for version, material in versions(bench, desk) if version == 2] == [True]
    assert not bench.notification(desk).signed
