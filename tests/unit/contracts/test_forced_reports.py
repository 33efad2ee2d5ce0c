from typing import Any

import pytest

from contracts.registry import event_type, follow_ups
from contracts.sealing import sealed_places
from services.routing.core.matching.views import project
from tests.unit.contracts.stating import posted, refused, table_of, written

FILED = ("school.forced-report.filed", "health.forced-report.filed", "community.forced-report.filed")
ACCEPTED = "police.forced-report.accepted"
A = "2199000101"
CHILD = {"name": "李小明", "age_band": "6-13", "sex": "male", "address": "芙蓉社区三号楼", "guardian_phone": "13800138000"}
REPORT: dict[str, Any] = {
    "report_no": "FR-2026-0031", "kind": "neglect", "suspect_relation": "family", "imminent": False, "pupils": [CHILD],
    "account": [{"text": "多日无人照看"}], "reporter": [{"name": "王老师", "phone": "13900139000"}], "guardian_may_be_told": False,
}  # fmt: skip
WHOLE = {"row": "f1", "nonce": "AAEC", "ciphertext": "q83v", "keys": {"police": "AAEC"}, "views": ["P"]}
PART = WHOLE | {"row": "f2", "keys": {"partners": "AAEC"}, "views": ["W"]}
TRAVELS = REPORT | {"pupils": [WHOLE, PART], "account": [WHOLE | {"row": "f3"}], "reporter": [WHOLE | {"row": "f4"}]}


@pytest.mark.parametrize("name", FILED)
@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"suspect_relation": "school-staff"}, {"suspect_unit": "needed-in-this-case"}),
        ({"suspect_unit": A}, {"suspect_unit": "not-in-this-case"}),
        ({"guardian_may_be_told": True}, {"guardian_may_be_told": "guardian-is-suspected"}),
        ({"kind": "other"}, {"kind_note": "other-needs-words"}),
        ({"pupils": [CHILD, CHILD]}, {"pupils": "too-long"}),
        ({"pupils": [CHILD | {"class": "三年级"}]}, {"pupils.0.class": "extra-forbidden"}),
        ({"pupils": [CHILD | {"school_id": A}]}, {"pupils.0.school_id": "school-not-in-event"}),
        ({"reporter": [{"name": "王老师", "school_id": A}]}, {"reporter.0.school_id": "school-not-in-event"}),
        ({"account": [{"text": "长" * 2001}]}, {"account.0.text": "string-too-long"}),
        ({"suspect_relation": "school-staff", "suspect_unit": "泉西小学"}, {"suspect_unit": "string-pattern-mismatch"}),
    ],
)
def test_what_the_table_forbids_is_refused_whoever_files(name: str, change: dict[str, Any], refusal: dict[str, str]) -> None:
    assert posted(name, REPORT)
    assert refused(name, REPORT | change) == refusal


@pytest.mark.parametrize("field", ["pupils", "account", "reporter", "imminent", "guardian_may_be_told"])
def test_a_report_is_whole(field: str) -> None:
    assert refused(FILED[0], {name: value for name, value in REPORT.items() if name != field}) == {field: "missing"}


@pytest.mark.parametrize("name", FILED)
def test_who_sees_a_report(name: str) -> None:
    assert table_of(name) == written("""
        report_no EPWL
        kind PW minor
        kind_note PW minor
        school_id PW
        suspect_relation PW minor
        suspect_unit P
        imminent PWL
        pupils PW minor
        account P minor
        reporter P personal
        guardian_may_be_told PW
    """)


def test_the_education_bureau_learns_that_there_is_a_report_and_nothing_of_it() -> None:
    assert project(FILED[0], TRAVELS, "E", school=None)[0] == {"report_no": "FR-2026-0031"}
    for view in "SVHMCKU":
        assert project(FILED[0], TRAVELS, view, school=A)[0] == {}


def test_civil_affairs_get_the_part_that_shelters_a_child_whose_guardian_is_not_told() -> None:
    assert [row["row"] for row in project(FILED[0], TRAVELS, "W", school=None)[0]["pupils"]] == ["f2"]
    told = TRAVELS | {"suspect_relation": "stranger", "guardian_may_be_told": True}
    assert "pupils" not in project(FILED[0], told, "W", school=None)[0]
    assert [row["row"] for row in project(FILED[0], told, "P", school=None)[0]["pupils"]] == ["f1"]


def test_each_view_of_a_child_has_a_sealed_row_of_its_own() -> None:
    shares = {place.path[0]: [(set(share.views), set(share.fields)) for share in place.shares] for place in sealed_places(FILED[0])}
    assert shares["pupils"] == [({"P"}, {"name", "age_band", "sex", "address", "guardian_phone"}), ({"W"}, {"age_band", "address"})]
    assert [views for views, _ in (*shares["account"], *shares["reporter"])] == [{"P"}, {"P"}]


def test_the_result_is_for_the_filing_side_and_a_refusal_says_why() -> None:
    assert table_of(ACCEPTED) == written("""
        report_no PWL
        result PWL
        reason PW
    """)
    result = {"report_no": "FR-2026-0031", "result": "not-accepted"}
    assert refused(ACCEPTED, result) == {"reason": "needed-in-this-case"}
    assert refused(ACCEPTED, result | {"result": "accepted", "reason": "x"}) == {"reason": "not-in-this-case"}
    assert posted(ACCEPTED, result | {"reason": "不属本辖区"})


def test_the_result_joins_what_any_side_filed() -> None:
    assert {event_type(name).family for name in (*FILED, ACCEPTED)} == {"forced-report"}
    assert {name: event_type(name).key_scope for name in FILED} == dict(zip(FILED, ("unit", "agency", "agency"), strict=True))
    assert (event_type(ACCEPTED).joins, event_type(ACCEPTED).publish_form({})) == (True, "24h")
    assert all({one.mark for one in follow_ups(name)} == {"S", "C", "W"} for name in FILED)
    assert {event_type(name).publish_form(REPORT) for name in FILED} == {"30min"}
