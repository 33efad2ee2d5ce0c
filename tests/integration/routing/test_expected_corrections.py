"""What is owed and what was heard for it, when a statement turns out to be wrong: corrected, or taken back beside one that stands."""

from typing import Any

import pytest

from services.routing.expected import TakingOverRound
from services.routing.rounds import HandoverRound
from tests.integration.routing.quarter import A, B, golden, moves, quiet, states, states_of, watched
from tests.integration.routing.test_cross_checks import suspicions
from tests.integration.routing.town import Town
from tests.unit.routing.core.bench import INCIDENT
from tests.unit.routing.core.tasks.test_handovers import OLD as PSYCH
from tests.unit.routing.core.tasks.test_handovers import TRANSFER
from tests.unit.routing.core.test_families_market import FINDING, FOOD_SAFETY, INSPECTION, SHOPS

OFFICE, LIAISON = "education.conference-office@edu-990102", "police.liaison-desk@pb-990102"
OFFICER, SCHOOL, POLICE_110 = f"school.safety-officer@{A}", f"school.duty-desk@{A}", "police.110-desk@pb-990102"
FIRE = "fire.supervision-desk@fire-990102"
CHECKED, FOUND, DECIDED = "market.inspection.recorded", "market.finding.issued", "market.sanction.decided"
CALLED, PLANNED, DRILLED = "education.conference.called", "school.drill.scheduled", "school.drill.completed"
VOID = {"code": "invalid", "reason": "录入错误", "officer": "李科长"}


@pytest.fixture
async def autumn(town: Town) -> Town:
    """The story district on Mon 09-21 10:00, its reports watched."""
    watched(town)
    await quiet(await town.clock())
    return town


async def corrects(town: Town, name: str, by: str, key: dict[str, Any], **changes: tuple[Any, Any]) -> None:
    """field = (old, new), in the second revision."""
    said = {**key, "reason": "录入有误", "changes": {field: {"old": old, "new": new} for field, (old, new) in changes.items()}}
    await states(town, f"{name}.corrected", by, said, revision=2, corrects="e-1")


def near(school: str) -> list[dict[str, Any]]:
    return [{"school_id": school, "metres": 85}]


async def test_a_check_that_was_another_school_s_counts_for_that_one_alone(autumn: Town) -> None:
    """INVARIANT: a record counts for the schools that it names — broken by keeping what it named before its correction."""
    await states(autumn, CHECKED, SHOPS, INSPECTION)
    assert (await states_of(autumn, "PER-04", "2026-09-01"))[A] == "met"
    await corrects(autumn, CHECKED, SHOPS, {"inspection_no": "JC-2201"}, schools=(near(A), near(B)))
    after = await states_of(autumn, "PER-04", "2026-09-01")
    assert (after[A], after[B]) == ("pending", "met"), "the due of this term waits for the calendar of 2027"


async def test_what_was_checked_before_a_wrong_record_still_counts(autumn: Town) -> None:
    await states(autumn, CHECKED, SHOPS, INSPECTION)
    await states(autumn, CHECKED, SHOPS, INSPECTION | {"inspection_no": "JC-2202"})
    await corrects(autumn, CHECKED, SHOPS, {"inspection_no": "JC-2201"}, schools=(near(A), near(B)))
    assert (await states_of(autumn, "PER-04", "2026-09-01"))[A] == "met"


async def test_a_conference_that_was_none_of_the_periodic_ones_leaves_the_quarter_owing(autumn: Town) -> None:
    called = golden(CALLED, kind="periodic")
    await states(autumn, CALLED, OFFICE, called)
    assert (await states_of(autumn, "PER-08", "2026-Q3"))["edu-990102"] == "met"
    await corrects(autumn, CALLED, OFFICE, {"conference_no": called["conference_no"]}, kind=("periodic", "consultation"))
    assert (await states_of(autumn, "PER-08", "2026-Q3"))["edu-990102"] == "open"


async def test_a_correction_in_the_next_quarter_is_no_second_conference(autumn: Town) -> None:
    """INVARIANT: one conference is counted once — broken by the date of whatever is said of it later."""
    called = golden(CALLED, kind="periodic")
    await states(autumn, CALLED, OFFICE, called)
    await moves(autumn, await autumn.clock(), "10-08 10:00:00")
    starts = called["starts_at"]
    await corrects(autumn, CALLED, OFFICE, {"conference_no": called["conference_no"]}, starts_at=(starts, starts.replace("T14", "T15")))
    assert (await states_of(autumn, "PER-08", "2026-Q4"))["edu-990102"] == "open"
    assert (await states_of(autumn, "PER-08", "2026-Q3"))["edu-990102"] == "met"


async def test_a_drill_is_of_the_kind_that_its_plan_says_in_the_end(autumn: Town) -> None:
    """PER-03: what was done is told by the plan; a plan corrected to an evacuation counts, one corrected away from it does not."""
    plan = golden(PLANNED, drill_no="YL-9", kind="fire", school_id=A, starts_at="2026-09-22T10:00:00+08:00", ends_at="2026-09-22T10:30:00+08:00")
    await states(autumn, PLANNED, OFFICER, plan)
    await autumn.at("09-22 11:00:00")
    await states(autumn, DRILLED, OFFICER, golden(DRILLED, drill_no="YL-9"))
    assert (await states_of(autumn, "PER-03"))[A] == "open"
    await corrects(autumn, PLANNED, OFFICER, {"drill_no": "YL-9"}, kind=("fire", "evacuation"))
    assert (await states_of(autumn, "PER-03"))[A] == "met"
    back = {"drill_no": "YL-9", "reason": "录入有误", "changes": {"kind": {"old": "evacuation", "new": "fire"}}}
    await states(autumn, f"{PLANNED}.corrected", OFFICER, back, revision=3, corrects="e-1")
    assert (await states_of(autumn, "PER-03"))[A] == "open"


