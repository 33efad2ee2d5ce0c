"""Buildings, fire, streets and what schools ask for: one event for each mandate that no story tells."""

from typing import Any

import pytest

from services.routing.core.model import World
from tests.unit.routing.core.families import Case, Led, cases, check, led, payload, play, told
from tests.unit.routing.core.places import EDU, PRINCIPAL, SAFETY, SCHOOL, SCHOOL_B, STATION, A, B

OFFICER, TRAFFIC, SQUAD = f"school.safety-officer@{A}", "police.traffic-duty@tp-990102-01", "urban.squad@urb-990102-01"
SUPERVISION, HOUSING = "fire.supervision-desk@fire-990102", "housing.safety-desk@hou-990102"
SHOPS, TOWN = "market.station@mkt-990102-01", "community.town-office@town-990102001"
FIRE, BUILDING, STREET, ASKED, DONE = (
    "fire.hazard.found", "housing.building-hazard.found", "urban.street-issue.found", "school.hazard.reported",
    "school.rectification.completed",
)  # fmt: skip
FIRE_FOUND: dict[str, Any] = {
    "hazard_no": "F-26-11", "school_id": A, "level": "general", "problems": ["extinguisher"], "building": "实验楼", "interim": ["none"],
    "rectify_by": "2026-10-12",
}  # fmt: skip
RATED: dict[str, Any] = {
    "hazard_no": "Z-26-2", "school_id": A, "building": "西教学楼", "rating": "B", "interim": ["monitor"], "rectify_by": "2026-11-30",
    "report_ref": "report-00000001",
}  # fmt: skip
STALLS: dict[str, Any] = {
    "issue_no": "CG-77", "kind": "vendor", "schools": [A, B], "place_text": "南门外人行道", "fix_by": "2026-09-25",
}  # fmt: skip
WISH: dict[str, Any] = {
    "hazard_no": "H-26-31", "domain": "lighting", "level": "general", "school_id": A, "place_text": "北门外", "description": "路灯不亮",
}  # fmt: skip
REPAIRED: dict[str, Any] = {"hazard_no": "H-26-31", "done_at": "2026-09-21T09:00:00+08:00", "measure": "已更换路灯"}
DAY, THREE, GRAVE = "09-22 17:30", "09-24 17:30", "09-21 12:00 / 09-21 14:00"
FIVE, TEN, TWENTY = "09-29 17:30", "10-12 17:30", "10-26 17:30"


@cases(
    Case(
        name=FIRE,
        by=SUPERVISION,
        data=FIRE_FOUND,
        mandates="HAZ-02",
        told={OFFICER: "A S 09-22 18:00", SAFETY: f"A E {DAY}"},
        task=led(SUPERVISION, OFFICER, report=TEN, close="10-13 00:00"),
    ),
    Case(
        name=BUILDING,
        by=HOUSING,
        data=RATED,
        mandates="HAZ-04",
        told={OFFICER: "A S 09-22 18:00", SAFETY: f"A E {DAY}"},
        task=led(HOUSING, OFFICER, report=TWENTY, close="12-01 00:00"),
    ),
    Case(name=BUILDING, by=HOUSING, data=RATED | {"rating": "A"}, mandates="HAZ-16", told={}),
    Case(
        name=STREET,
        by=SQUAD,
        data=STALLS,
        mandates="HAZ-05",
        told={SCHOOL: "A S 09-22 18:00", SCHOOL_B: "A S 09-22 18:30", SAFETY: "I E"},
        task=led(SQUAD, SCHOOL, SCHOOL_B, report=THREE, close="09-26 00:00"),
    ),
    Case(
        name=STREET,
        by=SQUAD,
        data=STALLS | {"kind": "parking", "schools": [A]},
        mandates="HAZ-05 HAZ-06",
        told={SCHOOL: "A S 09-22 18:00", SAFETY: "I E", TRAFFIC: f"A P {DAY}"},
        task=led(SQUAD, SCHOOL, TRAFFIC, report=THREE, close="09-26 00:00"),
    ),
    Case(
        name=ASKED,
        by=OFFICER,
        data=WISH,
        mandates="HAZ-08",
        told={TRAFFIC: f"A P {DAY} / {THREE}", SQUAD: f"A U {DAY}"},
        task=led(TRAFFIC, SQUAD, OFFICER, report=FIVE, close=TEN),
    ),
    Case(
        name=ASKED,
        by=OFFICER,
        data=WISH | {"domain": "goods-shop"},
        mandates="HAZ-09",
        told={SHOPS: f"A M {DAY} / {THREE}"},
        task=led(SHOPS, OFFICER, report=THREE, close=TEN),
    ),
    Case(
        name=ASKED,
        by=OFFICER,
        data=WISH | {"domain": "building"},
        mandates="HAZ-10",
        told={HOUSING: f"A U {DAY} / {THREE}", SAFETY: f"A E {DAY}"},
        task=led(HOUSING, SAFETY, OFFICER, report=FIVE, close=TWENTY),
    ),
    Case(
        name=ASKED,
        by=OFFICER,
        data=WISH | {"domain": "fire"},
        mandates="HAZ-11",
        told={SUPERVISION: f"A U {DAY} / {THREE}"},
        task=led(SUPERVISION, OFFICER, report=FIVE, close=TEN),
    ),
    Case(
        name=ASKED,
        by=OFFICER,
        data=WISH | {"domain": "public-order"},
        mandates="HAZ-12",
        told={STATION: f"A P {DAY} / 09-23 17:30"},
        task=led(STATION, OFFICER, report=THREE, close=TEN),
    ),
    Case(
        name=ASKED,
        by=OFFICER,
        data=WISH | {"domain": "water"},
        mandates="HAZ-13",
        told={TOWN: f"A W {DAY} / {THREE}", SAFETY: "I E"},
        task=led(TOWN, OFFICER, report=FIVE, close=TEN),
    ),
    Case(
        name=DONE,
        by=SQUAD,
        data=REPAIRED,
        mandates="HAZ-15",
        after=((ASKED, OFFICER, WISH),),
        told={OFFICER: f"A S {THREE}"},
        task=led(TRAFFIC, SQUAD, OFFICER, report=FIVE, close=TEN),
    ),
    Case(
        name=DONE,
        by=OFFICER,
        data=REPAIRED | {"hazard_no": "F-26-11"},
        mandates="HAZ-15",
        after=((FIRE, SUPERVISION, FIRE_FOUND),),
        told={SUPERVISION: f"A U {THREE}"},
        task=led(SUPERVISION, OFFICER, report=TEN, close="10-13 00:00"),
    ),
)
def test_everybody_whom_the_mandate_names_is_told_and_nobody_else(world: World, case: Case) -> None:
    check(world, case)


