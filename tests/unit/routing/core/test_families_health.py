"""Psychology, outbreaks, food illness and warnings: one event for each mandate that no story tells."""

from typing import Any

import pytest

from services.routing.core.model import World
from tests.unit.routing.core.bench import at
from tests.unit.routing.core.families import Case, cases, check, led, payload, play, told
from tests.unit.routing.core.places import EDU, EDU_IN_CHARGE, HEALTH, SAFETY, SCHOOL, SCHOOL_B, A, B, E

PSYCH_B, DOCTOR_B, PRINCIPAL_B, REPORTER_B, HEALTH_VICE_B = (
    f"school.{role}@{B}" for role in ("psych-teacher", "resident-doctor", "principal", "infection-reporter", "health-vice-principal")
)
HOSPITAL, POOL = "health.hospital-green-channel@hos-990100-psy", "health.expert-pool@hb-990102"
ER, CDC, CITY_HEALTH = "health.hospital-er@hos-990102-er", "health.cdc-duty@cdc-990102", "city.health-duty@city-health-990100"
MARKET, CITY_MARKET = "market.duty-desk@mkt-990102", "city.market-duty@city-market-990100"
ASSESSED, FOLLOWED, ANSWERED = "school.psych-risk.assessed", "school.psych-followup.recorded", "health.psych-referral.answered"
REPORTED, DETECTED, FOOD, WARNED = (
    "school.illness-cluster.reported", "health.illness-cluster.detected", "health.food-illness.reported", "health.warning.issued"
)  # fmt: skip


def sealed(*views: str) -> dict[str, Any]:
    return {
        "row": "r1",
        "school_id": B,
        "alg": "A256GCM",
        "nonce": "AA",
        "ciphertext": "AA",
        "keys": {"health": "AA"},
        "views": list(views),
    }


RED: dict[str, Any] = {
    "referral_no": "PR-0102-0007", "level": "red", "school_id": B, "assessed_at": "2026-09-21T09:50:00+08:00", "trigger": "suicide-plan",
    "need_ambulance": False, "pupil": [sealed("K", "S")], "guardian_told": "trying", "companion": "teacher",
}  # fmt: skip
ORANGE = RED | {"level": "orange"}
STEP = {"referral_no": "PR-0102-0007", "step": "review", "next_on": "2026-10-12"}
DECLINED: dict[str, Any] = {
    "referral_no": "PR-0102-0007", "slip_no": "HZ-118", "step": "declined", "advice": ["accompany"], "decline_reason": "no-bed",
}  # fmt: skip
CLUSTER: dict[str, Any] = {
    "cluster_no": "JB-0102-03", "school_id": B, "group": "八年级2班", "symptoms": ["vomiting"], "cases_today": 2, "cases_3days": 4,
    "notifiable": False, "unexplained": "none", "in_hospital": 0, "first_onset_at": "2026-09-20T19:00:00+08:00", "measures": ["isolated"],
}  # fmt: skip
SEEN: dict[str, Any] = {
    "cluster_no": "CDC-77", "schools": [B], "disease_group": "intestinal", "cases": 6, "notifiable": False, "emergency_grade": "none",
    "advice": ["isolate"],
}  # fmt: skip
PATIENTS: dict[str, Any] = {
    "report_no": "ER-501", "schools": [B], "ill": 5, "severe": 0, "dead": 0, "exposure": "shop", "symptoms": ["vomiting"],
}  # fmt: skip
WARNING: dict[str, Any] = {
    "warning_no": "W-26-4", "colour": "yellow", "topic": "respiratory", "scope": ["990102102"], "advice": "加强通风和晨检",
}  # fmt: skip
OUTBREAK = led(CDC, REPORTER_B, EDU, report="09-21 17:00", close="-")
CRISIS: dict[str, str] = {
    HOSPITAL: "A K 09-21 10:10 / 09-21 10:30",
    POOL: "A H 09-21 10:30 / 09-21 12:00",
    HEALTH: "A H 09-21 10:10",
    EDU: "A E 09-21 10:10",
    PRINCIPAL_B: "A S 09-21 10:10 / 09-21 10:30",
    DOCTOR_B: "I S",
}