async def test_work_that_was_not_done_after_all_takes_no_record_of_the_fire_service_away(autumn: Town) -> None:
    """INVARIANT: a withdrawal takes back what it names — broken by taking back all that was stated in the incident."""
    found = golden("fire.hazard.found", school_id=A, hazard_no="F-26-11")
    await states(autumn, "fire.hazard.found", FIRE, found)
    done = {"hazard_no": "F-26-11", "done_at": "2026-09-21T09:30:00+08:00", "measure": "疏通"}
    await states(autumn, "school.rectification.completed", OFFICER, done)
    await states(autumn, "school.rectification.completed.withdrawn", OFFICER, {"hazard_no": "F-26-11", **VOID}, revision=2)
    fire = await autumn.owner.fetchval("select state from routing.expectations where rule = 'PER-09' and part = 'fire' and unit = $1", A)
    assert fire == "met"


async def test_a_sanction_that_is_taken_back_leaves_its_finding(autumn: Town) -> None:
    await states(autumn, CHECKED, SHOPS, INSPECTION | {"result": "problems"})
    await states(autumn, FOUND, SHOPS, FINDING)
    await states(autumn, DECIDED, FOOD_SAFETY, {"finding_no": "WT-310", "outcome": "fined", "public": True})
    await states(autumn, f"{DECIDED}.withdrawn", FOOD_SAFETY, {"finding_no": "WT-310", **VOID}, revision=2)
    assert (await states_of(autumn, "PER-12", "JC-2201"))["mkt-990102"] == "met"


async def test_a_finding_of_another_check_leaves_the_first_one_owing(autumn: Town) -> None:
    await states(autumn, CHECKED, SHOPS, INSPECTION | {"result": "problems"})
    await states(autumn, FOUND, SHOPS, FINDING)
    await corrects(autumn, FOUND, SHOPS, {"finding_no": "WT-310"}, inspection_no=("JC-2201", "JC-2299"))
    assert (await states_of(autumn, "PER-12", "JC-2201"))["mkt-990102"] == "open"


async def test_an_alarm_of_another_school_is_no_answer_to_a_school_that_called(autumn: Town) -> None:
    """XCK-04: no alarm names the school in the end, whatever one named for a while."""
    clock = await autumn.clock()
    called = INCIDENT | {"school_id": A, "actions_taken": ["110-called"]}
    await states(autumn, "school.campus-incident.reported", SCHOOL, called)
    alarm = await autumn.alarm()
    assert alarm.data.model_dump()["schools"] == (A,)
    await autumn.give(alarm)
    await corrects(autumn, "police.alarm.raised", POLICE_110, {"alarm_no": alarm.envelope.subject}, schools=([A], [B]))
    await moves(autumn, clock, "09-21 12:00:00")
    assert set(await suspicions(autumn, "XCK-04")) == {LIAISON}


async def test_a_pupil_who_stays_is_followed_up_by_the_school_that_has_the_case(autumn: Town) -> None:
    """INVARIANT: somebody always owes the follow-up of an open RED — broken by a handover that ended without a taker."""
    watch = autumn.rounds
    autumn.rounds = lambda: (HandoverRound(), TakingOverRound(), *watch())
    red = golden("school.psych-risk.assessed", school_id=B, level="red")
    await states(autumn, "school.psych-risk.assessed", PSYCH, red)
    await states(autumn, "school.pupil-transfer.started", PSYCH, {**TRANSFER, "referral_no": red["referral_no"]})
    await states(autumn, "school.pupil-transfer.started.concluded", PSYCH, {"handover_no": "ZX-3", "outcome": "cancelled"}, revision=2)
    await quiet(await autumn.clock())
    rows = await autumn.owner.fetch("select unit, state from routing.expectations where rule = 'PER-07'")
    assert [tuple(row) for row in rows] == [(B, "open")]
    assert await autumn.count("incidents", "family = 'psych' and closed_at is null") == 1


async def test_a_correction_of_an_old_follow_up_is_no_new_one(autumn: Town) -> None:
    """PER-07: seven days from the last follow-up — what is put right of it afterwards puts nothing off."""
    red = golden("school.psych-risk.assessed", school_id=B, level="red")
    number = {"referral_no": red["referral_no"]}
    await states(autumn, "school.psych-risk.assessed", PSYCH, red)
    clock = await autumn.clock()
    await moves(autumn, clock, "09-24 10:00:00")
    await states(autumn, "school.psych-followup.recorded", PSYCH, {**number, "step": "review", "next_on": "2026-09-30"})
    await moves(autumn, clock, "09-29 10:00:00")
    await corrects(autumn, "school.psych-followup.recorded", PSYCH, number, next_on=("2026-09-30", "2026-10-01"))
    rows = await autumn.owner.fetch("select begins, state from routing.expectations where rule = 'PER-07' order by begins")
    assert [(row["begins"].isoformat(), row["state"]) for row in rows] == [("2026-09-21", "met"), ("2026-09-24", "open")]
