"""消防、住建、城管: who sees what, who may state it by when, and what is refused."""

from typing import Any

import pytest

from contracts.registry import event_type, follow_ups
from services.routing.core.deciding.change import eased
from services.routing.core.matching.views import project
from tests.unit.contracts.stating import golden, posted, refused, table_of, written

FIRE, BUILDING, STREET = "fire.hazard.found", "housing.building-hazard.found", "urban.street-issue.found"
TABLES = {
    FIRE: """
        hazard_no all
        school_id all
        level all
        problems SEUL
        problems_note SEUL
        building SEU
        interim SEU
        rectify_by all""",
    BUILDING: """
        hazard_no all
        school_id all
        building SEU
        rating all
        interim SEU
        rectify_by all
        report_ref EU""",
    STREET: """
        issue_no all
        kind all
        kind_note all
        schools all
        place_text SEUP
        fix_by all""",
}


@pytest.mark.parametrize("name", TABLES)
def test_every_field_is_seen_as_its_table_says(name: str) -> None:
    assert table_of(name) == written(TABLES[name])


def test_the_types_are_those_of_their_rows() -> None:
    rows = {name: (event_type(name).family, event_type(name).publishers, {one.mark for one in follow_ups(name)}) for name in TABLES}
    assert rows == {
        FIRE: ("hazard", ("fire.supervision-desk",), {"S", "C", "L", "W", "X"}),
        BUILDING: ("hazard", ("housing.safety-desk",), {"S", "C", "L", "W", "X"}),
        STREET: ("street-issue", ("urban.squad",), {"S", "C", "W", "X"}),
    }


def test_what_is_grave_is_published_faster() -> None:
    assert [event_type(FIRE).publish_form({"level": level}) for level in ("grave", "general")] == ["2h", "1wd"]
    assert [event_type(BUILDING).publish_form({"rating": rating}) for rating in "DCBA"] == ["2h", "1wd", "1wd", "1wd"]
    assert event_type(STREET).publish_form({}) == "4h/open"


@pytest.mark.parametrize(
    ("name", "file", "change", "code"),
    [
        (FIRE, "grave", {"problems": []}, {"problems": "too-short"}),
        (FIRE, "grave", {"problems": ["wiring", "other"]}, {"problems_note": "other-needs-words"}),
        (FIRE, "grave", {"level": "D"}, {"level": "literal-error"}),
        (FIRE, "grave", {"rectify_by": "2026-10-12T00:00:00+08:00"}, {"rectify_by": "day-not-iso"}),
        (FIRE, "grave", {"interim": ["none", "none"]}, {"interim": "repeated-item"}),
        (BUILDING, "rated-d", {"rating": "E"}, {"rating": "literal-error"}),
        (BUILDING, "rated-d", {"report_ref": "../报告.pdf"}, {"report_ref": "string-pattern-mismatch"}),
        (BUILDING, "rated-d", {"building": "楼" * 61}, {"building": "string-too-long"}),
        (STREET, "vendor", {"kind": "other"}, {"kind_note": "other-needs-words"}),
        (STREET, "vendor", {"schools": []}, {"schools": "too-short"}),
    ],
)
def test_what_the_table_does_not_allow_is_refused(name: str, file: str, change: dict[str, Any], code: dict[str, str]) -> None:
    data = golden(name, file)
    assert posted(name, data).model_dump(mode="json", exclude_none=True) == data
    assert refused(name, data | change) == code


def test_the_report_of_a_building_is_for_education_and_the_works() -> None:
    data = golden(BUILDING, "rated-d")
    assert [view for view in "SVEPHMCKUWL" if "report_ref" in project(BUILDING, data, view, school=data["school_id"])[0]] == ["E", "U"]


@pytest.mark.parametrize(("old", "new", "down"), [("D", "C", True), ("B", "D", False), ("A", "B", False)])
def test_a_worse_rating_goes_up(old: str, new: str, down: bool) -> None:
    moved = {"hazard_no": "Z-26-2", "field": "rating", "from": old, "to": new, "by": "科长", "why": "复核"}
    assert eased(posted(f"{BUILDING}.level-changed", moved)) is down