@cases(
    Case(
        name=ASSESSED,
        by=PSYCH_B,
        data=RED | {"need_ambulance": True},
        mandates="PSY-01 PSY-02",
        told=CRISIS | {ER: "A K 09-21 10:05 / 09-21 10:05"},
        task=led(HOSPITAL, PSYCH_B, POOL, PRINCIPAL_B, report="09-21 12:00", close="-"),
    ),
    Case(
        name=ANSWERED,
        by=HOSPITAL,
        data=DECLINED,
        mandates="PSY-08",
        after=((ASSESSED, PSYCH_B, RED),),
        told={PSYCH_B: "A S 09-21 10:10", HEALTH: "A H 09-21 10:10 / 09-21 10:30"},
        task=led(HEALTH, HOSPITAL, PSYCH_B, POOL, PRINCIPAL_B, report="09-21 10:30", close="-"),
    ),
    Case(
        name=FOLLOWED,
        by=PSYCH_B,
        data=STEP,
        mandates="PSY-09",
        after=((ASSESSED, PSYCH_B, RED),),
        told={DOCTOR_B: "v2 S", HOSPITAL: "v2 K"},
        task=led(HOSPITAL, PSYCH_B, POOL, PRINCIPAL_B, report="09-21 12:00", close="-"),
    ),
    Case(
        name=FOLLOWED,
        by=PSYCH_B,
        data=STEP,
        mandates="PSY-09",
        after=((ASSESSED, PSYCH_B, ORANGE),),
        told={DOCTOR_B: "v2 S"},
        task=led(DOCTOR_B, PSYCH_B, report="09-24 18:30", close="10-22 00:00"),
    ),
    Case(
        name=REPORTED,
        by=REPORTER_B,
        data=CLUSTER | {"cases_today": 1, "cases_3days": 5},
        mandates="HLT-01",
        told={CDC: "A H 09-21 12:00 / 09-22 10:00", EDU: "A E 09-21 12:00", HEALTH_VICE_B: "I V"},
        task=OUTBREAK,
    ),
    Case(
        name=REPORTED,
        by=REPORTER_B,
        data=CLUSTER | {"cases_today": 1, "cases_3days": 1, "unexplained": "single-high-fever"},
        mandates="HLT-01",
        told={CDC: "A H 09-21 12:00 / 09-22 10:00", EDU: "A E 09-21 12:00", HEALTH_VICE_B: "I V"},
        task=OUTBREAK,
    ),
    Case(
        name=REPORTED,
        by=REPORTER_B,
        data=CLUSTER | {"cases_today": 1, "cases_3days": 1, "notifiable": True},
        mandates="HLT-02",
        told={CDC: "A H 09-21 10:30 / 09-21 12:00", HEALTH: "A H 09-21 10:30", EDU: "A E 09-21 10:30", HEALTH_VICE_B: "I V"},
        task=OUTBREAK,
    ),
    Case(name=REPORTED, by=REPORTER_B, data=CLUSTER, mandates="HLT-03", told={HEALTH_VICE_B: "I V"}),
    Case(
        name=f"{REPORTED}.supplemented",
        by=REPORTER_B,
        data={"cluster_no": "JB-0102-03", "added": {"cases_today": 3}},
        mandates="HLT-01",
        after=((REPORTED, REPORTER_B, CLUSTER),),
        told={CDC: "A H 09-21 12:00 / 09-22 10:00", EDU: "A E 09-21 12:00", HEALTH_VICE_B: "v2 V"},
        task=OUTBREAK,
    ),
    Case(
        name=DETECTED,
        by=ER,
        data=SEEN,
        mandates="HLT-04",
        told={REPORTER_B: "A S 09-21 12:00 / 09-22 10:00", SCHOOL_B: "A S 09-21 12:00", EDU: "A E 09-21 12:00"},
        task=led(ER, REPORTER_B, EDU, report="09-21 17:00", close="-"),
    ),
    Case(
        name=DETECTED,
        by=CDC,
        data=SEEN | {"emergency_grade": "general"},
        mandates="HLT-04 HLT-05",
        told={
            REPORTER_B: "A S 09-21 12:00 / 09-22 10:00",
            SCHOOL_B: "A S 09-21 12:00",
            EDU: "A E 09-21 12:00",
            HEALTH: "A H 09-21 10:30 / 09-21 12:00",
            CITY_HEALTH: "A H 09-21 10:30 / 09-21 12:00",
            EDU_IN_CHARGE: "A E 09-21 12:00",
        },
        task=led(HEALTH, EDU_IN_CHARGE, CDC, REPORTER_B, EDU, report="09-21 12:00", close="-"),
    ),
    Case(
        name=FOOD,
        by=ER,
        data=PATIENTS,
        mandates="FOD-03",
        told={
            MARKET: "A M 09-21 10:30 / 09-21 12:00",
            CDC: "A H 09-21 10:30 / 09-21 12:00",
            EDU: "A E 09-21 10:30",
            SCHOOL_B: "A S 09-21 10:30 / 09-21 12:00",
        },
        task=led(MARKET, CDC, SCHOOL_B, EDU, report="09-21 17:00", close="-"),
    ),
    Case(name=FOOD, by=ER, data=PATIENTS | {"ill": 1}, mandates="FOD-04", told={CDC: "A H 09-21 12:00 / 09-22 10:00"}),
    Case(
        name=f"{FOOD}.supplemented",
        by=ER,
        data={"report_no": "ER-501", "added": {"ill": 2, "severe": 1}},
        mandates="FOD-02 FOD-03",
        after=((FOOD, ER, PATIENTS | {"ill": 1}),),
        told={
            MARKET: "A M 09-21 10:30 / 09-21 12:00",
            CDC: "A H 09-21 10:30 / 09-21 12:00",
            EDU: "A E 09-21 10:30",
            SCHOOL_B: "A S 09-21 10:30 / 09-21 12:00",
            EDU_IN_CHARGE: "A E 09-21 10:30 / 09-21 11:00",
            CITY_HEALTH: "A H 09-21 10:30 / 09-21 12:00",
            CITY_MARKET: "A M 09-21 10:30 / 09-21 12:00",
        },
        task=led(MARKET, CDC, SCHOOL_B, EDU, report="09-21 17:00", close="-"),
    ),
    Case(
        name=WARNED,
        by=HEALTH,
        data=WARNING,
        mandates="WRN-01",
        told={f"school.duty-desk@{E}": "B S 09-22 17:30", SAFETY: "B E 09-22 17:30", f"school.health-vice-principal@{E}": "I V"},
    ),
)
def test_everybody_whom_the_mandate_names_is_told_and_nobody_else(world: World, case: Case) -> None:
    check(world, case)


