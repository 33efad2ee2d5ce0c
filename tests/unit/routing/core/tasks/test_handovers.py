"""An open RED moves to another city (S12): the old school stays responsible until the new school and the new hospital have both signed."""

from typing import Any

import pytest

from contracts.coordination import HandoverAccepted, HandoverRefused, IncidentTriaged
from infra.messaging.delivery import Poison
from services.routing.core.model import World
from tests.unit.routing.core.bench import Bench, at, clock_text, person

B, H = "3199000102", "3199000401"
OLD, NEW = f"school.psych-teacher@{B}", f"school.psych-teacher@{H}"
HOSPITAL = "health.hospital-green-channel@hos-990202-psy"
EDU_NEW, EDU_OLD, HB_NEW = "education.duty-officer@edu-990202", "education.duty-officer@edu-990102", "health.emergency-office@hb-990202"
LEADERS = ("education.leader-in-charge@edu-990202", "education.leader-in-charge@edu-990102")
CITIES = ("city.education-duty@city-education-990200", "city.education-duty@city-education-990100")
SEALED = {"row": "r1", "nonce": "AAAA", "ciphertext": "AAAA", "keys": {"schools": "AAAA", "health": "AAAA"}}
TRANSFER: dict[str, Any] = {
    "handover_no": "ZX-3", "referral_no": "PR-0102-0007", "level": "red", "from_school": B, "to_school": H, "to_county": "990202",
    "leaves_on": "2026-10-19", "pupil": [SEALED | {"views": ["S", "K"]}], "care_plan": [SEALED | {"row": "r2", "views": ["K"]}],
    "hospital_from": "hos-990100-psy", "hospital_to": "hos-990202-psy",
}  # fmt: skip


@pytest.fixture
def bench(world: World) -> Bench:
    bench = Bench(world, at("10-16 16:00:00"))
    bench.state_event("school.pupil-transfer.started", OLD, TRANSFER)
    return bench


def test_the_new_side_is_asked_to_sign_and_both_bureaus_know(bench: Bench) -> None:
    told = {n.desk: n.kind for n in (bench.notification(desk) for desk in (NEW, HOSPITAL, EDU_NEW, EDU_OLD, HB_NEW))}
    assert told == {NEW: "acknowledge", HOSPITAL: "acknowledge", EDU_NEW: "acknowledge", EDU_OLD: "inform", HB_NEW: "inform"}
    assert bench.dues("ack") == {NEW: "10-16 18:00", HOSPITAL: "10-16 18:00", EDU_NEW: "10-16 18:00"}
    assert len(bench.heard("bus.notification.issued")) == 5
    assert {desk for desk, _ in bench.heard("bus.handover.offered")} == {OLD, NEW, HOSPITAL}
    assert bench.task().lead == OLD


def test_education_sees_no_pupil_and_only_the_hospital_the_plan(bench: Bench) -> None:
    seen = {desk: bench.notification(desk).issued["payload"].keys() for desk in (NEW, HOSPITAL, EDU_NEW, EDU_OLD)}
    assert not {"pupil", "care_plan", "referral_no"} & {*seen[EDU_NEW], *seen[EDU_OLD]}
    assert "pupil" in seen[NEW]
    assert "care_plan" not in seen[NEW]
    assert {"pupil", "care_plan"} <= seen[HOSPITAL]


def test_one_signature_relieves_nobody_and_both_complete_the_handover(bench: Bench) -> None:
    bench.to(at("10-16 16:20:00"))
    bench.sign(HOSPITAL)
    bench.sign(EDU_NEW)
    assert bench.task().closed_at is None
    bench.to(at("10-16 20:40:00"))
    assert bench.escalated() == [
        ("10-16 18:00", 1, f"school.principal@{H}"), ("10-16 18:30", 2, EDU_NEW), ("10-16 18:30", 2, OLD),
        ("10-16 20:00", 3, "education.leader-in-charge@edu-990202"),
    ]  # fmt: skip
    bench.sign(NEW)
    assert bench.task().closed_at == at("10-16 20:40:00")
    told = dict(bench.heard("bus.handover.completed"))
    assert set(told) == {OLD, NEW, HOSPITAL, EDU_NEW, EDU_OLD, HB_NEW}
    assert {side.desk for side in told[OLD].accepted} == {NEW, HOSPITAL}


def test_a_follow_up_of_the_new_school_is_invisible_to_the_old_side(bench: Bench) -> None:
    for desk in (HOSPITAL, NEW):
        bench.sign(desk)
    before = len(bench.said)
    bench.to(at("10-19 10:00:00"))
    followed = {"referral_no": "PR-0102-0007", "step": "review", "next_on": "2026-10-26"}
    bench.state_event("school.psych-followup.recorded", NEW, followed, county="990202")
    told = {out.recipient for out in bench.said[before:] if out.name == "bus.notification.issued"}
    assert f"school.resident-doctor@{H}" in told
    assert not {desk for desk in told if desk.endswith((B, "hos-990100-psy", "edu-990102"))}


