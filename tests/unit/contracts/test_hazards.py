from typing import Any

import pytest

from contracts.registry import event_type, follow_ups
from tests.unit.contracts.tables import refused, seen, taken

FOUND, REPORTED, RECTIFIED = "police.hazard.found", "school.hazard.reported", "school.rectification.completed"
PATROL: dict[str, Any] = {
    "hazard_no": "X26-118", "domain": "traffic", "kind": "斑马线磨损", "level": "general", "schools": ["3199000102"],
    "place_text": "正门外人行横道", "rectify_by": "2026-10-20",
}  # fmt: skip
SCHOOL: dict[str, Any] = {
    "hazard_no": "H-26-31", "domain": "street-vendor", "level": "general", "school_id": "2199000101", "place_text": "南门两侧",
    "description": "放学时段流动摊贩占道",
}  # fmt: skip
DONE: dict[str, Any] = {"hazard_no": "F-26-11", "done_at": "2026-10-12T15:00:00+08:00", "measure": "安全出口已清空"}


@pytest.mark.parametrize(
    ("name", "data", "change", "refusal"),
    [
        (FOUND, PATROL, {"domain": "person"}, {"person_note": "needed-in-this-case"}),
        (FOUND, PATROL, {"person_note": "已列管"}, {"person_note": "not-in-this-case"}),
        (FOUND, PATROL, {"rectify_by": "2026年10月20日"}, {"rectify_by": "day-not-iso"}),
        (FOUND, PATROL, {"photo": ["att-0a91c7d2"] * 2}, {"photo": "repeated-item"}),
        (FOUND, PATROL, {"photo": [f"att-0a91c7d{n}" for n in range(7)]}, {"photo": "too-long"}),
        (FOUND, PATROL, {"photo": ["/etc/passwd"]}, {"photo.0": "string-pattern-mismatch"}),
        (FOUND, PATROL, {"schools": ["unknown"]}, {"schools.0": "string-pattern-mismatch"}),
        (FOUND, PATROL, {"kind": "线" * 61}, {"kind": "string-too-long"}),
        (REPORTED, SCHOOL, {"domain": "other"}, {"domain_note": "other-needs-words"}),
        (REPORTED, SCHOOL, {"description": "摊主13800138000"}, {"description": "personal-number-in-text"}),
        (REPORTED, SCHOOL, {"level": "severe"}, {"level": "literal-error"}),
        (RECTIFIED, DONE, {"done_at": "2026-10-12"}, {"done_at": "time-without-offset"}),
        (RECTIFIED, DONE, {"measure": " "}, {"measure": "blank-text"}),
    ],
)
def test_what_the_table_forbids_is_refused(name: str, data: dict[str, Any], change: dict[str, Any], refusal: dict[str, str]) -> None:
    assert taken(name, data)
    assert refused(name, data | change) == refusal


def test_a_dangerous_person_is_described_to_the_police_alone() -> None:
    assert taken(FOUND, PATROL | {"domain": "person", "person_note": "已列管"})
    assert seen(FOUND) == {
        "hazard_no": "all work", "domain": "all work", "kind": "S E P U work", "level": "all work", "schools": "all work",
        "place_text": "S E P U work", "gate_id": "S P U work", "photo": "S P U work", "person_note": "P personal", "rectify_by": "all work",
    }  # fmt: skip


def test_a_school_s_hazard_is_seen_by_who_may_have_to_act() -> None:
    assert seen(REPORTED) == {
        "hazard_no": "all work", "domain": "all work", "domain_note": "all work", "level": "all work", "school_id": "all work",
        "place_text": "S E P M U W work", "description": "S E P M U W work", "photo": "S P M U work", "wished_by": "all work",
    }  # fmt: skip
    assert seen(RECTIFIED) == {
        "hazard_no": "all work", "done_at": "all work", "measure": "S E P M U work", "evidence": "S E P M U work",
    }  # fmt: skip


def test_a_grave_hazard_is_published_at_once() -> None:
    forms = {(name, level): event_type(name).publish_form({"level": level}) for name in (FOUND, REPORTED) for level in ("grave", "general")}
    assert forms == {(FOUND, "grave"): "30min", (FOUND, "general"): "4h/open", (REPORTED, "grave"): "2h", (REPORTED, "general"): "1sd"}


def test_a_rectification_joins_what_any_agency_found() -> None:
    joining = event_type(RECTIFIED)
    assert (joining.family, joining.joins, joining.key_scope) == ("hazard", True, "county")
    assert {event_type(name).family for name in (FOUND, REPORTED)} == {"hazard"}
    assert [one.mark for one in follow_ups(RECTIFIED)] == ["C", "W"]


def test_a_hazard_ends_with_an_outcome_and_other_with_words() -> None:
    assert taken(f"{FOUND}.concluded", {"hazard_no": "X26-118", "outcome": "rectified"})
    assert refused(f"{REPORTED}.concluded", {"hazard_no": "H-26-31", "outcome": "other"}) == {"outcome_note": "other-needs-words"}
