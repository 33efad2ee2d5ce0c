from typing import Any

import pytest

from contracts.registry import event_type, follow_ups
from tests.unit.contracts.stating import posted, refused, table_of, written

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
    assert posted(name, data)
    assert refused(name, data | change) == refusal


def test_a_dangerous_person_is_described_to_the_police_alone() -> None:
    assert posted(FOUND, PATROL | {"domain": "person", "person_note": "已列管"})
    assert table_of(FOUND) == written("""
        hazard_no all
        domain all
        kind SEPU
        level all
        schools all
        place_text SEPU
        gate_id SPU
        photo SPU
        person_note P personal
        rectify_by all
    """)


def test_a_school_s_hazard_is_seen_by_who_may_have_to_act() -> None:
    assert table_of(REPORTED) == written("""
        hazard_no all
        domain all
        domain_note all
        level all
        school_id all
        place_text SEPMUW
        description SEPMUW
        photo SPMU
        wished_by all
    """)
    assert table_of(RECTIFIED) == written("""
        hazard_no all
        done_at all
        measure SEPMU
        evidence SEPMU
    """)


def test_a_grave_hazard_is_published_at_once() -> None:
    forms = {(name, level): event_type(name).publish_form({"level": level}) for name in (FOUND, REPORTED) for level in ("grave", "general")}
    assert forms == {(FOUND, "grave"): "30min", (FOUND, "general"): "4h/open", (REPORTED, "grave"): "2h", (REPORTED, "general"): "1sd"}


def test_a_rectification_joins_what_any_agency_found() -> None:
    joining = event_type(RECTIFIED)
    assert (joining.family, joining.joins, joining.key_scope) == ("hazard", True, "county")
    assert {event_type(name).family for name in (FOUND, REPORTED)} == {"hazard"}
    assert [one.mark for one in follow_ups(RECTIFIED)] == ["C", "W"]


def test_a_hazard_ends_with_an_outcome_and_other_with_words() -> None:
    assert posted(f"{FOUND}.concluded", {"hazard_no": "X26-118", "outcome": "rectified"})
    assert refused(f"{REPORTED}.concluded", {"hazard_no": "H-26-31", "outcome": "other"}) == {"outcome_note": "other-needs-words"}
