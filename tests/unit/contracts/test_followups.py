from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from contracts.followups import new_values
from contracts.refusals import refusals
from contracts.registry import event_type, follow_ups

RAISED = "police.alarm.raised"
KEY = {"alarm_no": "J370100202609210412"}


def posted(name: str, data: dict[str, Any]) -> BaseModel:
    model = event_type(name).intake_model
    assert model is not None
    return model.model_validate(data)


def codes(name: str, data: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(ValidationError) as refused:
        posted(name, data)
    return {refusal.field: refusal.code for refusal in refusals(refused.value)}


def test_each_head_has_the_follow_ups_of_its_row() -> None:
    marks = {head: {one.mark for one in follow_ups(head)} for head in (RAISED, "police.alarm.concluded", "school.campus-incident.reported")}
    assert marks == {
        RAISED: {"S", "C", "L", "W"},
        "police.alarm.concluded": {"C"},
        "school.campus-incident.reported": {"S", "C", "L", "W", "X"},
    }


def test_a_follow_up_has_the_key_family_and_publishers_of_its_head() -> None:
    for head in (RAISED, "police.alarm.concluded", "school.campus-incident.reported"):
        for one in follow_ups(head):
            first = event_type(head)
            assert (one.key_field, one.family, one.publishers, one.key_scope) == (
                first.key_field, first.family, first.publishers, first.key_scope,
            )  # fmt: skip


def test_a_supplement_adds_typed_fields_only() -> None:
    name = f"{RAISED}.supplemented"
    data = posted(name, KEY | {"added": {"injury_note": "已送医", "pupils": [{"name": "李小明", "age_band": "6-13"}]}})
    assert new_values("S", data) == {"injury_note": "已送医", "pupils": [{"name": "李小明", "age_band": "6-13"}]}
    assert codes(name, KEY | {"added": {"casualties": -1}}) == {"added.casualties": "greater-than-equal"}
    assert codes(name, KEY | {"added": {"caller": "x"}}) == {"added.caller": "extra-forbidden"}
    assert codes(name, KEY | {"added": {"injury_note": "电话13800138000"}}) == {"added.injury_note": "personal-number-in-text"}


@pytest.mark.parametrize("field", ["severity", "alarm_no"])
def test_a_supplement_moves_neither_level_nor_key(field: str) -> None:
    assert codes(f"{RAISED}.supplemented", KEY | {"added": {field: "urgent"}}) == {f"added.{field}": "extra-forbidden"}


@pytest.mark.parametrize("added", [{}, {"injury_note": None}])
def test_a_supplement_says_something(added: dict[str, Any]) -> None:
    assert codes(f"{RAISED}.supplemented", KEY | {"added": added}) == {"added": "nothing-stated"}


def test_a_correction_names_old_and_new() -> None:
    name = f"{RAISED}.corrected"
    changes = {
        "casualties": {"old": 0, "new": 2},
        "suspect_look": {"old": "灰色外套"},
        "place_point": {"new": {"lon": 1, "lat": 2, "crs": "WGS84"}},
    }
    data = posted(name, KEY | {"reason": "现场复核", "changes": changes})
    assert new_values("C", data) == {"casualties": 2, "suspect_look": None, "place_point": {"lon": 1.0, "lat": 2.0, "crs": "WGS84"}}


def test_a_correction_changes_something_and_says_why() -> None:
    name = f"{RAISED}.corrected"
    assert codes(name, KEY | {"changes": {"casualties": {"old": 1, "new": 1}}, "reason": "核实"}) == {
        "changes.casualties": "nothing-changed"
    }
    assert codes(name, KEY | {"changes": {}, "reason": "核实"}) == {"changes": "nothing-stated"}
    assert codes(name, KEY | {"changes": {"casualties": {"old": 1, "new": 2}}}) == {"reason": "missing"}


def test_a_field_that_is_always_stated_cannot_be_corrected_away() -> None:
    assert codes(f"{RAISED}.corrected", KEY | {"changes": {"casualties": {"old": 1}}, "reason": "核实"}) == {
        "changes.casualties.new": "missing"
    }


def test_a_correction_keeps_the_limits_of_the_head() -> None:
    changes = {"place_text": {"old": "北门", "new": "门" * 121}, "advice": {"old": [], "new": ["watch", "watch"]}}
    assert codes(f"{RAISED}.corrected", KEY | {"changes": changes, "reason": "核实"}) == {
        "changes.place_text.new": "string-too-long",
        "changes.advice.new": "repeated-item",
    }


def test_a_reader_takes_a_correction_of_a_field_it_does_not_know() -> None:
    raw = {**KEY, "changes": {"drone_seen": {"old": False, "new": True}}, "reason": "核实"}
    data = event_type(f"{RAISED}.corrected").model.model_validate(raw, extra="ignore")
    assert new_values("C", data) == {}


def test_a_level_change_moves_the_level() -> None:
    name = f"{RAISED}.level-changed"
    moved = KEY | {"field": "severity", "from": "life-risk", "to": "urgent", "by": "值班长", "why": "已控制"}
    data = posted(name, moved)
    assert data.model_dump(mode="json") == moved
    assert new_values("L", data) == {"severity": "urgent"}
    assert codes(name, moved | {"to": "life-risk"}) == {"": "nothing-changed"}
    assert codes(name, moved | {"field": "kind"}) == {"field": "literal-error"}


def test_a_withdrawal_has_a_code_a_reason_and_a_named_officer() -> None:
    name = f"{RAISED}.withdrawn"
    data = KEY | {"code": "duplicate", "reason": "与另一单重复", "officer": "值班长"}
    assert new_values("W", posted(name, data)) == {}
    assert codes(name, KEY) == {"code": "missing", "reason": "missing", "officer": "missing"}
    assert codes(name, data | {"code": "oops"}) == {"code": "literal-error"}


def test_a_school_concludes_its_incident_with_an_outcome() -> None:
    name = "school.campus-incident.reported.concluded"
    data = {"incident_no": "X-0921-1", "outcome": "handled"}
    assert event_type(name).key(posted(name, data)) == "X-0921-1"
    assert codes(name, data | {"outcome": "other"}) == {"outcome_note": "other-needs-words"}


def test_a_code_corrected_to_other_needs_words_too() -> None:
    changes: dict[str, Any] = {"kind": {"old": "theft", "new": "other"}}
    assert codes(f"{RAISED}.corrected", KEY | {"changes": changes, "reason": "核实"}) == {"changes.kind_note": "other-needs-words"}
    assert posted(f"{RAISED}.corrected", KEY | {"changes": changes | {"kind_note": {"new": "走散"}}, "reason": "核实"})


def test_a_supplement_takes_nothing_away() -> None:
    name = "school.campus-incident.reported.supplemented"
    data = posted(name, {"incident_no": "X-1", "added": {"actions_taken": ["120-called"], "injury_note": "扭伤"}})
    assert new_values("S", data, {"actions_taken": ["first-aid", "120-called"]}) == {
        "actions_taken": ["first-aid", "120-called"],
        "injury_note": "扭伤",
    }
    assert new_values("S", data, {"actions_taken": ["first-aid"]})["actions_taken"] == ["first-aid", "120-called"]
