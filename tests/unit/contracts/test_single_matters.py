"""转学、网络线索、会商、预警: who sees what, what is refused, and what makes a conference held."""

from typing import Any

import pytest
from pydantic import ValidationError

from contracts.refusals import refusals
from contracts.registry import event_type, follow_ups
from services.routing.core.matching.views import project
from tests.unit.contracts.stating import golden, posted, refused, table_of, written

TRANSFER, HARM = "school.pupil-transfer.started", "school.online-harm.reported"
CARE, WARNING = "school.care-conference.requested", "health.warning.issued"
B, H = "3199000102", "3199000401"
FOUR = ["guardian", "class-teacher", "moral-director", "psych-teacher"]
FILES = {TRANSFER: "red", HARM: "cyberbullying", CARE: "conduct", WARNING: "respiratory"}
MOVING = {"name": "李小明", "sex": "female", "age_band": "14-15", "guardian_phone": "13800138000"}
ROWS: dict[str, dict[str, Any]] = {
    TRANSFER: {"pupil": [MOVING], "care_plan": [{"text": "每周随访,联系母亲13800138000"}]},
    HARM: {"pupils": [{"name": "李小明", "class": "八年级一班"}]},
    CARE: {"pupil": [{"name": "李小明", "class": "八年级一班"}]},
    WARNING: {},
}
TABLES = {
    TRANSFER: """
        handover_no SEHKL
        referral_no SKL
        level SEHKL
        from_school SEHKL
        to_school SEHKL
        to_county SEHKL
        leaves_on SEK
        pupil SK minor
        care_plan K minor
        hospital_from SKHL
        hospital_to SKHL""",
    HARM: """
        clue_no SECPL
        school_id SECPL
        kind SECPL
        kind_note SECPL
        urls CP
        platform SECP
        capture CP minor
        pupil_identifiable SECP
        pupils SP minor""",
    CARE: """
        conference_no SEL
        school_id SEL
        quorum SL
        wish_before S
        pupil S minor
        topic S minor
        topic_note S minor""",
    WARNING: """
        warning_no all
        colour all
        topic SVEHL
        topic_note SVEHL
        scope SVEHL
        advice SVE""",
}


def stated(name: str) -> dict[str, Any]:
    """A golden event as it would be posted."""
    return golden(name, FILES[name]) | ROWS[name]


@pytest.mark.parametrize("name", TABLES)
def test_every_field_is_seen_as_its_table_says(name: str) -> None:
    assert table_of(name) == written(TABLES[name])


def test_the_types_are_those_of_their_rows() -> None:
    rows = {
        name: (kind.family, kind.key_scope, "".join(one.mark or "" for one in follow_ups(name)), kind.publish_form({}))
        for name in TABLES
        for kind in [event_type(name)]
    }
    assert rows == {
        TRANSFER: ("handover", "unit", "XCW", "1sd"),
        HARM: ("online-clue", "unit", "XCSW", "4h"),
        CARE: ("care-conference", "unit", "XCW", "1sd"),
        WARNING: ("warning", "county", "CW", "1wd"),
    }
    assert event_type(TRANSFER).publishers == ("school.psych-teacher", "education.student-desk")
    assert event_type(WARNING).publishers == ("health.emergency-office", "health.cdc-duty")


