"""What schools state of their own: accidents, deaths, bullying, conferences, care hints, drills, and what the bureau calls and lists."""

from typing import Any

from services.routing.core.model import World
from tests.unit.routing.core.bench import INCIDENT
from tests.unit.routing.core.families import Case, cases, check, led, payload, play, told
from tests.unit.routing.core.places import (
    EDU,
    EDU_IN_CHARGE,
    HEALTH,
    OFFICE,
    POLICE_110,
    POLICE_IN_CHARGE,
    REPORTED,
    SAFETY,
    SCHOOL_B,
    STATION,
    VICE_B,
    A,
    B,
    E,
)

MORAL_B, PRINCIPAL_B, SAFETY_B, PSYCH_B, CLASS_B = (
    f"school.{role}@{B}" for role in ("moral-director", "principal", "safety-officer", "psych-teacher", "class-teacher")
)
STUDENTS, CITY_EDUCATION = "education.student-desk@edu-990102", "city.education-duty@city-education-990100"
MINORS, CIVIL, FIRE = "police.minor-case-desk@pb-990102", "civil.protection-duty@civ-990102", "fire.station-duty@fire-990102-01"
URBAN_IN_CHARGE, MARKET_IN_CHARGE = "urban.leader-in-charge@urb-990102", "market.leader-in-charge@mkt-990102"
CIVIL_IN_CHARGE, MARKET = "civil.leader-in-charge@civ-990102", "market.duty-desk@mkt-990102"
BULLIED = "school.bullying.reported"


def sealed(*views: str) -> dict[str, Any]:
    return {
        "row": "r1",
        "school_id": B,
        "alg": "A256GCM",
        "nonce": "AA",
        "ciphertext": "AA",
        "keys": {"schools": "AA"},
        "views": list(views),
    }


ACCIDENT = INCIDENT | {"kind": "accident", "severity": "routine", "actions_taken": ["first-aid", "guardians-told"]}
BULLYING: dict[str, Any] = {
    "case_no": "QL-26-07", "grade": "general", "crime_suspected": False, "channels": ["verbal"], "school_id": B, "known_from": "teacher",
    "victims_count": 1, "actors_count": 2, "investigation_started_at": "2026-09-20T15:00:00+08:00", "pupils": [sealed("P", "S")],
    "account": [sealed("P", "S")],
}  # fmt: skip
MEETING: dict[str, Any] = {
    "conference_no": "HS-12", "school_id": B, "quorum": ["guardian", "class-teacher", "moral-director", "psych-teacher"],
    "wish_before": "2026-09-30", "pupil": [sealed("S")], "topic": "conduct",
}  # fmt: skip
CARE = {"care_no": "GA-12", "school_id": B, "category": "left-behind", "pupil": [sealed("S")], "ask": "watch"}
DRILL: dict[str, Any] = {
    "drill_no": "YL-09", "school_id": B, "kind": "anti-violence", "starts_at": "2026-09-28T10:00:00+08:00",
    "ends_at": "2026-09-28T10:40:00+08:00", "led_by": B, "bus_exercise": False,
}  # fmt: skip
CALLED: dict[str, Any] = {
    "conference_no": "LX-09", "kind": "consultation", "agencies": ["police", "urban", "market", "education", "community"], "agenda": "校园周边占道经营整治",
    "starts_at": "2026-10-14T14:30:00+08:00",
}  # fmt: skip
FIRM = {"firm_uscc": "91990102MA3AB12C34", "firm_name": "某培训中心", "list": "black", "from": "2026-09-21"}
SCHOOLS = (A, B, "3499000103", "1199000104", E)


