"""The road of one crisis through the core: levels move, the hospital's slips join, and what stays in the school is told to few."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.routing.core.mandates import MandateBook
from services.routing.core.model import World
from tests.unit.routing.core.bench import Bench, at, clock_text

B = "3199000102"
PSYCH, DOCTOR, PRINCIPAL, VICE = (f"school.{r}@{B}" for r in ("psych-teacher", "resident-doctor", "principal", "health-vice-principal"))
HOSPITAL, EXPERTS = "health.hospital-green-channel@hos-990100-psy", "health.expert-pool@hb-990102"
ASSESSED, ANSWERED = "school.psych-risk.assessed", "health.psych-referral.answered"
GOLDEN = Path(__file__).parents[3] / "contract" / "golden" / f"{ASSESSED}.v1" / "red.json"
CASE: dict[str, Any] = json.loads(GOLDEN.read_text(encoding="utf-8"))["data"]
NO = CASE["referral_no"]


@pytest.fixture
def bench(world: World) -> Bench:
    """Orange since Tue 10-13 10:00; the doctor has signed and begun."""
    bench = Bench(world, at("10-13 10:00:00"))
    bench.state_event(ASSESSED, PSYCH, CASE | {"level": "orange"})
    bench.sign(DOCTOR)
    bench.report(DOCTOR, "started", "已制定方案", incident=bench.task().incident)
    return bench


def move(bench: Bench, old: str, new: str) -> None:
    changed = {"referral_no": NO, "field": "level", "from": old, "to": new, "assessed_by": "心理教师"}
    bench.state_event(f"{ASSESSED}.level-changed", PSYCH, changed | ({"slip_no": "HZ-1"} if old == "red" else {}))


def slip(bench: Bench, number: str, step: str = "assessed") -> None:
    bench.state_event(ANSWERED, HOSPITAL, {"referral_no": NO, "slip_no": number, "step": step, "advice": ["accompany"]})


def to_red(bench: Bench) -> None:
    """Wed 10-14 21:10; the hospital, the experts and the principal sign and begin."""
    bench.to(at("10-14 21:10:00"))
    move(bench, "orange", "red")
    for desk in (HOSPITAL, EXPERTS, PRINCIPAL):
        bench.sign(desk)
        bench.report(desk, "started", "已到位", incident=bench.task().incident)


def versions(bench: Bench, desk: str) -> list[int]:
    return [data.version for to, data in bench.heard("bus.notification.issued") if to == desk]


def test_an_inform_has_nothing_to_supersede(bench: Bench) -> None:
    to_red(bench)
    assert [to for to, _ in bench.heard("bus.notification.withdrawn")] == []
    assert versions(bench, VICE) == [1]


def test_each_slip_that_asks_for_a_signature_gets_one(bench: Bench) -> None:
    """INVARIANT: a signature signs what was said before it — broken by taking a second slip for news of the first."""
    to_red(bench)
    slip(bench, "HZ-1", "accepted")
    bench.sign(PSYCH)
    bench.to(at("10-15 10:00:00"))
    slip(bench, "HZ-2", "assessed")
    told = bench.notification(PSYCH)
    assert (told.material_version, told.signed) == (2, False)
    assert bench.dues("ack")[PSYCH] == "10-15 10:30"


@pytest.mark.parametrize(("field", "old", "new", "again"), [
    ("advice", ["accompany"], ["rest-at-home"], True), ("next_contact_on", "2026-10-20", "2026-10-21", False),
])  # fmt: skip
def test_a_slip_that_advised_something_else_is_signed_again(bench: Bench, field: str, old: Any, new: Any, again: bool) -> None:
    """INVARIANT: who signed what is no longer so signs again — broken by taking each correction of a slip for a detail."""
    to_red(bench)
    bench.to(at("10-15 10:00:00"))
    said = {"referral_no": NO, "slip_no": "HZ-1", "step": "assessed", "advice": ["accompany"], "next_contact_on": "2026-10-20"}
    bench.state_event(ANSWERED, HOSPITAL, said)
    bench.sign(PSYCH)
    bench.to(at("10-15 11:00:00"))
    change = {"referral_no": NO, "changes": {field: {"old": old, "new": new}}, "reason": "写错"}
    bench.state_event(f"{ANSWERED}.corrected", HOSPITAL, change)
    assert bench.notification(PSYCH).signed is not again
    assert bench.dues("ack")[PSYCH] == ("10-15 11:30" if again else "10-15 10:30")


def declined(bench: Bench) -> None:
    """Wed 10-14 21:15: the hospital does not take the pupil."""
    bench.to(at("10-14 21:15:00"))
    said = {"referral_no": NO, "slip_no": "HZ-1", "step": "declined", "advice": ["accompany"], "decline_reason": "no-bed"}
    bench.state_event(ANSWERED, HOSPITAL, said)


def test_a_slip_after_a_declined_one_that_was_signed_has_its_own_clock(bench: Bench) -> None:
    """INVARIANT: what was signed asks for nothing any more — broken by ten minutes (PSY-08) for a slip of the next school day (PSY-07)."""
    to_red(bench)
    declined(bench)
    bench.sign(PSYCH)
    bench.to(at("10-14 21:40:00"))
    slip(bench, "HZ-2", "accepted")
    told = bench.notification(PSYCH)
    assert (bench.dues("ack")[PSYCH], told.ladder) == ("10-15 06:50", "B")
    assert [form["form"] for form in told.issued["forms"]] == ["30min/next-sd"]


def test_a_slip_before_the_declined_one_is_signed_leaves_its_due_and_its_ladder(bench: Bench) -> None:
    to_red(bench)
    declined(bench)
    bench.to(at("10-14 21:18:00"))
    slip(bench, "HZ-2", "accepted")
    (ack,) = [duty for duty in bench.duties() if (duty.desk, duty.kind) == (PSYCH, "ack")]
    assert (ack.due, ack.ladder) == (at("10-14 21:25:00"), "P")


def test_a_level_that_moves_leaves_what_a_slip_asks_for(bench: Bench) -> None:
    """INVARIANT: a duty of another statement outlives a level change — broken by superseding whatever the new level does not match."""
    to_red(bench)
    bench.to(at("10-14 22:30:00"))
    slip(bench, "HZ-1")
    move(bench, "red", "orange")
    assert bench.notification(PSYCH).live
    assert bench.dues("ack")[PSYCH] == "10-15 06:50"
    assert versions(bench, PSYCH) == [1]


def test_the_plan_of_the_school_leads_at_a_lower_level_though_a_hospital_was_still_looked_for(bench: Bench) -> None:
    """INVARIANT: the rule of the new level leads (PSY-05 opens PSY-03 as well) — broken by a higher rank that a slip of the crisis left."""
    to_red(bench)
    declined(bench)
    assert bench.task().mandate == "PSY-08"
    bench.to(at("10-14 22:30:00"))
    move(bench, "red", "orange")
    task = bench.task()
    assert (task.mandate, task.lead, task.close) == ("PSY-03", DOCTOR, "review every 30nd")


def test_a_lower_level_asks_for_a_first_action_of_its_own(bench: Bench) -> None:
    """INVARIANT: a mandate that holds again runs from its own delivery — broken by counting what was done before the crisis."""
    to_red(bench)
    bench.to(at("10-16 15:00:00"))
    move(bench, "red", "orange")
    assert bench.dues("ack", "first-action")[DOCTOR] == "10-19 18:30 / 10-21 18:30"
    bench.sign(DOCTOR)
    bench.report(DOCTOR, "started", incident=bench.task().incident)
    assert {duty.state for duty in bench.duties() if duty.desk == DOCTOR and duty.kind == "first-action"} == {"met"}


def test_a_desk_that_signed_hears_once_that_the_level_moved_away_from_it(bench: Bench) -> None:
    to_red(bench)
    move(bench, "red", "orange")
    move(bench, "orange", "yellow")
    assert versions(bench, PRINCIPAL) == [1, 2]
    assert versions(bench, HOSPITAL) == [1, 2]


def test_a_desk_that_is_wanted_again_hears_of_the_next_move_again(bench: Bench) -> None:
    to_red(bench)
    move(bench, "red", "orange")
    move(bench, "orange", "red")
    bench.sign(PRINCIPAL)
    move(bench, "red", "orange")
    assert versions(bench, PRINCIPAL) == [1, 2, 3, 4]


def test_what_goes_back_to_the_school_is_told_to_the_lead_and_the_teacher_alone(bench: Bench) -> None:
    to_red(bench)
    move(bench, "red", "orange")
    move(bench, "orange", "yellow")
    assert {(to, data.outcome) for to, data in bench.heard("bus.task.closed")} == {(DOCTOR, "to-local"), (PSYCH, "to-local")}
    assert bench.task().closed_at == bench.now


def test_an_appeal_names_no_school_and_is_about_the_one_that_states_it(world: World) -> None:
    bench = Bench(world, at("10-09 11:00:00"))
    sealed = CASE["known_risk_note"][0] | {"views": ["E"], "keys": {"schools": "eA"}}
    appeal = {"case_no": "QL-1", "requested_by": "victim-side", "grounds": [sealed], "received_on": "2026-10-09"}
    bench.state_event("school.bullying.review-requested", f"school.duty-desk@{B}", appeal)
    assert bench.notification(PRINCIPAL).kind == "inform"


def test_a_school_that_nothing_tells_is_named_as_missing(world: World) -> None:
    bench = Bench(world, at("10-09 11:00:00"))
    sealed = CASE["known_risk_note"][0] | {"views": ["E"], "keys": {"schools": "eA"}}
    appeal = {"case_no": "QL-1", "requested_by": "victim-side", "grounds": [sealed], "received_on": "2026-10-09"}
    decided = bench.state_event("school.bullying.review-requested", "education.student-desk@edu-990102", appeal)
    assert any("no school" in reason for reason in decided["decision"]["reasons"])


def test_what_is_added_to_a_case_that_went_back_to_the_school_reaches_nobody(bench: Bench) -> None:
    """INVARIANT: yellow stays at the school — broken by a rule that stands for the head's own type and not for its supplements."""
    to_red(bench)
    move(bench, "red", "orange")
    move(bench, "orange", "yellow")
    bench.said.clear()
    decided = bench.state_event(f"{ASSESSED}.supplemented", PSYCH, {"referral_no": NO, "added": {"companion": "guardian"}})
    assert decided["decision"]["mandates"] == ["PSY-04@1"]
    assert bench.heard("bus.notification.issued") == []


