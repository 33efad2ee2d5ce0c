"""What another view shows or hides, in every case of a type's narrowings."""

import pytest

from services.routing.core.mandates.sight import changed

ALARM = ("police.alarm.raised",)


@pytest.mark.parametrize(
    ("before", "after", "gained", "lost"),
    [
        ("H", "HL", (), ()),
        ("E", "EL", (), ()),
        ("E", "L", (), ("防范建议",)),
        ("S", "SP", ("伤情说明", "涉及学生"), ()),
        ("E", "P", ("伤情说明", "嫌疑人外貌", "涉及学生"), ()),
        ("P", "E", (), ("伤情说明", "嫌疑人外貌", "涉及学生")),
        ("E", "ES", ("嫌疑人外貌", "涉及学生"), ()),
        ("S", "L", (), ("嫌疑人外貌", "防范建议", "涉及学生")),
    ],
)
def test_a_changed_view_gains_nothing_personal_and_loses_nothing_needed(
    before: str, after: str, gained: tuple[str, ...], lost: tuple[str, ...]
) -> None:
    found = changed(ALARM, before, after)
    assert (found.gained, found.lost) == (gained, lost)


def test_a_field_that_is_lost_in_one_narrowed_case_alone_is_lost() -> None:
    """Police see the schools of a pupil away from school; a school sees its own alone."""
    assert "涉及学校" in changed(ALARM, "P", "S").lost
    assert "涉及学校" not in changed(ALARM, "P", "SP").lost
