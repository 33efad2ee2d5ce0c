"""What another view shows or hides, in every case of a type's narrowings."""

import pytest

from contracts.fields import item_model, labels_of, said_of, sealed_fields, views_of, wire_name
from contracts.registry import all_types, event_type
from services.routing.core.mandates.sight import Changed, changed

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


def test_a_date_is_needed_and_a_sealed_list_is_personal() -> None:
    finding, report = "market.finding.issued", "health.food-illness.reported"
    assert labels_of(event_type(finding).model)["recheck_on"] in changed((finding,), "S", "H").lost
    assert labels_of(event_type(report).model)["line_list"] in changed((report,), "E", "EH").gained
    assert changed((report,), "EH", "E") == Changed((), ())


def test_an_object_shows_each_of_its_fields_to_its_own_views() -> None:
    """INVARIANT: no field inside a list is shown by a detour — broken by looking at the list alone."""
    kinds = [kind for kind in all_types() if not kind.name.startswith("bus.")]
    nested = [
        (kind, field)
        for kind in kinds
        for field in labels_of(kind.model)
        if field not in sealed_fields(kind.model) and item_model(kind.model, field)
    ]
    assert nested
    for kind, field in nested:
        inner = item_model(kind.model, field)
        assert inner is not None
        for name, views in views_of(inner).items():
            hidden = views_of(kind.model)[field] - views
            personal = next(info for attribute, info in inner.model_fields.items() if wire_name(attribute, info) == name)
            if hidden and views and said_of(personal).get("x-sensitivity") in ("personal", "minor"):
                assert labels_of(inner)[name] in changed((kind.name,), min(hidden), min(views)).gained
