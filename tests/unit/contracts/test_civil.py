"""民政: a hint about one child, whom its own school alone may open."""

from typing import Any

import pytest

from contracts.registry import event_type, follow_ups
from contracts.sealing import sealed_places
from services.routing.core.matching.views import project
from tests.unit.contracts.stating import golden, posted, refused, table_of, written

CARE = "civil.child-care.notified"
SCHOOL, OTHER = "3199000102", "2199000101"
TABLE = """
    care_no SWL
    school_id SWL
    category SW minor
    pupil S minor
    ask SW"""
POSTED: dict[str, Any] = {
    "care_no": "GA-12", "school_id": SCHOOL, "category": "left-behind", "pupil": [{"name": "李小明", "class": "初一3班"}], "ask": "watch",
}  # fmt: skip


def test_every_field_is_seen_as_its_table_says() -> None:
    assert table_of(CARE) == written(TABLE)


def test_the_type_is_that_of_its_row() -> None:
    kind = event_type(CARE)
    assert (kind.family, kind.publishers, kind.publish_form({})) == ("child-care", ("civil.protection-duty",), "1wd")
    assert {one.mark for one in follow_ups(CARE)} == {"C", "W", "X"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"pupil": []}, {"pupil": "too-short"}),
        ({"pupil": None}, {"pupil": "tuple-type"}),
        ({"pupil": POSTED["pupil"] * 2}, {"pupil": "too-long"}),
        ({"pupil": [{"name": "李小明", "school_id": OTHER}]}, {"pupil.0.school_id": "school-not-in-event"}),
        ({"category": "orphan"}, {"category": "literal-error"}),
        ({"ask": "help"}, {"ask": "literal-error"}),
    ],
)
def test_what_the_table_does_not_allow_is_refused(change: dict[str, Any], code: dict[str, str]) -> None:
    assert posted(CARE, POSTED).model_dump(mode="json", by_alias=True, exclude_none=True) == POSTED
    assert refused(CARE, POSTED | change) == code


def test_the_child_is_needed() -> None:
    assert refused(CARE, {name: value for name, value in POSTED.items() if name != "pupil"}) == {"pupil": "missing"}


def test_only_the_child_s_own_school_gets_it() -> None:
    data = golden(CARE, "left-behind")
    assert [place.views for place in sealed_places(CARE)] == [{"S"}]
    assert "pupil" in project(CARE, data, "S", school=SCHOOL)[0]
    assert "pupil" not in project(CARE, data, "S", school=OTHER)[0]
    for view in "WLEP":
        assert "pupil" not in project(CARE, data, view, school=SCHOOL)[0]
    assert set(project(CARE, data, "L", school=None)[0]) == {"care_no", "school_id"}