def test_of_a_case_that_stays_in_the_school_no_task_is_told_again(world: World) -> None:
    """INVARIANT: nobody outside hears that a case went back — broken by telling whoever began a part that others have none any more."""
    bench = Bench(world, at("10-13 10:00:00"))
    bench.state_event(ASSESSED, PSYCH, CASE | {"level": "orange"})
    for moment, old, new, slip in (("10-14 21:10:00", "orange", "red", {}), ("10-16 15:00:00", "red", "orange", {"slip_no": "HZ-1"})):
        bench.to(at(moment))
        moved = {"referral_no": NO, "field": "level", "from": old, "to": new, "assessed_by": "p-1", **slip}
        bench.state_event(f"{ASSESSED}.level-changed", PSYCH, moved)
        if new == "red":
            bench.report(HOSPITAL, "started", "已接诊", incident=bench.task().incident)
    bench.said.clear()
    bench.state_event(f"{ASSESSED}.level-changed", PSYCH, {"referral_no": NO, "field": "level", "from": "orange", "to": "yellow", "assessed_by": "p-1"})
    assert bench.heard("bus.task.opened") == []
    assert bench.task().closed_at == bench.now


def test_a_red_case_comes_down_by_its_steps_whatever_level_a_change_says_to_come_from(world: World) -> None:
    """INVARIANT: from red to orange first, and with the hospital's slip — broken by a change that was written before it became red."""
    bench = Bench(world, at("10-14 21:10:00"))
    bench.state_event(ASSESSED, PSYCH, CASE | {"level": "red"})
    crossing = {"referral_no": NO, "field": "level", "from": "orange", "to": "yellow", "assessed_by": "心理教师"}
    row = bench.state_event(f"{ASSESSED}.level-changed", PSYCH, crossing)
    assert (row["outcome"], row["decision"]["reasons"]) == ("refused", ["红色预警不得直接降为黄色，须先降为橙色"])
    assert (bench.incident("psych").picture["level"], bench.task().closed_at) == ("red", None)
    move(bench, "red", "orange")
    assert bench.incident("psych").picture["level"] == "orange"