@pytest.mark.parametrize(
    ("domain", "mandate", "leads", "view", "others", "task"),
    [
        ("traffic", "HAZ-08", TRAFFIC, "P", {SQUAD: f"A U {DAY}"}, led(TRAFFIC, SQUAD, OFFICER, EDU, report=FIVE, close=TEN)),
        ("food-shop", "HAZ-09", SHOPS, "M", {}, led(SHOPS, OFFICER, EDU, report=THREE, close=TEN)),
        ("building", "HAZ-10", HOUSING, "U", {SAFETY: f"A E {DAY}"}, led(HOUSING, SAFETY, OFFICER, EDU, report=FIVE, close=TWENTY)),
        ("fire", "HAZ-11", SUPERVISION, "U", {}, led(SUPERVISION, OFFICER, EDU, report=FIVE, close=TEN)),
        ("public-order", "HAZ-12", STATION, "P", {}, led(STATION, OFFICER, EDU, report=THREE, close=TEN)),
        ("street-vendor", "HAZ-07", SQUAD, "U", {SAFETY: "I E"}, led(SQUAD, OFFICER, EDU, report="09-23 17:30", close=FIVE)),
        ("other", "HAZ-13", TOWN, "W", {SAFETY: "I E"}, led(TOWN, OFFICER, EDU, report=FIVE, close=TEN)),
    ],
)
def test_of_a_grave_hazard_the_lead_has_two_and_four_hours(  # one row for each domain mandate
    world: World, domain: str, mandate: str, leads: str, view: str, others: dict[str, str], task: Led
) -> None:
    """HAZ-14: @lead is the lead of the domain's own mandate; education's duty officer has the same limits."""
    note = {"domain_note": "校门口围墙倾斜"} if domain == "other" else {}
    grave = WISH | {"domain": domain, "level": "grave", **note}
    wanted = {leads: f"A {view} {GRAVE}", EDU: f"A E {GRAVE}", **others}
    check(world, Case(name=ASKED, by=OFFICER, data=grave, mandates=f"{mandate} HAZ-14", told=wanted, task=task))


def test_a_hazard_that_turns_grave_gives_its_lead_the_shorter_limits(world: World) -> None:
    worse = {"hazard_no": "H-26-31", "field": "level", "from": "general", "to": "grave", "by": "安全员", "why": "电线裸露"}
    check(
        world,
        Case(
            name=f"{ASKED}.level-changed",
            by=OFFICER,
            data=worse,
            mandates="HAZ-08 HAZ-14",
            after=((ASKED, OFFICER, WISH),),
            told={TRAFFIC: f"A P {GRAVE}", SQUAD: f"A U {DAY}", EDU: f"A E {GRAVE}"},
            task=led(TRAFFIC, SQUAD, OFFICER, EDU, report=FIVE, close=TEN),
        ),
    )


def test_the_report_of_a_building_is_for_the_bureau_and_not_for_the_school(world: World) -> None:
    bench, _ = play(world, Case(name=BUILDING, by=HOUSING, data=RATED | {"rating": "C"}, mandates="", told={}))
    assert {desk: "report_ref" in payload(bench, desk) for desk in told(bench)} == {PRINCIPAL: False, EDU: True}
