from typing import Any

import pytest

from contracts.registry import event_type, follow_ups
from contracts.sealing import sealed_places
from services.routing.core.matching.views import project
from tests.unit.contracts.stating import posted, refused, table_of, written

REPORTED, REVIEW = "school.bullying.reported", "school.bullying.review-requested"
B = "3199000102"
CASE: dict[str, Any] = {
    "case_no": "QL-26-07", "grade": "severe", "crime_suspected": False, "channels": ["physical", "online"], "school_id": B,
    "known_from": "parent", "victims_count": 1, "actors_count": 3, "investigation_started_at": "2026-09-18T10:00:00+08:00",
    "pupils": [{"role": "victim", "name": "李小明", "age_band": "14-15"}], "account": [{"text": "课间在厕所被打"}],
    "post_urls": ["https://video.example/v/88213"],
}  # fmt: skip
APPEAL: dict[str, Any] = {
    "case_no": "QL-26-07", "requested_by": "victim-side", "grounds": [{"text": "对认定不服"}], "received_on": "2026-10-09",
}  # fmt: skip
SEALED = {"row": "q1", "school_id": B, "nonce": "AAEC", "ciphertext": "q83v", "keys": {}, "views": ["P", "S"]}
TRAVELS = CASE | {"pupils": [SEALED], "account": [SEALED | {"school_id": None}]}


@pytest.mark.parametrize(
    ("name", "data", "change", "refusal"),
    [
        (REPORTED, CASE, {"channels": ["physical"]}, {"post_urls": "not-in-this-case"}),
        (REPORTED, CASE, {"channels": []}, {"channels": "too-short"}),
        (REPORTED, CASE, {"post_urls": ["javascript:alert(1)"]}, {"post_urls.0": "not-a-url"}),
        (REPORTED, CASE, {"post_urls": [f"https://a.example/{n}" for n in range(11)]}, {"post_urls": "too-long"}),
        (REPORTED, CASE, {"account": [{"text": "一"}, {"text": "二"}]}, {"account": "too-long"}),
        (REPORTED, CASE, {"account": [{"text": "长" * 2001}]}, {"account.0.text": "string-too-long"}),
        (REPORTED, CASE, {"pupils": [{"name": "李小明", "age_band": "14-15"}]}, {"pupils.0.role": "missing"}),
        (REPORTED, CASE, {"pupils": [CASE["pupils"][0] | {"school_id": "2199000101"}]}, {"pupils.0.school_id": "school-not-in-event"}),
        (REPORTED, CASE, {"account": [{"text": "一", "school_id": "2199000101"}]}, {"account.0.school_id": "school-not-in-event"}),
        (REVIEW, APPEAL, {"grounds": [{"text": "由" * 1001}]}, {"grounds.0.text": "string-too-long"}),
        (REVIEW, APPEAL, {"received_on": "2026-10-09T00:00:00Z"}, {"received_on": "day-not-iso"}),
    ],
)
def test_what_the_table_forbids_is_refused(name: str, data: dict[str, Any], change: dict[str, Any], refusal: dict[str, str]) -> None:
    assert posted(name, data)
    assert refused(name, data | change) == refusal


@pytest.mark.parametrize("field", ["pupils", "known_from", "investigation_started_at"])
def test_a_clue_says_who_and_since_when(field: str) -> None:
    assert refused(REPORTED, {name: value for name, value in CASE.items() if name != field}) == {field: "missing"}


def test_who_sees_a_clue() -> None:
    assert table_of(REPORTED) == written("""
        case_no SEPL
        grade SVEPL
        crime_suspected SEPL
        channels SEPCL
        school_id SVEPCL
        known_from SEL
        victims_count SEP
        actors_count SEP
        investigation_started_at SEPL
        pupils SP minor
        account SP minor
        post_urls PC personal
    """)
    assert table_of(REVIEW) == written("""
        case_no SEL
        requested_by SE
        grounds E minor
        received_on SEL
    """)


@pytest.mark.parametrize(
    ("grade", "crime", "told"),
    [("suspected", False, False), ("general", False, False), ("severe", False, True), ("general", True, True), ("suspected", True, True)],
)
def test_the_police_learn_who_only_of_a_severe_case_or_a_suspected_crime(grade: str, crime: bool, told: bool) -> None:
    data = TRAVELS | {"grade": grade, "crime_suspected": crime}
    police, hidden = project(REPORTED, data, "P", school=None)
    assert ({"pupils", "account"} <= police.keys()) is told
    assert ({"当事学生", "经过"} <= set(hidden)) is not told
    own, _ = project(REPORTED, data, "S", school=B)
    assert {"pupils", "account"} <= own.keys()
    assert not {"pupils", "account"} & project(REPORTED, data, "S", school="2199000101")[0].keys()


def test_nobody_else_learns_who() -> None:
    for view in "VEHMCKUWL":
        assert not {"pupils", "account"} & project(REPORTED, TRAVELS, view, school=B)[0].keys()
    assert "post_urls" in project(REPORTED, TRAVELS, "C", school=None)[0]


def test_the_grounds_of_an_appeal_are_sealed_for_the_education_bureau_alone() -> None:
    (place,) = sealed_places(REVIEW)
    assert (place.path, place.views) == (("grounds",), {"E"})


def test_a_severe_case_and_a_suspected_crime_are_published_within_two_hours() -> None:
    forms = [
        event_type(REPORTED).publish_form(CASE | change)
        for change in ({}, {"grade": "general"}, {"grade": "general", "crime_suspected": True})
    ]
    assert forms == ["2h", "24h", "2h"]


def test_an_appeal_is_a_happening_of_its_own() -> None:
    review = event_type(REVIEW)
    assert (review.family, review.joins, review.key_scope) == ("bullying-review", False, "unit")
    assert [one.mark for one in follow_ups(REVIEW)] == ["X", "W"]


@pytest.mark.parametrize(("name", "number"), [(REPORTED, "QL-26-07"), (REVIEW, "QL-26-07")])
def test_an_outcome_that_is_other_needs_words(name: str, number: str) -> None:
    assert refused(f"{name}.concluded", {"case_no": number, "outcome": "other"}) == {"outcome_note": "other-needs-words"}
    assert posted(f"{name}.concluded", {"case_no": number, "outcome": "other", "outcome_note": "转学后由新校处理"})