def test_a_handover_that_is_withdrawn_relieves_nobody(bench: Bench) -> None:
    withdrawn = {"handover_no": "ZX-3", "code": "invalid", "reason": "家长放弃转学", "officer": "校长"}
    bench.state_event("school.pupil-transfer.started.withdrawn", OLD, withdrawn)
    assert {bench.notification(desk).state for desk in (NEW, HOSPITAL)} == {"withdrawn"}
    assert bench.heard("bus.handover.completed") == []


def accept(bench: Bench, desk: str) -> None:
    n = bench.notification(desk)
    data = HandoverAccepted(
        handover="ZX-3", notification=n.id, incident=n.incident, desk=desk, accepted_at=bench.now, person=person(desk)
    )
    bench.answer(data, "bus.handover.accepted", desk, n.incident)


def refuse(bench: Bench, desk: str) -> None:
    n = bench.notification(desk)
    data = HandoverRefused(
        handover="ZX-3", notification=n.id, incident=n.incident, desk=desk, reason="no-capacity", text="床位已满", refused_at=bench.now,
        person=person(desk),
    )  # fmt: skip
    bench.answer(data, "bus.handover.refused", desk, n.incident)


def overdue(bench: Bench) -> list[tuple[str, str]]:
    """(logical time, desk) of those who were told that the handover takes too long."""
    return [(clock_text(data.logical_at), to) for to, data in bench.heard("bus.escalation.raised") if data.duty == "close"]


def test_a_day_without_both_signatures_is_told_to_the_leaders_of_both_sides_once(bench: Bench) -> None:
    """XFR-01: both counties' leaders in charge and both cities, 24 hours after it was offered, however far each ladder has climbed."""
    bench.sign(HOSPITAL)
    bench.to(at("10-17 15:59:59"))
    assert overdue(bench) == []
    bench.to(at("10-19 16:00:00"))
    assert overdue(bench) == [("10-17 16:00", desk) for desk in (*LEADERS, *CITIES)]
    said = next(data for _, data in bench.heard("bus.escalation.raised") if data.duty == "close")
    assert (said.reason, said.late_desk) == ("送达后 24 小时仍未办结", OLD)
    assert "pupil" not in said.payload
    bench.sign(NEW)
    cleared = {to for to, data in bench.heard("bus.escalation.cleared") if (data.duty, data.why) == ("close", "done")}
    assert {*LEADERS, *CITIES} <= cleared


def test_two_signatures_within_the_day_are_told_to_no_leader(bench: Bench) -> None:
    for desk in (HOSPITAL, NEW):
        bench.sign(desk)
    bench.to(at("10-19 16:00:00"))
    assert overdue(bench) == []


def test_a_sleeping_clock_tells_it_with_its_logical_time_and_not_after_the_end(bench: Bench) -> None:
    """INVARIANT: what fell due before an answer fires before it — broken by a clock that slept over the day and an answer that ends it."""
    bench.sign(HOSPITAL)
    bench.now = at("10-17 20:00:00")
    bench.sign(NEW)
    assert overdue(bench) == [("10-17 16:00", desk) for desk in (*LEADERS, *CITIES)]
    before = len(bench.said)
    bench.tick()
    assert [out.name for out in bench.said[before:] if out.name == "bus.escalation.raised" and out.data.duty == "close"] == []


def test_a_drill_goes_no_higher_than_the_counties(world: World) -> None:
    drill = Bench(world, at("10-16 16:00:00"))
    drill.state_event("school.pupil-transfer.started", OLD, TRANSFER, status="exercise")
    drill.to(at("10-17 16:00:00"))
    assert [desk for _, desk in overdue(drill)] == [*LEADERS]


def test_an_orange_case_has_no_such_day(world: World) -> None:
    bench = Bench(world, at("10-16 16:00:00"))
    bench.state_event("school.pupil-transfer.started", OLD, TRANSFER | {"level": "orange"})
    bench.to(at("10-23 16:00:00"))
    assert overdue(bench) == []


def test_a_completed_handover_leaves_nothing_owed_by_the_old_side(bench: Bench) -> None:
    """INVARIANT: the end of a task ends what its lead owes — broken by a report of the old school that falls due after both have signed."""
    for desk in (HOSPITAL, NEW):
        bench.sign(desk)
    assert {duty.state for duty in bench.duties() if duty.desk == OLD} == {"met"}
    said = {to: (data.outcome, data.rating, data.legal_complete) for to, data in bench.heard("bus.task.closed")}
    assert said == dict.fromkeys((OLD, NEW, HOSPITAL), ("handed-over", True, False)), "the bureau of the new county has not signed"
    bench.to(at("10-18 16:00:00"))
    assert [data for _, data in bench.heard("bus.duty.missed") if data.desk == OLD] == []


def test_the_old_side_and_the_others_awaited_learn_who_accepts(bench: Bench) -> None:
    bench.sign(HOSPITAL)
    accept(bench, HOSPITAL)
    assert [to for to, _ in bench.heard("bus.handover.accepted")] == [OLD, NEW]
    bench.sign(NEW)
    accept(bench, NEW)
    assert len(bench.heard("bus.handover.accepted")) == 2, "of the last one the completion tells"


