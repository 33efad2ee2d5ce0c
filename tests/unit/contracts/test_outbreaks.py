"""传染病与食源性疾病, as schools and as health state them: who sees what, what is refused, and how the level moves."""

from typing import Any

import pytest

from contracts.followups import new_values
from contracts.registry import event_type, follow_ups
from services.routing.core.matching.views import project
from tests.unit.contracts.stating import golden, posted, refused, table_of, written

REPORTED, DETECTED = "school.illness-cluster.reported", "health.illness-cluster.detected"
SUSPECTED, HOSPITAL = "school.food-illness.suspected", "health.food-illness.reported"
A, E = "2199000101", "2199000105"
CASE = {"name": "李小明", "age_band": "6-13", "onset": "2026-10-14", "guardian_phone": "13800138000"}
EATER = {"name": "李小明", "age_band": "6-13", "onset": "2026-09-21T12:50:00+08:00", "hospital": "区人民医院"}
FILES = {REPORTED: "intestinal", DETECTED: "intestinal", SUSPECTED: "catering", HOSPITAL: "shop"}
ROWS: dict[str, dict[str, Any]] = {
    REPORTED: {"cases": [CASE]},
    DETECTED: {"line_list": [CASE]},
    SUSPECTED: {"cases": [EATER]},
    HOSPITAL: {"line_list": [EATER]},
}
TABLES = {
    REPORTED: """
        cluster_no SVEHL
        school_id SVEHL
        group SEH
        symptoms SEH minor
        symptoms_note SEH minor
        cases_today SVEHL
        cases_3days SVEHL
        notifiable SVEHL
        unexplained SEHL
        in_hospital EHL
        first_onset_at EH
        measures SEH
        cases H minor""",
    DETECTED: """
        cluster_no SVEHL
        schools SVEHL
        disease_group SVEH minor
        disease_note SVEH minor
        cases SVEHL
        notifiable SVEHL
        emergency_grade EHL
        advice SVE
        line_list H minor""",
    SUSPECTED: """
        incident_no all
        school_id all
        ill SVEHML
        severe EHML
        in_hospital EHML
        dead EHML
        meal SEHM
        meal_at EHM
        onset_first_at EHM
        source SEHML
        supplier_uscc ME
        symptoms HME minor
        symptoms_note HME minor
        samples_kept HME
        sealed EHM
        service_stopped SEHM
        cases H minor""",
    HOSPITAL: """
        report_no SEHML
        schools SEHML
        ill SEHML
        severe EHML
        dead EHML
        exposure SEHM
        suspected_food EHM
        symptoms HM minor
        symptoms_note HM minor
        line_list H minor""",
}


def stated(name: str) -> dict[str, Any]:
    """A golden event as it would be posted, with a line list."""
    return golden(name, FILES[name]) | ROWS[name]


@pytest.mark.parametrize("name", TABLES)
def test_every_field_is_seen_as_its_table_says(name: str) -> None:
    assert table_of(name) == written(TABLES[name])


def test_the_types_are_those_of_their_rows() -> None:
    rows = {name: (event_type(name).family, event_type(name).key_scope) for name in TABLES}
    assert rows == {
        REPORTED: ("cluster", "unit"),
        DETECTED: ("health-cluster", "county"),
        SUSPECTED: ("food-illness", "unit"),
        HOSPITAL: ("food-report", "county"),
    }
    assert {"".join(one.mark or "" for one in follow_ups(name)) for name in TABLES} == {"XCLSW"}
    assert event_type(DETECTED).publishers == ("health.cdc-duty", "health.hospital-er")
    assert event_type(SUSPECTED).publishers == ("school.principal", "school.duty-desk")


def test_what_must_be_told_at_once_is_published_faster() -> None:
    assert [event_type(REPORTED).publish_form({"notifiable": one}) for one in (True, False)] == ["30min", "24h"]
    assert [event_type(name).publish_form({}) for name in (DETECTED, SUSPECTED, HOSPITAL)] == ["2h", "30min", "30min"]


