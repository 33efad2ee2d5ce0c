"""What becomes of parts, leads and missed duties when other mandates hold than before."""

from typing import Any

import pytest

from services.routing.core.model import World
from tests.unit.routing.core.bench import ALARM, Bench, at
from tests.unit.routing.core.places import EDU, HEALTH, OFFICE, POLICE_110, PRINCIPAL, RAISED, SAFETY, SCHOOL, STATION, A
from tests.unit.routing.core.stated import golden

ASSESSED, CLUSTER, CONCLUDED = "school.psych-risk.assessed", "school.illness-cluster.reported", "police.alarm.concluded"
ANSWERED = "health.psych-referral.answered"
PSYCH, DOCTOR, REPORTER = f"school.psych-teacher@{A}", f"school.resident-doctor@{A}", f"school.infection-reporter@{A}"
HOSPITAL, EXPERTS = "health.hospital-green-channel@hos-990100-psy", "health.expert-pool@hb-990102"
ILL, FOUND = "health.food-illness.reported", "police.hazard.found"
ER, MARKET = "health.hospital-er@hos-990102-er", "market.duty-desk@mkt-990102"
CDC = "health.cdc-duty@cdc-990102"
NUMBER = {"alarm_no": ALARM["alarm_no"]}


@pytest.fixture
def bench(world: World) -> Bench:
    return Bench(world, at("09-21 10:00:00"))


def correct(bench: Bench, name: str, publisher: str, key: dict[str, Any], **changes: tuple[Any, Any]) -> None:
    stated = {field: {"old": old, "new": new} for field, (old, new) in changes.items()}
    bench.state_event(f"{name}.corrected", publisher, {**key, "changes": stated, "reason": "核实"})


def assessed(bench: Bench, level: str) -> dict[str, Any]:
    data = golden(ASSESSED, level=level, school_id=A)
    bench.state_event(ASSESSED, PSYCH, data)
    return {"referral_no": data["referral_no"]}


def move(bench: Bench, key: dict[str, Any], old: str, new: str) -> None:
    slip = {"slip_no": "HZ-1"} if old == "red" else {}
    moved = {**key, "field": "level", "from": old, "to": new, "assessed_by": "心理教师", **slip}
    bench.state_event(f"{ASSESSED}.level-changed", PSYCH, moved)


def states(bench: Bench) -> dict[str, str]:
    return {part.desk: part.state for part in bench.task().parts}


def newest(bench: Bench, desk: str) -> Any:
    return [data for to, data in bench.heard("bus.notification.issued") if to == desk][-1]


def test_a_part_that_a_correction_asks_for_no_more_stands_in_no_way(bench: Bench) -> None:
    """INVARIANT: no lead waits for what no mandate asks — broken by keeping the part of a desk that is told for another reason."""
    bench.state_event(RAISED, POLICE_110, ALARM | {"kind": "fraud", "severity": "urgent"})
    assert newest(bench, SAFETY).part == "发布防骗提醒"
    bench.sign(SAFETY)
    correct(bench, RAISED, POLICE_110, NUMBER, kind=("fraud", "theft"))
    assert (newest(bench, SAFETY).part, states(bench)[SAFETY]) == ("", "excused")
    assert [data.parts for to, data in bench.heard("bus.task.opened") if to == SAFETY][-1] == ()
    for desk in (STATION, SCHOOL):
        bench.report(desk, "done", "已完成", incident=bench.task().incident)
    bench.close(STATION, bench.task())
    assert bench.task().closed_at is not None


def test_a_detail_that_changes_why_a_desk_is_told_changes_its_reasons(bench: Bench) -> None:
    """INVARIANT: 为什么告知我 says what holds — broken by a correction that asks for no signature and keeps the reasons of before."""
    bench.state_event(RAISED, POLICE_110, ALARM | {"relation": "on-campus"})
    correct(bench, RAISED, POLICE_110, NUMBER, relation=("on-campus", "pupil-only"))
    told = newest(bench, STATION)
    assert (told.material, {basis.mandate for basis in told.bases}) == (False, {"POL-05"})
    assert bench.notification(STATION).mandates == ("POL-05",)