def test_a_share_is_taken_by_a_signature_and_by_those_awaited_alone(bench: Bench) -> None:
    for desk, code in ((HOSPITAL, "not-signed"), (EDU_NEW, "not-awaited")):
        with pytest.raises(Poison) as poison:
            accept(bench, desk)
        assert poison.value.code == code
    with pytest.raises(Poison):
        refuse(bench, EDU_NEW)


def test_a_refusal_stops_no_clock_and_is_told_to_both_sides_and_their_bureaus(bench: Bench) -> None:
    refuse(bench, HOSPITAL)
    assert {to for to, _ in bench.heard("bus.handover.refused")} == {OLD, NEW, EDU_NEW, EDU_OLD}
    bench.to(at("10-16 18:00:00"))
    assert HOSPITAL in {data.desk for _, data in bench.heard("bus.duty.missed")}
    for desk in (NEW, HOSPITAL):
        bench.sign(desk)
    assert bench.task().closed_at == bench.now, "a desk that refused may sign after all"
    before = len(bench.said)
    refuse(bench, HOSPITAL)
    assert bench.said[before:] == []


def changes(bench: Bench, **fields: tuple[Any, Any]) -> None:
    """field = (old, new)."""
    said = {"handover_no": "ZX-3", "reason": "录入有误", "changes": {field: {"old": old, "new": new} for field, (old, new) in fields.items()}}
    bench.state_event("school.pupil-transfer.started.corrected", OLD, said)


def test_whoever_signed_for_another_pupil_signs_for_the_right_one(bench: Bench) -> None:
    """INVARIANT: both sides take what the handover says in the end — broken by counting a signature under what was corrected since."""
    bench.sign(NEW)
    changes(bench, pupil=(TRANSFER["pupil"], [TRANSFER["pupil"][0] | {"ciphertext": "BBBB"}]))
    bench.sign(HOSPITAL)
    assert bench.task().closed_at is None
    bench.sign(NEW)
    assert bench.task().closed_at == bench.now


def test_a_new_school_that_nobody_knows_takes_nobody_over(world: World) -> None:
    """INVARIANT: nobody is relieved without a taker — broken by a release that waits for those alone who were found."""
    bench = Bench(world, at("10-16 16:00:00"))
    decided = bench.state_event("school.pupil-transfer.started", OLD, TRANSFER | {"to_school": "3199999999"})
    assert "GOV-01@1" in decided["decision"]["mandates"], "a person has to look at it"
    assert set(bench.notification(EDU_NEW).mandates) == {"XFR-01"}, "the county that is stated is asked, and not the old one"
    bench.sign(HOSPITAL)
    assert (bench.task().closed_at, bench.heard("bus.handover.completed")) == (None, [])
    said = IncidentTriaged(
        notification=bench.notification(EDU_OLD).id, incident=bench.task().incident, desk=EDU_OLD, version=1, schools=(H,), reason="已核实",
        triaged_at=bench.now, person=person(EDU_OLD),
    )  # fmt: skip
    bench.answer(said, "bus.incident.triaged", EDU_OLD, said.incident)
    for desk in (NEW, HOSPITAL):
        bench.sign(desk)
    assert bench.task().closed_at == bench.now
    assert {one.scope for state in bench.loaded.states.values() for one in state.incidents.values() if one.family == "psych"} == {H}


def concludes(bench: Bench, outcome: str) -> Any:
    return bench.state_event("school.pupil-transfer.started.concluded", OLD, {"handover_no": "ZX-3", "outcome": outcome})


def test_the_old_school_s_word_is_no_signature_of_the_new_side(bench: Bench) -> None:
    """XFR-01: released only when the new school and the new hospital acked; what is owed for it runs on, and the day is told."""
    said = concludes(bench, "accepted")
    assert said["decision"]["reasons"] == ["转入方尚未全部签收，交接未完成，期限继续计算"]
    assert {duty.kind for duty in bench.duties() if duty.desk == OLD and duty.state in ("open", "pending")} == {"report", "close"}
    bench.to(at("10-17 16:00:00"))
    assert [desk for _, desk in overdue(bench)] == [*LEADERS, *CITIES]


def test_a_pupil_who_stays_is_handed_to_nobody_whoever_signs_later(bench: Bench) -> None:
    """INVARIANT: what is cancelled is completed by nobody — broken by a task that waits on for signatures."""
    concludes(bench, "cancelled")
    assert bench.task().closed_at == bench.now
    for desk in (NEW, HOSPITAL):
        bench.sign(desk)
    assert bench.heard("bus.handover.completed") == []
    assert [i.family for state in bench.loaded.states.values() for i in state.incidents.values()] == ["handover"]


def test_the_old_school_closes_no_handover_that_was_not_signed(bench: Bench) -> None:
    """INVARIANT: parts that are reported done are no signatures — broken by a close that asks for parts alone."""
    for desk in (NEW, HOSPITAL):
        bench.report(desk, "done", "已准备", incident=bench.task().incident)
    bench.close(OLD, bench.task())
    refused = [data.refused for to, data in bench.heard("bus.task.closed") if to == OLD]
    assert (bench.task().closed_at, refused) == (None, [f"open-parts: {NEW}, {HOSPITAL}"])
