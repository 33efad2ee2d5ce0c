"""心理: which levels leave a school, how they move, and who sees what of a case."""

from typing import Any

import pytest

from contracts.registry import event_type, follow_ups
from contracts.sealing import sealed_places
from services.routing.core.matching.views import project
from tests.unit.contracts.stating import golden, posted, refused, table_of, written

ASSESSED, RECORDED, ANSWERED = "school.psych-risk.assessed", "school.psych-followup.recorded", "health.psych-referral.answered"
SCHOOL = "3199000102"
PUPIL = {"name": "李小明", "class": "高二三班", "sex": "male", "age_band": "16-17", "guardian_phone": "13800138000"}
PLAIN: dict[str, Any] = {"pupil": [PUPIL], "known_risk_note": [{"text": "既往有自伤史"}]}
MOVED: dict[str, Any] = {"referral_no": "PR-0102-0007", "field": "level", "assessed_by": "心理教师 王某"}
TABLES = {
    ASSESSED: """
        referral_no SVEHKL
        level SEHKL
        school_id SVEHKL
        assessed_at SK
        trigger SK minor
        trigger_note SK minor
        need_ambulance HKS
        pupil SK minor
        known_risk_note K minor
        guardian_told SEK
        companion SK""",
    RECORDED: """
        referral_no SKL
        step SKL
        next_on SK""",
    ANSWERED: """
        referral_no SEHKL
        slip_no SK
        step SEHKL
        level_advised SK
        advice SK
        next_contact_on SK
        decline_reason SHKL
        decline_note SHKL""",
    f"{ASSESSED}.level-changed": """
        referral_no SVEHKL
        field SEHKL
        from SEHKL
        to SEHKL
        assessed_by SK personal
        slip_no SK""",
}


@pytest.mark.parametrize("name", TABLES)
def test_every_field_is_seen_as_its_table_says(name: str) -> None:
    assert table_of(name) == written(TABLES[name])


def test_the_types_are_those_of_their_rows() -> None:
    rows = {name: (event_type(name).joins, "".join(one.mark or "" for one in follow_ups(name))) for name in (ASSESSED, RECORDED, ANSWERED)}
    assert rows == {ASSESSED: (False, "XCLSW"), RECORDED: (True, "C"), ANSWERED: (True, "CS")}
    for name in rows:
        assert (event_type(name).family, event_type(name).key_scope) == ("psych", "unit")
    assert event_type(RECORDED).publishers == ("school.psych-teacher", "school.resident-doctor")


def test_a_red_case_is_published_faster() -> None:
    assert [event_type(ASSESSED).publish_form({"level": level}) for level in ("red", "orange")] == ["10min", "1sd"]
    assert [event_type(name).publish_form({}) for name in (RECORDED, ANSWERED)] == ["1sd", "2h"]


@pytest.mark.parametrize(
    ("name", "file", "change", "code"),
    [
        (ASSESSED, "red", {"level": "yellow"}, {"level": "local-only"}),
        (ASSESSED, "red", {"level": "blue"}, {"level": "literal-error"}),
        (ASSESSED, "red", {"trigger": "other"}, {"trigger_note": "other-needs-words"}),
        (ASSESSED, "red", {"pupil": []}, {"pupil": "too-short"}),
        (ASSESSED, "red", {"pupil": [PUPIL, PUPIL]}, {"pupil": "too-long"}),
        (ASSESSED, "red", {"pupil": [PUPIL | {"school_id": "2199000101"}]}, {"pupil.0.school_id": "school-not-in-event"}),
        (ASSESSED, "red", {"pupil": [PUPIL | {"birthday": "2010-01-01"}]}, {"pupil.0.birthday": "extra-forbidden"}),
        (
            ASSESSED,
            "red",
            {"known_risk_note": [{"text": "险" * 501}]},
            {"known_risk_note.0.text": "string-too-long"},
        ),
        (ASSESSED, "red", {"scale_score": 21}, {"scale_score": "extra-forbidden"}),
        (RECORDED, "closed", {"step": "review"}, {"next_on": "needed-in-this-case"}),
        (RECORDED, "review", {"step": "closed"}, {"next_on": "not-in-this-case"}),
        (ANSWERED, "accepted", {"step": "declined"}, {"decline_reason": "needed-in-this-case"}),
        (ANSWERED, "accepted", {"decline_reason": "no-bed"}, {"decline_reason": "not-in-this-case"}),
        (ANSWERED, "declined", {"decline_note": None}, {"decline_note": "other-needs-words"}),
        (ANSWERED, "accepted", {"diagnosis": "x"}, {"diagnosis": "extra-forbidden"}),
    ],
)
def test_what_the_table_does_not_allow_is_refused(name: str, file: str, change: dict[str, Any], code: dict[str, str]) -> None:
    data = golden(name, file) | (PLAIN if name == ASSESSED else {})
    assert posted(name, data).model_dump(mode="json", by_alias=True, exclude_none=True) == data
    assert refused(name, data | change) == code


