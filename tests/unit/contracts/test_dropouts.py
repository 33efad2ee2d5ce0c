"""疑似辍学月报与社区家访: one key for both, what a nil report is, and who sees whose row."""

from typing import Any

import pytest

from contracts.registry import event_type, follow_ups
from contracts.sealed import IN_CLEAR, SealedRow
from tests.unit.contracts.stating import golden, posted, refused, table_of, written

LIST, VISIT = "school.dropout-list.submitted", "community.visit.recorded"
B = "3199000102"
PUPIL = {
    "row_no": 1,
    "name": "李小明",
    "age_band": "14-15",
    "last_seen_on": "2026-09-11",
    "reason": "work",
    "home_community": "990102001001",
}
OTHER = {
    "row_no": 2,
    "name": "王小红",
    "age_band": "14-15",
    "last_seen_on": "2026-09-14",
    "reason": "unknown",
    "guardian_phone": "13800138000",
}
TABLES = {
    LIST: """
        school_id SEWL
        month SEWL
        nil SEL
        count SEWL
        pupils SWE minor
        signed_by SE personal""",
    VISIT: """
        row_ref SEWL
        visited_on SEWL
        found SEW minor
        next SEW
        note SW minor""",
}


def stated(name: str) -> dict[str, Any]:
    """A golden event as it would be posted."""
    plain = {"pupils": [PUPIL, OTHER]} if name == LIST else {"note": [{"text": "在外务工,父亲电话13800138000"}]}
    return golden(name, "two-pupils" if name == LIST else "working") | plain


@pytest.mark.parametrize("name", TABLES)
def test_every_field_is_seen_as_its_table_says(name: str) -> None:
    assert table_of(name) == written(TABLES[name])


def test_a_visit_joins_the_list_by_its_key() -> None:
    submitted, visited = event_type(LIST), event_type(VISIT)
    assert submitted.key(submitted.model.model_validate(golden(LIST, "two-pupils"))) == f"{B}/2026-09"
    assert visited.key(visited.model.model_validate(golden(VISIT, "working"))) == f"{B}/2026-09"
    assert (visited.family, visited.key_scope, visited.joins) == (submitted.family, submitted.key_scope, True)
    assert {"".join(one.mark or "" for one in follow_ups(name)) for name in TABLES} == {"C"}
    assert submitted.key_parts(f"{B}/2026-09") == {"school_id": B, "month": "2026-09"}
    assert (visited.publish_form({}), submitted.publish_form({})) == ("1wd", None)


@pytest.mark.parametrize(
    ("name", "change", "code"),
    [
        (LIST, {"nil": True}, {"pupils": "not-in-this-case"}),
        (LIST, {"nil": True, "pupils": None}, {"count": "count-differs"}),
        (LIST, {"pupils": None}, {"pupils": "needed-in-this-case"}),
        (LIST, {"count": 3}, {"count": "count-differs"}),
        (LIST, {"pupils": [PUPIL, OTHER | {"row_no": 1}]}, {"pupils": "row-number-twice"}),
        (LIST, {"pupils": [PUPIL, OTHER | {"school_id": "2199000101"}]}, {"pupils.1.school_id": "school-not-in-event"}),
        (LIST, {"pupils": [PUPIL, OTHER | {"home_community": "990102"}]}, {"pupils.1.home_community": "string-pattern-mismatch"}),
        (LIST, {"pupils": [PUPIL, OTHER | {"row_no": 0}]}, {"pupils.1.row_no": "greater-than-equal"}),
        (LIST, {"month": "2026-9"}, {"month": "string-pattern-mismatch"}),
        (LIST, {"signed_by": "李主任"}, {"signed_by": "string-pattern-mismatch"}),
        (VISIT, {"row_ref": f"{B}/2026-09"}, {"row_ref": "string-pattern-mismatch"}),
        (VISIT, {"row_ref": f"{B}/2026-13/1"}, {"row_ref": "string-pattern-mismatch"}),
        (VISIT, {"row_ref": f"{B}/2026-09/0"}, {"row_ref": "string-pattern-mismatch"}),
        (VISIT, {"note": [{"text": "已联系", "school_id": "2199000101"}]}, {"note.0.school_id": "school-not-in-event"}),
        (VISIT, {"found": "asleep"}, {"found": "literal-error"}),
        (VISIT, {"visited_on": "2026-10-13T15:00:00+08:00"}, {"visited_on": "day-not-iso"}),
    ],
)
def test_what_the_table_does_not_allow_is_refused(name: str, change: dict[str, Any], code: dict[str, str]) -> None:
    data = stated(name)
    assert posted(name, data).model_dump(mode="json", by_alias=True, exclude_none=True) == data
    assert refused(name, data | change) == code


def test_a_nil_report_names_nobody_and_counts_none() -> None:
    data = golden(LIST, "nil")
    assert posted(LIST, data).model_dump(mode="json", by_alias=True, exclude_none=True) == data
    assert refused(LIST, data | {"nil": False}) == {"pupils": "needed-in-this-case"}


def test_a_correction_carries_both_fields_of_the_key() -> None:
    data = {"school_id": B, "month": "2026-09", "changes": {"signed_by": {"old": "p-31", "new": "p-32"}}, "reason": "签报人有误"}
    corrected = event_type(f"{LIST}.corrected")
    assert corrected.key(posted(corrected.name, data)) == f"{B}/2026-09"
    assert refused(corrected.name, {name: value for name, value in data.items() if name != "month"}) == {"month": "missing"}
    assert refused(corrected.name, data | {"changes": {"month": {"old": "2026-09", "new": "2026-08"}}}) == {
        "changes.month": "extra-forbidden"
    }


def test_a_sealed_row_shows_nothing_of_a_pupil_but_what_routing_must_read() -> None:
    assert set(IN_CLEAR) <= set(SealedRow.model_fields)
    assert not {"name", "class", "age_band", "last_seen_on", "reason", "guardian_phone"} & set(SealedRow.model_fields)