def test_a_part_that_was_begun_is_closed_by_its_desk_though_nothing_asks_for_it(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM | {"kind": "fraud", "severity": "urgent"})
    bench.report(SAFETY, "started", incident=bench.task().incident)
    correct(bench, RAISED, POLICE_110, NUMBER, kind=("fraud", "theft"))
    assert states(bench)[SAFETY] == "started"


def test_who_is_only_informed_of_an_orange_has_no_part_of_the_red(bench: Bench) -> None:
    key = assessed(bench, "red")
    bench.sign(EXPERTS)
    move(bench, key, "red", "orange")
    assert {states(bench)[desk] for desk in (HOSPITAL, EXPERTS)} == {"excused"}
    assert (bench.task().lead, states(bench)[PSYCH]) == (DOCTOR, "accepted")


def test_a_miss_that_can_no_longer_be_signed_climbs_no_further_and_stays_missed(bench: Bench) -> None:
    """INVARIANT: nobody is pressed for what nobody can do — broken by a ladder that goes on when its desk is only informed from now on."""
    key = assessed(bench, "red")
    bench.to(at("09-21 10:12:00"))
    move(bench, key, "red", "orange")
    bench.said.clear()
    bench.to(at("09-21 12:00:00"))
    assert not [data for _, data in bench.heard("bus.escalation.raised") if data.late_desk in (HOSPITAL, EDU)]
    (ack,) = [d for d in bench.duties() if (d.desk, d.kind) == (EDU, "ack")]
    assert (ack.state, ack.missed_at) == ("ended", at("09-21 10:10:00"))


def test_a_miss_between_two_late_deliveries_climbs_no_further_when_only_an_inform_is_left(bench: Bench) -> None:
    bench.deaf.add(EDU)
    key = assessed(bench, "red")
    move(bench, key, "red", "orange")
    first, second = bench.undelivered
    bench.deliver(first)
    bench.to(at("09-21 10:12:00"))
    bench.deliver(second)
    bench.said.clear()
    bench.to(at("09-21 12:00:00"))
    assert not [data for _, data in bench.heard("bus.escalation.raised") if data.late_desk == EDU]


def test_a_return_of_what_fell_away_is_ruled_on_by_nobody(bench: Bench) -> None:
    """INVARIANT: no ruling revives what no mandate asks — broken by a box that runs on when the desk that returned is only informed."""
    key = assessed(bench, "red")
    bench.send_back(EXPERTS)
    bench.wait(minutes=2)
    move(bench, key, "red", "orange")
    assert [to for to, data in bench.heard("bus.notification.withdrawn") if to == OFFICE and data.why == "superseded"] == [OFFICE]
    bench.rule(OFFICE, "uphold", new_desk=HEALTH)
    assert (bench.notification(EXPERTS).state, states(bench).get(HEALTH)) == ("delivered", None)
    bench.to(at("09-21 12:00:00"))
    assert not [data for _, data in bench.heard("bus.escalation.raised") if data.late_desk in (EXPERTS, OFFICE)]


def test_a_part_that_nothing_asks_for_is_no_work_for_the_desk_that_a_ruling_names(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM | {"kind": "fraud", "severity": "urgent"})
    bench.send_back(SAFETY)
    correct(bench, RAISED, POLICE_110, NUMBER, kind=("fraud", "theft"))
    bench.rule(OFFICE, "uphold", new_desk=EDU)
    assert (bench.notification(EDU).kind, states(bench)[EDU]) == ("acknowledge", "excused")


def test_no_desk_outside_hears_of_a_case_that_went_back_to_the_school(bench: Bench) -> None:
    key = assessed(bench, "orange")
    bench.to(at("09-24 18:30:00"))
    bench.said.clear()
    move(bench, key, "orange", "yellow")
    assert bench.heard("bus.task.opened") == []
    bench.said.clear()
    bench.to(at("10-10 18:00:00"))
    assert [to for to, _ in bench.heard("bus.escalation.raised")] == []