@pytest.mark.parametrize(
    ("scope", "schools", "bureaus"),
    [
        (["990102"], 5, 1),
        ([A, "990102102201"], 2, 1),
        (["990100"], 6, 2),
    ],
)
def test_a_warning_reaches_every_school_of_its_area_and_the_bureau_of_each_county(
    world: World, scope: list[str], schools: int, bureaus: int
) -> None:
    bench, _ = play(world, Case(name=WARNED, by=HEALTH, data=WARNING | {"scope": scope}, mandates="", told={}))
    assert sum(desk.startswith("school.duty-desk@") for desk in told(bench)) == schools
    assert sum(desk.startswith("education.safety-desk@") for desk in told(bench)) == bureaus
    assert SCHOOL in told(bench)


def test_the_hospital_follows_an_open_red_and_an_orange_never_leaves_the_school(world: World) -> None:
    bench, _ = play(world, Case(name=FOLLOWED, by=PSYCH_B, data=STEP, mandates="", after=((ASSESSED, PSYCH_B, RED),), told={}))
    assert STEP.items() <= payload(bench, HOSPITAL).items()
    orange, _ = play(world, Case(name=FOLLOWED, by=PSYCH_B, data=STEP, mandates="", after=((ASSESSED, PSYCH_B, ORANGE),), told={}))
    assert {desk.partition("@")[2] for desk in told(orange)} == {B}


def test_the_hospital_that_accepted_when_the_designated_one_declined_follows_the_case(world: World) -> None:
    other = "health.hospital-green-channel@hos-990202-psy"
    bench, _ = play(world, Case(name=ANSWERED, by=HOSPITAL, data=DECLINED, mandates="", after=((ASSESSED, PSYCH_B, RED),), told={}))
    bench.state_event(ANSWERED, other, {"referral_no": "PR-0102-0007", "slip_no": "LH-7", "step": "accepted", "advice": []})
    assert bench.task().lead == other
    bench.said.clear()
    bench.state_event(FOLLOWED, PSYCH_B, STEP)
    assert told(bench) == {DOCTOR_B: "v2 S", other: "I K"}


def test_each_slip_of_the_hospital_is_signed_anew_and_what_is_added_to_it_is_not(world: World) -> None:
    bench, _ = play(world, Case(name=ASSESSED, by=PSYCH_B, data=RED, mandates="", told={}))
    slip = DECLINED | {"step": "accepted", "decline_reason": None}
    for minute, step, due in ((0, "accepted", "10:30"), (20, "assessed", "10:50")):
        bench.to(at(f"09-21 10:{minute:02}:00"))
        bench.said.clear()
        bench.state_event(ANSWERED, HOSPITAL, slip | {"step": step})
        assert told(bench)[PSYCH_B] == f"A S 09-21 {due}"
        bench.sign(PSYCH_B)
    bench.state_event(f"{ANSWERED}.supplemented", HOSPITAL, {"referral_no": "PR-0102-0007", "added": {"next_contact_on": "2026-09-25"}})
    assert told(bench)[PSYCH_B] == "v3 S"
    bench.to(at("09-21 12:00:00"))
    assert [data.due for _, data in bench.heard("bus.duty.missed") if data.desk == PSYCH_B] == []


def test_police_and_bureau_learn_no_pupil_of_a_crisis_and_no_line_of_an_outbreak(world: World) -> None:
    crisis, _ = play(world, Case(name=ASSESSED, by=PSYCH_B, data=RED, mandates="", told={}))
    assert [desk for desk in told(crisis) if "pupil" in payload(crisis, desk)] == [HOSPITAL, PRINCIPAL_B, DOCTOR_B]
    assert not [desk for desk in told(crisis) if desk.startswith("police.")]
    lines = CLUSTER | {"cases_today": 4, "cases": [sealed("H")]}
    outbreak, _ = play(world, Case(name=REPORTED, by=REPORTER_B, data=lines, mandates="", told={}))
    assert [desk for desk in told(outbreak) if "cases" in payload(outbreak, desk)] == [CDC]