@pytest.mark.parametrize(
    ("name", "change", "code"),
    [
        (TRANSFER, {"level": "yellow"}, {"level": "local-only"}),
        (TRANSFER, {"to_county": "9902"}, {"to_county": "string-pattern-mismatch"}),
        (TRANSFER, {"hospital_to": "市精神卫生中心"}, {"hospital_to": "string-pattern-mismatch"}),
        (TRANSFER, {"leaves_on": "20261019"}, {"leaves_on": "day-not-iso"}),
        (TRANSFER, {"pupil": [MOVING | {"school_id": H}]}, {"pupil.0.school_id": "school-not-in-event"}),
        (TRANSFER, {"care_plan": [{"text": "案" * 2001}]}, {"care_plan.0.text": "string-too-long"}),
        (HARM, {"kind": "other"}, {"kind_note": "other-needs-words"}),
        (HARM, {"urls": []}, {"urls": "too-short"}),
        (HARM, {"urls": ["https://a.example/1"] * 2}, {"urls": "repeated-item"}),
        (HARM, {"urls": [f"https://a.example/{number}" for number in range(21)]}, {"urls": "too-long"}),
        (HARM, {"urls": ["https://a.example", "javascript:alert(1)"]}, {"urls.1": "not-a-url"}),
        (HARM, {"capture": ["截图.png"]}, {"capture.0": "string-pattern-mismatch"}),
        (HARM, {"pupils": [{"name": "李小明", "school_id": H}]}, {"pupils.0.school_id": "school-not-in-event"}),
        (CARE, {"quorum": FOUR[:3]}, {"quorum": "quorum-incomplete"}),
        (CARE, {"quorum": [*FOUR, "guardian"]}, {"quorum": "repeated-item"}),
        (CARE, {"topic": "other"}, {"topic_note": "other-needs-words"}),
        (WARNING, {"topic": "other"}, {"topic_note": "other-needs-words"}),
        (WARNING, {"scope": ["990102", "9901"]}, {"scope.1": "string-pattern-mismatch"}),
        (WARNING, {"colour": "purple"}, {"colour": "literal-error"}),
        (WARNING, {"advice": "详询13800138000"}, {"advice": "personal-number-in-text"}),
    ],
)
def test_what_the_table_does_not_allow_is_refused(name: str, change: dict[str, Any], code: dict[str, str]) -> None:
    data = stated(name)
    assert posted(name, data).model_dump(mode="json", by_alias=True, exclude_none=True) == data
    assert refused(name, data | change) == code


def test_a_conference_is_held_with_all_four_alone() -> None:
    key = {"conference_no": "HS-12"}
    assert posted(f"{CARE}.concluded", key | {"outcome": "held", "present": FOUR})
    assert posted(f"{CARE}.concluded", key | {"outcome": "not-held", "present": ["class-teacher"]})
    assert refused(f"{CARE}.concluded", key | {"outcome": "held", "present": FOUR[1:]}) == {"present": "quorum-incomplete"}


def test_a_conference_without_its_quorum_is_told_who_is_missing() -> None:
    model = event_type(f"{CARE}.concluded").model
    with pytest.raises(ValidationError) as error:
        model.model_validate({"conference_no": "HS-12", "outcome": "held", "present": ["class-teacher", "moral-director"]})
    (said,) = refusals(error.value)
    assert said.field == "present"
    assert said.zh.endswith("尚缺：家长、心理教师")
    assert said.en.endswith("missing: guardian, psych-teacher")


def test_a_warning_has_a_blue_and_a_case_has_none() -> None:
    assert posted(WARNING, golden(WARNING, "respiratory") | {"colour": "blue"})
    assert refused(TRANSFER, stated(TRANSFER) | {"level": "blue"}) == {"level": "literal-error"}


def test_a_handover_ends_without_words_and_a_clue_with_some() -> None:
    assert posted(f"{TRANSFER}.concluded", {"handover_no": "ZX-3", "outcome": "accepted"})
    assert refused(f"{TRANSFER}.concluded", {"handover_no": "ZX-3", "outcome": "other"}) == {"outcome": "literal-error"}
    assert refused(f"{HARM}.concluded", {"clue_no": "W-1", "outcome": "other"}) == {"outcome_note": "other-needs-words"}


def test_both_schools_of_a_transfer_see_the_pupil_and_education_does_not() -> None:
    data = golden(TRANSFER, "red")
    for school in (B, H):
        assert "pupil" in project(TRANSFER, data, "S", school=school)[0]
        assert "care_plan" not in project(TRANSFER, data, "S", school=school)[0]
    assert not {"pupil", "care_plan", "referral_no", "hospital_to"} & set(project(TRANSFER, data, "E", school=None)[0])
    assert {"pupil", "care_plan"} <= set(project(TRANSFER, data, "K", school=None)[0])
    assert set(project(TRANSFER, data, "H", school=None)[0]) & {"pupil", "care_plan", "referral_no", "leaves_on"} == set()


def test_addresses_stay_with_cyberspace_and_police() -> None:
    data = golden(HARM, "cyberbullying")
    assert [view for view in "SVEPHMCKUWL" if "urls" in project(HARM, data, view, school=B)[0]] == ["P", "C"]
    assert [view for view in "SVEPHMCKUWL" if "pupils" in project(HARM, data, view, school=B)[0]] == ["S", "P"]
    assert "pupils" not in project(HARM, data, "S", school=H)[0]


def test_a_conference_names_its_pupil_to_its_own_school_alone() -> None:
    data = golden(CARE, "conduct")
    assert [view for view in "SVEPHMCKUWL" if "pupil" in project(CARE, data, view, school=B)[0]] == ["S"]
    assert "pupil" not in project(CARE, data, "S", school=H)[0]
