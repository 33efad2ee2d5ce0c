from typing import Any

import pytest

from contracts.registry import event_type, follow_ups
from tests.unit.contracts.tables import refused, seen, taken

SCHEDULED, COMPLETED = "school.drill.scheduled", "school.drill.completed"
PLAN: dict[str, Any] = {
    "drill_no": "YL-09", "school_id": "2199000101", "kind": "anti-violence", "starts_at": "2026-09-22T10:00:00+08:00",
    "ends_at": "2026-09-22T10:40:00+08:00", "led_by": "2199000101", "bus_exercise": True,
}  # fmt: skip
DONE: dict[str, Any] = {"drill_no": "YL-09", "took_minutes": 4, "participants": 912}


@pytest.mark.parametrize(
    ("name", "data", "change", "refusal"),
    [
        (SCHEDULED, PLAN, {"ends_at": "2026-09-22T10:00:00+08:00"}, {"ends_at": "not-in-order"}),
        (SCHEDULED, PLAN, {"ends_at": "2026-09-22T01:00:00Z"}, {"ends_at": "not-in-order"}),
        (SCHEDULED, PLAN, {"led_by": "泉西派出所"}, {"led_by": "string-pattern-mismatch"}),
        (SCHEDULED, PLAN, {"kind": "other"}, {"kind": "literal-error"}),
        (COMPLETED, DONE, {"took_minutes": -1}, {"took_minutes": "greater-than-equal"}),
        (COMPLETED, DONE, {"took_minutes": 1441}, {"took_minutes": "less-than-equal"}),
        (COMPLETED, DONE, {"participants": "912"}, {"participants": "int-type"}),
        (COMPLETED, DONE, {"problems": "难" * 501}, {"problems": "string-too-long"}),
    ],
)
def test_what_the_table_forbids_is_refused(name: str, data: dict[str, Any], change: dict[str, Any], refusal: dict[str, str]) -> None:
    assert taken(name, data)
    assert refused(name, data | change) == refusal


def test_who_sees_a_drill() -> None:
    assert seen(SCHEDULED) == {
        "drill_no": "S E P U L work", "school_id": "S E P U L work", "kind": "S E P U L work", "starts_at": "S E P U L work",
        "ends_at": "S E P U L work", "led_by": "S E P U work", "bus_exercise": "S E P U L work",
    }  # fmt: skip
    assert seen(COMPLETED) == {
        "drill_no": "S E P U L work", "took_minutes": "S E L work", "participants": "S E L work", "problems": "S E P U work",
    }  # fmt: skip


def test_what_was_done_joins_what_was_planned() -> None:
    planned, done = event_type(SCHEDULED), event_type(COMPLETED)
    assert (planned.family, planned.joins, planned.key_scope) == ("drill", False, "unit")
    assert (done.family, done.joins, done.key_scope) == ("drill", True, "unit")
    assert {one.mark for one in follow_ups(SCHEDULED)} == {"C", "W"}
    assert [one.mark for one in follow_ups(COMPLETED)] == ["C"]