@pytest.mark.parametrize(
    ("name", "change", "code"),
    [
        (REPORTED, {"symptoms": ["rash", "other"]}, {"symptoms_note": "other-needs-words"}),
        (REPORTED, {"symptoms": []}, {"symptoms": "too-short"}),
        (REPORTED, {"group": "三" * 41}, {"group": "string-too-long"}),
        (REPORTED, {"notifiable": "no"}, {"notifiable": "bool-type"}),
        (REPORTED, {"first_onset_at": "2026-10-13"}, {"first_onset_at": "time-without-offset"}),
        (REPORTED, {"cases": [CASE | {"school_id": A}]}, {"cases.0.school_id": "school-not-in-event"}),
        (DETECTED, {"disease_group": "other"}, {"disease_note": "other-needs-words"}),
        (DETECTED, {"schools": ["unknown"]}, {"schools.0": "string-pattern-mismatch"}),
        (DETECTED, {"schools": [A, E]}, {"line_list.0.school_id": "sealed-row-without-school"}),
        (DETECTED, {"emergency_grade": "extra-large"}, {"emergency_grade": "literal-error"}),
        (SUSPECTED, {"supplier_uscc": None}, {"supplier_uscc": "needed-in-this-case"}),
        (SUSPECTED, {"source": "contracted", "supplier_uscc": None}, {"supplier_uscc": "needed-in-this-case"}),
        (SUSPECTED, {"source": "own-canteen"}, {"supplier_uscc": "not-in-this-case"}),
        (SUSPECTED, {"supplier_uscc": "91350100M000100Y40"}, {"supplier_uscc": "uscc-check-digit"}),
        (SUSPECTED, {"sealed": ["food", "food"]}, {"sealed": "repeated-item"}),
        (SUSPECTED, {"meal": "midnight"}, {"meal": "literal-error"}),
        (HOSPITAL, {"symptoms": ["other"]}, {"symptoms_note": "other-needs-words"}),
        (HOSPITAL, {"suspected_food": "老板13800138000"}, {"suspected_food": "personal-number-in-text"}),
        (HOSPITAL, {"line_list": [EATER | {"school_id": E}]}, {"line_list.0.school_id": "school-not-in-event"}),
    ],
)
def test_what_the_table_does_not_allow_is_refused(name: str, change: dict[str, Any], code: dict[str, str]) -> None:
    data = stated(name)
    assert posted(name, data).model_dump(mode="json", by_alias=True, exclude_none=True) == data
    assert refused(name, data | change) == code


@pytest.mark.parametrize("source", ["shop", "parcel", "unknown"])
def test_a_supplier_that_the_school_has_no_contract_with_may_be_named_or_not(source: str) -> None:
    data = stated(SUSPECTED) | {"source": source}
    assert posted(SUSPECTED, data)
    assert posted(SUSPECTED, {name: value for name, value in data.items() if name != "supplier_uscc"})


@pytest.mark.parametrize(
    ("name", "key", "move", "wrong"),
    [
        (REPORTED, {"cluster_no": "JB-1"}, {"field": "notifiable", "from": False, "to": True}, {"to": "yes"}),
        (DETECTED, {"cluster_no": "CDC-1"}, {"field": "emergency_grade", "from": "none", "to": "general"}, {"to": "red"}),
        (SUSPECTED, {"incident_no": "SP-1"}, {"field": "severe", "from": 0, "to": 1}, {"to": -1}),
        (HOSPITAL, {"report_no": "ER-1"}, {"field": "severe", "from": 2, "to": 0}, {"to": "many"}),
    ],
)
def test_a_level_moves_be_it_a_code_a_count_or_a_yes(name: str, key: dict[str, Any], move: dict[str, Any], wrong: dict[str, Any]) -> None:
    moved = key | move | {"by": "值班长", "why": "复核"}
    data = posted(f"{name}.level-changed", moved)
    assert data.model_dump(mode="json") == moved
    assert new_values("L", data) == {move["field"]: move["to"]}
    assert set(refused(f"{name}.level-changed", moved | wrong)) == {"to"}


def test_a_count_that_is_a_level_may_grow_by_a_supplement_too() -> None:
    added = {"ill": 31, "severe": 1}
    data = posted(f"{SUSPECTED}.supplemented", {"incident_no": "SP-0921", "added": added})
    assert new_values("S", data, {"ill": 12, "severe": 0}) == added
    moved = {"cluster_no": "JB-1", "added": {"notifiable": True}}
    assert refused(f"{REPORTED}.supplemented", moved) == {"added.notifiable": "extra-forbidden"}


@pytest.mark.parametrize("name", TABLES)
def test_an_end_with_another_outcome_needs_words(name: str) -> None:
    key = event_type(name).key_fields[0]
    assert refused(f"{name}.concluded", {key: "N-1", "outcome": "other"}) == {"outcome_note": "other-needs-words"}
    assert posted(f"{name}.concluded", {key: "N-1", "outcome": "excluded"})


@pytest.mark.parametrize(("name", "file"), [(SUSPECTED, "catering"), (REPORTED, "notifiable-with-list")])
def test_names_are_for_health_alone(name: str, file: str) -> None:
    data = golden(name, file)
    assert [view for view in "SVEPHMCKUWL" if "cases" in project(name, data, view, school=data["school_id"])[0]] == ["H"]


def test_market_learns_no_names_and_the_school_no_supplier() -> None:
    data = golden(SUSPECTED, "catering")
    assert not {"supplier_uscc", "symptoms", "meal_at"} & set(project(SUSPECTED, data, "S", school=A)[0])
    assert {"supplier_uscc", "symptoms"} <= set(project(SUSPECTED, data, "M", school=None)[0])
    assert "supplier_uscc" not in project(SUSPECTED, data, "H", school=None)[0]
