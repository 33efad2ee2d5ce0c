"""市场监管: who sees what, who may state it by when, and what is refused."""

from typing import Any

import pytest

from contracts.registry import event_type, follow_ups
from services.routing.core.matching.views import project
from tests.unit.contracts.stating import golden, posted, refused, table_of, written

INSPECTION, FINDING = "market.inspection.recorded", "market.finding.issued"
SANCTION, RECALL = "market.sanction.decided", "market.recall.ordered"
A = "2199000101"
NEAR = {"school_id": "3199000102", "metres": 140}
TABLES = {
    INSPECTION: """
        inspection_no MEL
        object MEL
        uscc M
        shop_name MSE
        shop_point M
        schools MSEL
        checked_at MEL
        result MEL""",
    FINDING: """
        finding_no SEHML
        inspection_no M
        object SEHML
        grade SEHML
        problems SEHML
        problems_note SEHML
        goods SEMH
        shop_name SEHM
        uscc M
        operator M personal
        schools SEHML
        ill_pupils SEHML
        sealed SEM
        recheck_on SEML""",
    SANCTION: """
        finding_no SEMPL
        outcome SEMPL
        public SEM""",
    RECALL: """
        recall_no all
        goods all
        class all
        scope all
        reason all""",
}


@pytest.mark.parametrize("name", TABLES)
def test_every_field_is_seen_as_its_table_says(name: str) -> None:
    assert table_of(name) == written(TABLES[name])


def test_the_types_are_those_of_their_rows() -> None:
    rows = {name: (event_type(name).family, event_type(name).joins, "".join(one.mark or "" for one in follow_ups(name))) for name in TABLES}
    assert rows == {
        INSPECTION: ("inspection", False, "C"),
        FINDING: ("finding", False, "XCLSW"),
        SANCTION: ("finding", True, "CW"),
        RECALL: ("recall", False, "XCW"),
    }
    assert event_type(INSPECTION).publishers == ("market.station",)
    assert event_type(FINDING).publishers == ("market.station", "market.food-safety-desk")
    assert event_type(SANCTION).publishers == event_type(RECALL).publishers == ("market.food-safety-desk",)


def test_a_critical_finding_is_published_faster() -> None:
    forms = [event_type(FINDING).publish_form({"grade": grade}) for grade in ("critical", "major", "minor")]
    assert forms == ["2h", "1wd", "1wd"]
    assert [event_type(name).publish_form({}) for name in (INSPECTION, SANCTION, RECALL)] == ["1wd", "1wd", "2h"]


@pytest.mark.parametrize(
    ("name", "file", "change", "code"),
    [
        (FINDING, "two-schools", {"uscc": "91990102MA3AB12C30"}, {"uscc": "uscc-check-digit"}),
        (FINDING, "two-schools", {"problems": []}, {"problems": "too-short"}),
        (FINDING, "two-schools", {"problems": ["expired", "expired"]}, {"problems": "repeated-item"}),
        (FINDING, "two-schools", {"problems": ["expired", "other"]}, {"problems_note": "other-needs-words"}),
        (FINDING, "two-schools", {"schools": []}, {"schools": "too-short"}),
        (FINDING, "two-schools", {"schools": [{"school_id": A, "metres": 1}, {"school_id": A, "metres": 2}]}, {"schools": "repeated-item"}),
        (
            FINDING,
            "two-schools",
            {"schools": [NEAR, {"school_id": "unknown", "metres": 1}]},
            {"schools.1.school_id": "string-pattern-mismatch"},
        ),
        (FINDING, "two-schools", {"schools": [NEAR, {"school_id": A, "metres": -1}]}, {"schools.1.metres": "greater-than-equal"}),
        (FINDING, "two-schools", {"recheck_on": "2026-9-28"}, {"recheck_on": "day-not-iso"}),
        (FINDING, "two-schools", {"operator": {"name": "某某", "phone": "电话"}}, {"operator.phone": "string-pattern-mismatch"}),
        (FINDING, "two-schools", {"shop_name": "老板13800138000"}, {"shop_name": "personal-number-in-text"}),
        (FINDING, "two-schools", {"goods": [{"name": "辣条"}, {"name": "辣条"}]}, {"goods": "repeated-item"}),
        (INSPECTION, "pass", {"checked_at": "2026-09-17T15:20:00"}, {"checked_at": "time-without-offset"}),
        (INSPECTION, "pass", {"shop_point": {"lon": 117.0, "lat": 36.6}}, {"shop_point.crs": "missing"}),
        (RECALL, "milk", {"scope": ["990102", "9901"]}, {"scope.1": "string-pattern-mismatch"}),
        (RECALL, "milk", {"class": "4"}, {"class": "literal-error"}),
    ],
)
def test_what_the_table_does_not_allow_is_refused(name: str, file: str, change: dict[str, Any], code: dict[str, str]) -> None:
    data = golden(name, file)
    assert posted(name, data).model_dump(mode="json", by_alias=True, exclude_none=True) == data
    assert refused(name, data | change) == code


def test_a_problem_corrected_to_other_needs_words_too() -> None:
    changes: dict[str, Any] = {"problems": {"old": ["expired"], "new": ["expired", "other"]}}
    data = {"finding_no": "WT-310", "changes": changes, "reason": "复核"}
    assert refused(f"{FINDING}.corrected", data) == {"changes.problems_note": "other-needs-words"}
    assert refused(f"{FINDING}.concluded", {"finding_no": "WT-310", "outcome": "other"}) == {"outcome_note": "other-needs-words"}


def test_the_operator_and_the_credit_code_stay_within_market_supervision() -> None:
    data = golden(FINDING, "two-schools")
    for view in "SEHL":
        assert not {"operator", "uscc", "inspection_no"} & set(project(FINDING, data, view, school=A)[0])
    assert {"operator", "uscc"} <= set(project(FINDING, data, "M", school=None)[0])
    assert "shop_name" not in project(FINDING, data, "L", school=None)[0]


def test_a_finding_is_dated_and_graded_as_routing_reads_it() -> None:
    moved = {"finding_no": "WT-310", "field": "grade", "from": "major", "to": "critical", "by": "所长", "why": "复检"}
    assert posted(f"{FINDING}.level-changed", moved).model_dump(mode="json") == moved
    assert refused(f"{FINDING}.level-changed", moved | {"to": "grave"}) == {"to": "literal-error"}