def test_a_cluster_that_crosses_the_threshold_once_more_is_reported_each_day_again(bench: Bench) -> None:
    """INVARIANT: a mandate that matches has its clocks — broken by the rank of one that holds no more and whose lead is gone."""
    data = golden(CLUSTER, school_id=A, cases_today=1, cases_3days=6, notifiable=True, unexplained="none")
    key = {"cluster_no": data["cluster_no"]}
    bench.state_event(CLUSTER, REPORTER, data)
    correct(bench, CLUSTER, REPORTER, key, notifiable=(True, False), cases_3days=(6, 2))
    assert states(bench)[CDC] == "excused"
    bench.state_event(f"{CLUSTER}.supplemented", REPORTER, {**key, "added": {"cases_today": 3}})
    task = bench.task()
    assert (task.lead, task.mandate, states(bench)[CDC]) == (CDC, "HLT-01", "open")
    assert {d.kind: d.state for d in bench.duties() if d.owner == task.id and d.state != "ended"} == {"report": "open", "close": "pending"}


def test_a_lead_that_was_done_before_it_left_leads_again_with_clocks(bench: Bench) -> None:
    data = golden(ILL, schools=[A], ill=2, severe=0, dead=0)
    key = {"report_no": data["report_no"]}
    bench.state_event(ILL, ER, data)
    bench.report(MARKET, "done", "已封存", incident=bench.task().incident)
    correct(bench, ILL, ER, key, ill=(2, 1))
    bench.wait(minutes=5)
    bench.state_event(f"{ILL}.supplemented", ER, {**key, "added": {"ill": 3}})
    assert bench.task().lead == MARKET
    assert {d.kind for d in bench.duties() if d.owner == bench.task().id and d.state in ("open", "pending")} == {"report", "close"}


def test_a_lead_that_hears_of_it_after_the_conclusion_owes_no_report(bench: Bench) -> None:
    """INVARIANT: a closed task owes nothing — broken by a delivery that comes after the close and starts the clocks of its lead."""
    data = golden(CLUSTER, school_id=A, notifiable=True)
    bench.deaf.add(CDC)
    bench.state_event(CLUSTER, REPORTER, data)
    bench.state_event(f"{CLUSTER}.concluded", REPORTER, {"cluster_no": data["cluster_no"], "outcome": "ended"})
    for issued in bench.undelivered:
        bench.deliver(issued)
    assert bench.task().closed_at is not None
    assert not [d for d in bench.duties() if d.owner == bench.task().id]


def test_the_hospital_that_accepts_leads_until_it_discharges(bench: Bench) -> None:
    key = assessed(bench, "red")
    for number, step in (("HZ-1", "declined"), ("HZ-2", "accepted")):
        declined = {"decline_reason": "no-bed"} if step == "declined" else {}
        bench.state_event(ANSWERED, HOSPITAL, {**key, "slip_no": number, "step": step, "advice": ["accompany"], **declined})
    (close,) = [d for d in bench.duties() if d.kind == "close" and d.state == "pending"]
    assert (close.desk, close.forms) == (HOSPITAL, ("slip discharged",))


def test_a_date_that_is_corrected_to_and_fro_in_one_instant_runs_once(bench: Bench) -> None:
    bench.state_event(FOUND, STATION, golden(FOUND, schools=[A], domain="facility", rectify_by="2026-11-02"))
    key = {"hazard_no": golden(FOUND)["hazard_no"]}
    correct(bench, FOUND, STATION, key, rectify_by=("2026-11-02", "2026-10-20"))
    correct(bench, FOUND, STATION, key, rectify_by=("2026-10-20", "2026-11-02"))
    assert [d.due for d in bench.duties() if d.kind == "close" and d.state == "open"] == [at("11-03 00:00:00")]


def test_who_concludes_has_acted_and_the_others_still_read_their_parts(bench: Bench) -> None:
    """INVARIANT: a part that is done owes no first action — broken by a conclusion that closes the part and leaves the clock running."""
    bench.state_event(RAISED, POLICE_110, ALARM)
    bench.state_event(CONCLUDED, STATION, {**NUMBER, "outcome": "administrative"})
    assert newest(bench, SCHOOL).part == "封闭管理、清点人数、引导警力"
    bench.to(at("09-21 10:06:00"))
    missed = {(data.desk, data.duty) for to, data in bench.heard("bus.duty.missed") if to == data.desk}
    assert missed == {(SCHOOL, "ack"), (SCHOOL, "first-action"), (STATION, "ack")}
    assert ("09-21 10:05", 1, PRINCIPAL) in bench.escalated()