def test_an_assessment_needs_its_pupil() -> None:
    data = golden(ASSESSED, "red") | PLAIN
    assert refused(ASSESSED, {name: value for name, value in data.items() if name != "pupil"}) == {"pupil": "missing"}


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ({"from": "red", "to": "orange"}, {"slip_no": "slip-needed"}),
        ({"from": "red", "to": "yellow"}, {"to": "orange-first"}),
        ({"from": "red", "to": "yellow", "slip_no": "HZ-118"}, {"to": "orange-first"}),
        ({"from": "red", "to": "red"}, {"": "nothing-changed"}),
        ({"from": "orange", "to": "green"}, {"to": "literal-error"}),
        ({"from": "orange", "to": "red", "why": "谈话得知"}, {"why": "extra-forbidden"}),
    ],
)
def test_a_level_steps_down_one_at_a_time_and_from_red_with_the_hospital_s_slip(step: dict[str, str], code: dict[str, str]) -> None:
    assert refused(f"{ASSESSED}.level-changed", MOVED | step) == code


@pytest.mark.parametrize(
    "step",
    [
        {"from": "red", "to": "orange", "slip_no": "HZ-118"}, {"from": "orange", "to": "yellow"},
        {"from": "orange", "to": "red"}, {"from": "yellow", "to": "orange"},
    ],
)  # fmt: skip
def test_other_steps_are_taken(step: dict[str, str]) -> None:
    assert posted(f"{ASSESSED}.level-changed", MOVED | step).model_dump(mode="json", exclude_none=True) == MOVED | step


def test_a_level_is_not_corrected_around_its_steps() -> None:
    changes = {"level": {"old": "red", "new": "orange"}}
    corrected = {"referral_no": "PR-0102-0007", "changes": changes, "reason": "填写有误"}
    assert refused(f"{ASSESSED}.corrected", corrected) == {"changes.level": "extra-forbidden"}
    assert refused(f"{ASSESSED}.supplemented", {"referral_no": "PR-0102-0007", "added": {"level": "red"}}) == {
        "added.level": "extra-forbidden"
    }


def test_a_conclusion_has_no_words() -> None:
    concluded = {"referral_no": "PR-0102-0007", "outcome": "recovered"}
    assert posted(f"{ASSESSED}.concluded", concluded)
    assert refused(f"{ASSESSED}.concluded", concluded | {"outcome_note": "已复学"}) == {"outcome_note": "extra-forbidden"}


def test_education_and_the_emergency_office_learn_neither_pupil_nor_trigger() -> None:
    data = golden(ASSESSED, "red")
    seen = {view: set(project(ASSESSED, data, view, school=SCHOOL)[0]) for view in "VEHLKP"}
    assert seen["V"] == {"referral_no", "school_id"}
    assert seen["E"] == {"referral_no", "level", "school_id", "guardian_told"}
    assert seen["H"] == {"referral_no", "level", "school_id", "need_ambulance"}
    assert seen["L"] == {"referral_no", "level", "school_id"}
    assert seen["K"] == set(data)
    assert seen["P"] == set()


def test_the_risk_is_for_the_hospital_and_the_pupil_for_its_own_school() -> None:
    data = golden(ASSESSED, "red")
    assert set(data) - set(project(ASSESSED, data, "S", school=SCHOOL)[0]) == {"known_risk_note"}
    assert "pupil" not in project(ASSESSED, data, "S", school="2199000101")[0]
    assert {place.path[0]: place.views for place in sealed_places(ASSESSED)} == {"pupil": {"S", "K"}, "known_risk_note": {"K"}}
