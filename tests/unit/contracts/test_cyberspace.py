"""网信: who sees what, who may state it by when, and what is refused."""

from typing import Any

import pytest

from contracts.registry import event_type, follow_ups
from contracts.sealing import sealed_places
from services.routing.core.deciding.change import eased
from services.routing.core.matching.views import project
from tests.unit.contracts.stating import golden, posted, refused, table_of, written

CONTENT, ORDER, CAMPAIGN = "cyberspace.content.found", "cyberspace.platform-order.issued", "cyberspace.campaign.launched"
A, B = "2199000101", "3199000102"
TABLES = {
    CONTENT: """
        case_no SEPCL
        kind SEPCL
        kind_note SEPCL
        grade SEPCL
        schools SEPCL
        platform SEPC
        urls CP
        reach ECP
        pupil_identifiable SEPC
        account_ref CP personal
        pupils PS minor
        suggested_line SE""",
    ORDER: """
        case_no SECL
        platform SEC
        order CL
        result SECL""",
    CAMPAIGN: """
        campaign_no all
        title all
        topics EPCL
        topics_note EPCL
        from EPCL
        to EPCL
        report_every EPC""",
}
PUPIL = {"name": "李小明", "class": "三年级一班"}


def plain(file: str) -> dict[str, Any]:
    """A golden content as its desk posts it: without what is sealed."""
    return {name: value for name, value in golden(CONTENT, file).items() if name not in ("account_ref", "pupils")}


@pytest.mark.parametrize("name", TABLES)
def test_every_field_is_seen_as_its_table_says(name: str) -> None:
    assert table_of(name) == written(TABLES[name])


def test_the_types_are_those_of_their_rows() -> None:
    rows = {name: (event_type(name).family, event_type(name).joins, {one.mark for one in follow_ups(name)}) for name in TABLES}
    assert rows == {
        CONTENT: ("content", False, {"S", "C", "L", "W", "X"}),
        ORDER: ("content", True, {"S", "C"}),
        CAMPAIGN: ("campaign", False, {"S", "C", "W", "X"}),
    }
    assert event_type(CAMPAIGN).publishers == ("cyberspace.campaign-desk",)
    assert event_type(CONTENT).publishers == event_type(ORDER).publishers == ("cyberspace.duty-desk",)


def test_imminent_danger_is_published_at_once() -> None:
    assert [event_type(CONTENT).publish_form({"grade": grade}) for grade in ("imminent", "serious")] == ["10min", "4h"]
    assert [event_type(name).publish_form({}) for name in (ORDER, CAMPAIGN)] == ["24h", "1wd"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"urls": []}, {"urls": "too-short"}),
        ({"urls": ["https://a.example", "ftp://a.example"]}, {"urls.1": "not-a-url"}),
        ({"kind": "other"}, {"kind_note": "other-needs-words"}),
        ({"reach": -1}, {"reach": "greater-than-equal"}),
        ({"reach": "多"}, {"reach": "int-type"}),
        ({"schools": [A, B], "pupils": [PUPIL]}, {"pupils.0.school_id": "sealed-row-without-school"}),
        ({"pupils": [PUPIL | {"school_id": B}]}, {"pupils.0.school_id": "school-not-in-event"}),
        ({"pupils": [PUPIL, PUPIL | {"guardian_phone": "13800138000"}]}, {"pupils.1.guardian_phone": "extra-forbidden"}),
        ({"account_ref": [{"text": "甲"}, {"text": "乙"}]}, {"account_ref": "too-long"}),
        ({"suggested_line": "请拨13800138000"}, {"suggested_line": "personal-number-in-text"}),
    ],
)
def test_a_content_that_the_table_does_not_allow_is_refused(change: dict[str, Any], code: dict[str, str]) -> None:
    whole = plain("rumour") | {"account_ref": [{"text": "号主13800138000"}], "pupils": [PUPIL]}
    assert posted(CONTENT, whole).model_dump(mode="json", by_alias=True, exclude_none=True) == whole
    assert refused(CONTENT, whole | change) == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"to": "2026-10-11"}, {"to": "not-in-order"}),
        ({"topics": []}, {"topics": "too-short"}),
        ({"topics": ["other"]}, {"topics_note": "other-needs-words"}),
        ({"report_every": "daily"}, {"report_every": "literal-error"}),
    ],
)
def test_a_campaign_that_the_table_does_not_allow_is_refused(change: dict[str, Any], code: dict[str, str]) -> None:
    data = golden(CAMPAIGN, "weekly")
    assert posted(CAMPAIGN, data | {"to": data["from"]})
    assert refused(CAMPAIGN, data | change) == code


def test_a_school_learns_no_address_and_no_account() -> None:
    data = golden(CONTENT, "rumour")
    for view in "SEL":
        assert not {"urls", "account_ref"} & set(project(CONTENT, data, view, school=A)[0])
    assert {"urls", "account_ref", "reach"} <= set(project(CONTENT, data, "P", school=None)[0])
    assert "reach" not in project(CONTENT, data, "S", school=A)[0]


def test_a_school_gets_its_own_pupils_only_where_they_can_be_recognised() -> None:
    data = golden(CONTENT, "imminent")
    assert len(project(CONTENT, data, "S", school=B)[0]["pupils"]) == 1
    hidden = data | {"pupil_identifiable": False}
    for told in (project(CONTENT, data, "S", school=A)[0], project(CONTENT, hidden, "S", school=B)[0]):
        assert "pupils" not in told
    assert "pupils" in project(CONTENT, hidden, "P", school=None)[0]
    assert "pupils" not in project(CONTENT, data, "C", school=None)[0]


def test_account_and_pupils_are_sealed_for_those_who_see_them() -> None:
    assert {place.path: place.views for place in sealed_places(CONTENT)} == {("account_ref",): {"C", "P"}, ("pupils",): {"P", "S"}}
    assert sealed_places(ORDER) == sealed_places(CAMPAIGN) == ()


def test_imminent_danger_is_the_highest_grade() -> None:
    moved = {"case_no": "WX-1", "field": "grade", "from": "imminent", "to": "serious", "by": "值班长", "why": "核实"}
    assert eased(posted(f"{CONTENT}.level-changed", moved))
    assert not eased(posted(f"{CONTENT}.level-changed", moved | {"from": "general"}))
