from typing import Any

import pytest

from contracts.registry import event_type, follow_ups
from tests.unit.contracts.tables import refused, seen, taken

ISSUED = "police.bulletin.issued"
WEEK: dict[str, Any] = {
    "bulletin_no": "2026-09-01", "period": {"first": "2026-09-01", "last": "2026-09-07"}, "scope": ["990102001", "2199000101"],
    "topics": ["theft", "fraud"], "summary": "盗窃警情<5起",
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"period": {"first": "2026-09-07", "last": "2026-09-01"}}, {"period.last": "not-in-order"}),
        ({"period": {"first": "2026-09-07"}}, {"period.last": "missing"}),
        ({"scope": []}, {"scope": "too-short"}),
        ({"scope": ["泉西街道"]}, {"scope.0": "string-pattern-mismatch"}),
        ({"scope": ["990102", "990102"]}, {"scope": "repeated-item"}),
        ({"topics": []}, {"topics": "too-short"}),
        ({"topics": ["theft", "fraud", "traffic", "drowning", "crowd", "fire", "weapon"]}, {"topics": "too-long"}),
        ({"topics": ["theft", "other"]}, {"topics_note": "other-needs-words"}),
        ({"summary": "嫌疑人电话13800138000"}, {"summary": "personal-number-in-text"}),
        ({"summary": "长" * 2001}, {"summary": "string-too-long"}),
    ],
)
def test_what_the_table_forbids_is_refused(change: dict[str, Any], refusal: dict[str, str]) -> None:
    assert refused(ISSUED, WEEK | change) == refusal


def test_a_bulletin_of_one_day_is_taken() -> None:
    assert taken(ISSUED, WEEK | {"period": {"first": "2026-09-01", "last": "2026-09-01"}})


def test_who_sees_a_bulletin() -> None:
    assert seen(ISSUED) == {
        "bulletin_no": "all work", "period": "S V E L work", "scope": "S V E L work", "topics": "S V E work", "topics_note": "S V E work",
        "summary": "S V E work", "advice": "S V E work",
    }  # fmt: skip


def test_a_bulletin_is_corrected_or_withdrawn_and_nothing_else() -> None:
    assert {one.mark for one in follow_ups(ISSUED)} == {"C", "W"}
    assert event_type(ISSUED).publish_form(WEEK) == "1wd"