def test_a_red_case_does_not_come_down_by_being_stated_again(world: World) -> None:
    bench = Bench(world, at("10-14 21:10:00"))
    bench.state_event(ASSESSED, PSYCH, CASE | {"level": "red"})
    row = bench.state_event(ASSESSED, PSYCH, CASE | {"level": "orange"})
    assert (row["outcome"], bench.notification(HOSPITAL).live) == ("refused", True)


def test_an_orange_case_that_is_stated_again_as_red_is_red(world: World) -> None:
    """INVARIANT: what comes down by steps may rise at once — broken by refusing every level that is stated again."""
    bench = Bench(world, at("10-14 21:10:00"))
    bench.state_event(ASSESSED, PSYCH, CASE | {"level": "orange"})
    row = bench.state_event(ASSESSED, PSYCH, CASE | {"level": "red"})
    assert (row["outcome"], bench.notification(HOSPITAL).live) == ("routed", True)


def reviews(bench: Bench) -> list[tuple[str, str]]:
    """By when a review is owed, and how that stands, in the order of the dues."""
    closes = sorted((duty for duty in bench.duties() if duty.kind == "close"), key=lambda duty: duty.start)
    return [(clock_text(duty.due), duty.state if duty.missed_at is None else "missed") for duty in closes]


def review(bench: Bench, step: str = "review") -> None:
    said = {"referral_no": NO, "step": step, **({} if step == "closed" else {"next_on": "2026-11-20"})}
    bench.state_event("school.psych-followup.recorded", PSYCH, said)


