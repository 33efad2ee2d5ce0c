"""The table of matters: every row is held against the contracts, and says in both languages what is wrong with it."""

from pathlib import Path
from typing import Any

import pytest

from contracts.matters import OF_ONE_CHILD
from contracts.registry import event_type
from services.matters import MattersInvalid, build_matters, load_matters

GOOD: dict[str, Any] = {
    "matter": "火情", "within": "2h", "places": ["school"],
    "statements": [{"type": "police.alarm.raised", "kind": ["fire"]}, {"type": "fire.hazard.found"}],
}  # fmt: skip


def test_the_table_that_ships_is_sound_and_speaks_of_no_single_child() -> None:
    matters = load_matters()
    assert {event_type(name).family for matter in matters for name in (one.type for one in matter.statements)}.isdisjoint(OF_ONE_CHILD)
    assert all(len(matter.statements) >= 2 for matter in matters)


def statement(**changes: Any) -> list[dict[str, Any]]:
    return [GOOD["statements"][0] | changes]


@pytest.mark.parametrize(
    ("change", "zh", "en"),
    [
        ({"witin": "2h"}, "未知字段 witin", "unknown key witin"),
        ({"within": "2 hours"}, "within 应如", "within is not like"),
        ({"within": "0h"}, "within 应如", "within is not like"),
        ({"places": []}, "places 取值无效", "no known places"),
        ({"places": ["town"]}, "places 取值无效", "no known places"),
        ({"places": ["point"]}, "metres 应与 point 同时出现", "metres belongs"),
        ({"metres": 100}, "metres 应与 point 同时出现", "metres belongs"),
        ({"statements": []}, "statements 应为非空列表", "not empty"),
        ({"statements": ["police.alarm.raised"]}, "每项应有 type", "has a type"),
        ({"statements": statement(severity=["urgent"])}, "每项应有 type", "has a type"),
        ({"statements": statement(type="police.alarm.rung")}, "没有事件类型", "no event type"),
        ({"statements": statement(type="police.alarm.raised.corrected")}, "不能关联", "cannot be linked"),
        ({"statements": statement(type="school.psych-risk.assessed")}, "不能关联", "cannot be linked"),
        ({"statements": statement(type="school.forced-report.filed")}, "不能关联", "cannot be linked"),
        ({"statements": statement(kind=["earthquake"])}, "kind 取值无效", "has no such codes"),
        ({"statements": statement(kind="fire")}, "kind 取值无效", "has no such codes"),
        ({"statements": [{"type": "police.alarm.raised", "alarm_no": ["J1"]}]}, "alarm_no 取值无效", "has no such codes"),
    ],
)
def test_a_wrong_row_is_refused_and_named(change: dict[str, Any], zh: str, en: str) -> None:
    with pytest.raises(MattersInvalid) as error:
        build_matters([GOOD | change])
    assert "火情" in error.value.zh
    assert zh in error.value.zh
    assert en in error.value.en


def test_a_matter_stands_once_and_the_table_is_a_list() -> None:
    for rows in ([GOOD, GOOD], {"matter": "火情"}, [{"within": "2h"}]):
        with pytest.raises(MattersInvalid):
            build_matters(rows)


def test_a_file_that_is_no_yaml_is_named(tmp_path: Path) -> None:
    file = tmp_path / "matters.yaml"
    file.write_text("- {matter: 火情", encoding="utf-8")
    with pytest.raises(MattersInvalid, match="matters"):
        load_matters(file)