@cases(
    Case(
        name=REPORTED,
        by=SCHOOL_B,
        data=ACCIDENT,
        mandates="SCH-03",
        told={EDU: "A E 09-21 10:30"},
        task=led(SCHOOL_B, EDU, report="09-22 10:00", close="09-29 17:30"),
    ),
    Case(
        name=REPORTED,
        by=SCHOOL_B,
        data=ACCIDENT | {"severity": "life-risk", "kind": "medical", "casualties": 1, "dead": 1},
        mandates="SCH-01 SCH-03 SCH-04 SCH-06",
        told={
            STATION: "A P 09-21 10:05 / 09-21 10:05",
            POLICE_110: "A P 09-21 10:05",
            EDU: "A E 09-21 10:10 / 09-21 10:30",
            VICE_B: "I V",
            HEALTH: "A H 09-21 10:10 / 09-21 10:30",
            EDU_IN_CHARGE: "A E 09-21 10:30 / 09-21 12:00",
            CITY_EDUCATION: "A E 09-21 10:30 / 09-21 12:00",
        },
        task=led(STATION, SCHOOL_B, EDU, HEALTH, report="09-22 10:00", close="09-24 17:30"),
    ),
    Case(
        name=BULLIED,
        by=MORAL_B,
        data=BULLYING,
        mandates="BUL-01",
        told={PRINCIPAL_B: "A S 09-22 18:30", STUDENTS: "A E 09-22 17:30", VICE_B: "I V"},
        task=led(MORAL_B, PRINCIPAL_B, report="09-29 18:30", close="10-01 00:00"),
    ),
    Case(
        name=BULLIED,
        by=MORAL_B,
        data=BULLYING | {"grade": "severe", "crime_suspected": True, "channels": ["physical"]},
        mandates="BUL-03",
        told={MINORS: "A P 09-21 12:00 / 09-22 00:00", EDU: "A E 09-21 12:00 / 09-22 00:00", PRINCIPAL_B: "A S 09-21 12:00"},
        task=led(MINORS, MORAL_B, EDU, report="09-22 17:30", close="10-01 00:00"),
    ),
    Case(
        name="school.care-conference.requested",
        by=MORAL_B,
        data=MEETING,
        mandates="CON-01",
        told={CLASS_B: "A S 09-22 18:30", PSYCH_B: "A S 09-22 18:30"},
        task=led(MORAL_B, CLASS_B, PSYCH_B, report="09-29 18:30", close="10-12 18:30"),
    ),
    Case(name="civil.child-care.notified", by=CIVIL, data=CARE, mandates="CIV-01", told={MORAL_B: "A S 09-22 18:30"}),
    Case(
        name="school.drill.scheduled",
        by=SAFETY_B,
        data=DRILL,
        mandates="DRL-01",
        told={STATION: "A P 09-22 17:30", FIRE: "I U", SAFETY: "I E"},
    ),
    Case(
        name="school.drill.completed",
        by=SAFETY_B,
        data={"drill_no": "YL-09", "took_minutes": 4, "participants": 912},
        mandates="DRL-02",
        after=(("school.drill.scheduled", SAFETY_B, DRILL),),
        told={SAFETY: "v2 E"},
    ),
    Case(
        name="education.conference.called",
        by=OFFICE,
        data=CALLED,
        mandates="GOV-02",
        told={
            POLICE_IN_CHARGE: "A L 09-22 17:30",
            URBAN_IN_CHARGE: "A L 09-22 17:30",
            MARKET_IN_CHARGE: "A L 09-22 17:30",
            EDU_IN_CHARGE: "A L 09-22 17:30",
            CIVIL_IN_CHARGE: "A L 09-22 17:30",
        },
        task=led(
            OFFICE,
            POLICE_IN_CHARGE,
            URBAN_IN_CHARGE,
            MARKET_IN_CHARGE,
            EDU_IN_CHARGE,
            CIVIL_IN_CHARGE,
            report="09-29 17:30",
            close="10-12 17:30",
        ),
    ),
    Case(
        name="education.training-list.changed",
        by=SAFETY,
        data=FIRM,
        mandates="GOV-11",
        told={MARKET: "I M", **{f"school.duty-desk@{school}": "I S" for school in SCHOOLS}},
    ),
)
def test_everybody_whom_the_mandate_names_is_told_and_nobody_else(world: World, case: Case) -> None:
    check(world, case)


def test_who_was_bullied_stays_at_the_school_unless_a_crime_is_suspected(world: World) -> None:
    seen = {}
    for crime in (False, True):
        data = BULLYING | {"grade": "severe", "crime_suspected": crime}
        bench, _ = play(world, Case(name=BULLIED, by=MORAL_B, data=data, mandates="", told={}))
        seen[crime] = [desk for desk in told(bench) if "pupils" in payload(bench, desk)]
    general, _ = play(world, Case(name=BULLIED, by=MORAL_B, data=BULLYING, mandates="", told={}))
    assert seen == {False: [MINORS, PRINCIPAL_B], True: [MINORS, PRINCIPAL_B]}
    assert [desk for desk in told(general) if "pupils" in payload(general, desk)] == [PRINCIPAL_B]


def test_a_conference_about_a_pupil_and_a_care_hint_name_it_within_its_school_alone(world: World) -> None:
    meeting, _ = play(world, Case(name="school.care-conference.requested", by=MORAL_B, data=MEETING, mandates="", told={}))
    hint, _ = play(world, Case(name="civil.child-care.notified", by=CIVIL, data=CARE, mandates="", told={}))
    assert payload(meeting, CLASS_B)["pupil"]
    assert payload(hint, MORAL_B)["pupil"]
    assert {desk.partition("@")[2] for desk in (*told(meeting), *told(hint))} == {B}


def test_a_listed_firm_is_known_to_schools_by_its_name_alone(world: World) -> None:
    bench, _ = play(world, Case(name="education.training-list.changed", by=SAFETY, data=FIRM, mandates="", told={}))
    assert payload(bench, SCHOOL_B).keys() == {"firm_name", "list", "from"}
    assert payload(bench, MARKET).keys() == FIRM.keys()
