from typing import Any

import pytest
from pydantic import ValidationError

from contracts.police import AlarmRaised
from contracts.refusals import refusals
from contracts.registry import event_type

ALARM = event_type("police.alarm.raised").intake_model
CAMPUS = event_type("school.campus-incident.reported").intake_model
assert ALARM is not None
assert CAMPUS is not None


def codes(model: Any, data: dict[str, Any]) -> dict[str, str]:
    """Field → code of its refusal."""
    with pytest.raises(ValidationError) as refused:
        model.model_validate(data)
    return {refusal.field: refusal.code for refusal in refusals(refused.value)}


def test_a_posted_alarm_is_taken_with_its_plain_pupils(alarm: dict[str, Any]) -> None:
    assert ALARM.model_validate(alarm).model_dump(mode="json", exclude_none=True) == alarm


def test_a_posted_incident_is_taken(campus: dict[str, Any]) -> None:
    assert CAMPUS.model_validate(campus).model_dump(mode="json", exclude_none=True) == campus


def test_plain_pupils_never_travel(alarm: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        AlarmRaised.model_validate(alarm)


def test_an_intake_takes_no_sealed_rows(alarm: dict[str, Any], row: dict[str, Any]) -> None:
    assert "pupils.0.ciphertext" in codes(ALARM, alarm | {"pupils": [row]})


@pytest.mark.parametrize("field", ["alarm_no", "kind", "severity", "schools", "online", "advice", "casualties", "first_disposal"])
def test_a_required_field_that_is_missing_is_named(alarm: dict[str, Any], field: str) -> None:
    del alarm[field]
    assert codes(ALARM, alarm) == {field: "missing"}


@pytest.mark.parametrize("field", ["caller_name", "caller_phone", "caller_statement", "note"])
def test_a_field_outside_the_contract_is_refused(alarm: dict[str, Any], field: str) -> None:
    assert codes(ALARM, alarm | {field: "x"}) == {field: "extra-forbidden"}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("alarm_no", "J37", "string-too-short"),
        ("alarm_no", "J" * 25, "string-too-long"),
        ("alarm_no", "J3701/020926", "string-pattern-mismatch"),
        ("kind", "sexual-offence", "literal-error"),
        ("schools", [], "too-short"),
        ("schools", ["2199000101", "2199000101"], "repeated-item"),
        ("casualties", "1", "int-type"),
        ("casualties", True, "int-type"),
        ("casualties", -1, "greater-than-equal"),
        ("online", "yes", "bool-type"),
        ("online", 1, "bool-type"),
        ("place_text", "门" * 121, "string-too-long"),
        ("place_text", "家长13800138000", "personal-number-in-text"),
        ("suspect_look", "37010220150307421X", "personal-number-in-text"),
        ("injury_note", "伤" * 201, "string-too-long"),
        ("advice", ["lockdown", "escort", "watch", "head-count", "no-contact"], "too-long"),
        ("advice", ["watch", "watch"], "repeated-item"),
        ("kind_note", " ", "blank-text"),
    ],
)
def test_a_value_outside_the_contract_is_refused(alarm: dict[str, Any], field: str, value: object, code: str) -> None:
    assert codes(ALARM, alarm | {field: value}) == {field: code}


def test_a_point_needs_its_datum(alarm: dict[str, Any]) -> None:
    assert codes(ALARM, alarm | {"place_point": {"lon": 117.0, "lat": 36.6}}) == {"place_point.crs": "missing"}
    assert codes(ALARM, alarm | {"place_point": {"lon": 181, "lat": 36.6, "crs": "WGS84"}}) == {"place_point.lon": "less-than-equal"}
    assert codes(ALARM, alarm | {"place_point": {"lon": float("nan"), "lat": 0, "crs": "WGS84"}}) == {"place_point.lon": "finite-number"}


def test_other_needs_words(alarm: dict[str, Any], campus: dict[str, Any]) -> None:
    assert codes(ALARM, alarm | {"kind": "other"}) == {"kind_note": "other-needs-words"}
    assert codes(CAMPUS, campus | {"place_in_school": "other"}) == {"place_note": "other-needs-words"}
    assert ALARM.model_validate(alarm | {"kind": "other", "kind_note": "走散"})


def test_the_school_may_be_unknown(alarm: dict[str, Any]) -> None:
    del alarm["pupils"]
    assert ALARM.model_validate(alarm | {"schools": ["unknown"]})


def test_a_pupil_of_several_schools_names_its_own(alarm: dict[str, Any]) -> None:
    two = alarm | {"schools": ["2199000101", "3199000102"]}
    assert codes(ALARM, two) == {"pupils.0.school_id": "sealed-row-without-school"}
    pupil = alarm["pupils"][0]
    assert ALARM.model_validate(two | {"pupils": [pupil | {"school_id": "3199000102"}]})


def test_a_pupil_of_a_school_that_is_not_named_is_refused(alarm: dict[str, Any], campus: dict[str, Any]) -> None:
    pupil = alarm["pupils"][0] | {"school_id": "3199000102"}
    assert codes(ALARM, alarm | {"pupils": [pupil]}) == {"pupils.0.school_id": "school-not-in-event"}
    assert codes(CAMPUS, campus | {"pupils": [pupil]}) == {"pupils.0.school_id": "school-not-in-event"}


def test_the_publisher_s_own_deadline_follows_the_severity(alarm: dict[str, Any], campus: dict[str, Any]) -> None:
    raised, reported = event_type("police.alarm.raised"), event_type("school.campus-incident.reported")
    assert raised.publish_form(alarm) == "10min"
    assert raised.publish_form(alarm | {"severity": "routine"}) == "30min"
    assert reported.publish_form(campus | {"severity": "life-risk"}) == "5min"
    assert reported.publish_form(campus) == "1h"
    assert event_type("police.alarm.concluded").publish_form({}) == "1wd"
    assert event_type("police.alarm.raised.withdrawn").publish_form({}) is None