def test_each_review_of_an_orange_case_begins_the_next(bench: Bench) -> None:
    """INVARIANT: PSY-03 is reviewed every 30 days — broken by a case that was late after 30 days however often it was reviewed."""
    bench.to(at("10-30 15:00:00"))
    review(bench, "intervention")
    assert reviews(bench) == [("11-13 00:00", "open")]
    review(bench)
    assert reviews(bench) == [("11-13 00:00", "met"), ("11-30 00:00", "open")]
    newest = max((duty for duty in bench.duties() if duty.kind == "close"), key=lambda duty: duty.start)
    assert newest.derivation.startswith("复评 10月30日")
    review(bench, "closed")
    assert (bench.task().closed_at, reviews(bench)[-1]) == (at("10-30 15:00:00"), ("11-30 00:00", "met"))


def test_a_review_that_comes_late_ends_the_ladder_and_begins_the_next(bench: Bench) -> None:
    bench.to(at("11-16 15:00:00"))
    assert [desk for _, _, desk in bench.escalated()][:1] == [PRINCIPAL]
    review(bench)
    assert reviews(bench) == [("11-13 00:00", "missed"), ("12-17 00:00", "open")]
    steps = len(bench.escalated())
    bench.to(at("12-10 15:00:00"))
    assert len(bench.escalated()) == steps


def test_a_place_that_reviews_more_often_closes_by_the_same_step(world: World) -> None:
    """INVARIANT: a shorter clock is the same duty — broken by knowing the close of the nation's rule by its days alone."""
    tighter = [
        replace(one, task=replace(one.task, close="review every 14nd")) if one.id == "PSY-03" and one.task else one for one in world.book
    ]
    bench = Bench(replace(world, book=MandateBook(tighter, {"B": world.book.ladder("B"), "C": world.book.ladder("C")}, "v")), at("10-13 10:00:00"))
    bench.state_event(ASSESSED, PSYCH, CASE | {"level": "orange"})
    bench.to(at("10-20 10:00:00"))
    review(bench)
    assert reviews(bench) == [("10-28 00:00", "met"), ("11-04 00:00", "open")]
    review(bench, "closed")
    assert bench.task().closed_at == at("10-20 10:00:00")
