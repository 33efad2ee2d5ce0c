"""A view is the whole privacy mechanism: what it does not hold is absent."""

from typing import Any

import pytest

from contracts.fields import ALL_VIEWS, sealed_fields, views_of
from contracts.registry import UnknownType, all_types, event_type
from services.routing.core.matching.views import project, visible_conditions
from services.routing.packs import load_book

A, B = "2199000101", "3199000102"
ALARM: dict[str, Any] = {
    "alarm_no": "J370100000412",
    "kind": "weapon",
    "severity": "life-risk",
    "relation": "perimeter",
    "schools": [A, B],
    "online": False,
    "place_text": "南门外",
    "place_point": {"lon": 117.0, "lat": 36.6, "crs": "CGCS2000"},
    "casualties": 1,
    "injury_note": "手臂划伤",
    "suspect_at_large": True,
    "suspect_look": "黑色上衣",
    "advice": ["lockdown"],
    "first_disposal": "dispatched",
}
PUPIL_ONLY = {**ALARM, "relation": "pupil-only"}
NAME = "police.alarm.raised"


def row(number: str, school: str | None, views: str = "SP") -> dict[str, Any]:
    return {"row": number, "school_id": school, "alg": "A256GCM", "nonce": "n", "ciphertext": "c", "keys": {}, "views": list(views)}


def fields(data: dict[str, Any], view: str, school: str | None = None) -> set[str]:
    return set(project(NAME, data, view, school=school)[0])


def test_each_view_gets_its_fields_and_no_other() -> None:
    assert fields(ALARM, "V", A) == {"kind", "severity", "relation", "schools"}
    assert not {"injury_note", "place_point"} & fields(ALARM, "S", A)
    assert not {"injury_note", "place_point", "suspect_look"} & fields(ALARM, "E")
    assert {"place_point", "injury_note", "casualties"} <= fields(ALARM, "H")
    assert "suspect_look" not in fields(ALARM, "H")


@pytest.mark.parametrize("view", list(ALL_VIEWS))
def test_no_view_of_any_type_holds_a_field_that_its_contract_does_not_give_it(view: str) -> None:
    """INVARIANT: a field outside the view is absent — broken by any projection that adds or renames."""
    for kind in all_types():
        views = views_of(kind.model)
        data = {field: [] if field in sealed_fields(kind.model) else "x" for field in views}
        payload, hidden = project(kind.name, data, view, school=A)
        assert all(view in views[field] for field in payload), kind.name
        assert len(hidden) == (len(data) - len(payload) if kind.publisher_views is None else 0), kind.name


def test_several_letters_unite_and_an_absent_field_stays_absent() -> None:
    united = fields(ALARM, "EH")
    assert united == fields(ALARM, "E") | fields(ALARM, "H")
    assert "pupils" not in united
    assert "kind_note" not in fields({**ALARM, "kind_note": None}, "S", A)


def test_the_recipient_is_told_what_it_does_not_see() -> None:
    _, hidden = project(NAME, ALARM, "E", school=None)
    assert set(hidden) == {"坐标", "伤情说明", "嫌疑人外貌"}


def test_in_a_case_outside_school_a_school_sees_only_itself() -> None:
    payload, hidden = project(NAME, PUPIL_ONLY, "S", school=A)
    assert payload["schools"] == [A]
    assert not {"place_text", "casualties"} & set(payload)
    assert {"地点", "伤亡人数"} <= set(hidden)
    assert project(NAME, PUPIL_ONLY, "P", school=None)[0]["schools"] == [A, B]
    assert "place_text" not in fields(PUPIL_ONLY, "E")
    assert "place_text" in fields(PUPIL_ONLY, "W")


def test_a_school_that_is_not_named_sees_no_school() -> None:
    assert "schools" not in fields(PUPIL_ONLY, "S", None)
    assert "schools" not in fields(PUPIL_ONLY, "S", "3499000103")


def test_a_school_gets_its_own_pupils_only() -> None:
    data = {**ALARM, "pupils": [row("1", A), row("2", B), row("3", None)]}
    assert [r["row"] for r in project(NAME, data, "S", school=A)[0]["pupils"]] == ["1"]
    assert [r["row"] for r in project(NAME, data, "P", school=None)[0]["pupils"]] == ["1", "2", "3"]
    assert "pupils" not in fields(data, "E")
    assert "pupils" not in fields({**ALARM, "pupils": [row("2", B)]}, "S", A)


def test_a_row_without_a_school_belongs_to_the_only_school() -> None:
    data = {**ALARM, "schools": [A], "pupils": [row("1", None)]}
    assert "pupils" in fields(data, "S", A)
    assert "pupils" not in fields(data, "S", B)


def test_a_merged_school_sees_what_was_said_under_its_old_id() -> None:
    data = {**PUPIL_ONLY, "schools": ["2199000106", B], "pupils": [row("1", "2199000106")]}
    payload, _ = project(NAME, data, "S", school=frozenset({A, "2199000106"}))
    assert payload["schools"] == ["2199000106"]
    assert len(payload["pupils"]) == 1


def test_a_sealed_row_goes_only_to_the_views_it_was_sealed_for() -> None:
    data = {**ALARM, "pupils": [row("1", A, "P")]}
    assert "pupils" not in fields(data, "S", A)
    assert "pupils" in fields(data, "P")
    assert "pupils" in fields(data, "SP", A)


DROPOUTS = "school.dropout-list.submitted"
FURONG, LIUBU = "990102001001", "990102102201"


def listed(number: str, home: str | None) -> dict[str, Any]:
    return row(number, None, "SEW") | {"row_no": int(number), "home_community": home}


MONTHLY: dict[str, Any] = {
    "school_id": B,
    "month": "2026-09",
    "nil": False,
    "count": 3,
    "pupils": [listed("1", FURONG), listed("2", LIUBU), listed("3", None)],
    "signed_by": "p-31",
}


@pytest.mark.parametrize(
    ("view", "school", "place", "rows"),
    [
        ("W", None, FURONG, ["1"]),
        ("W", None, LIUBU, ["2"]),
        ("W", None, "990102001", ["3"]),
        ("W", None, "990102001002", None),
        ("W", None, "990102", None),
        ("W", None, None, None),
        ("E", None, "990102", ["1", "2", "3"]),
        ("S", B, "990102001002", ["1", "2", "3"]),
        ("S", A, FURONG, None),
        ("SW", A, FURONG, ["1"]),
        ("L", None, FURONG, None),
    ],
)
def test_a_community_gets_its_own_rows_and_a_town_those_of_nobody_knows_where(
    view: str, school: str | None, place: str | None, rows: list[str] | None
) -> None:
    payload, hidden = project(DROPOUTS, MONTHLY, view, school=school, place=place)
    assert [one["row"] for one in payload["pupils"]] == rows if rows else "pupils" not in payload
    assert ("学生名单" in hidden) is (rows is None)


def test_the_row_of_another_type_does_not_ask_where_its_pupil_lives() -> None:
    visit = {
        "row_ref": f"{B}/2026-09/1",
        "visited_on": "2026-10-13",
        "found": "working",
        "next": "escalate",
        "note": [row("n", None, "SW")],
    }
    for place in (FURONG, "990102", None):
        assert "note" in project("community.visit.recorded", visit, "W", school=None, place=place)[0]


def test_an_unknown_field_never_travels_and_an_unknown_type_is_refused() -> None:
    assert "mood" not in fields({**ALARM, "mood": "x"}, "P")
    with pytest.raises(UnknownType):
        project("police.alarm.imagined", ALARM, "P", school=None)


def test_reasons_name_only_conditions_on_fields_of_the_view() -> None:
    book = load_book()
    first, second, third = (book.by_id(name) for name in ("POL-01", "POL-02", "POL-03"))
    assert first is not None
    assert second is not None
    assert third is not None
    assert visible_conditions(first, NAME, "S") == ("紧急程度：危及生命", "涉校关系：校内、校园周边")
    assert visible_conditions(first, NAME, "C") == ("紧急程度：危及生命",)
    assert visible_conditions(second, NAME, "H") == ("伤亡人数 ≥ 1", "紧急程度：危及生命、紧急")
    assert visible_conditions(second, NAME, "S") == ("紧急程度：危及生命、紧急",)


def test_a_follow_up_hides_what_it_brought_until_the_picture_is_cut() -> None:
    assert event_type(f"{NAME}.supplemented").head == NAME
    payload, _ = project(f"{NAME}.supplemented", {"alarm_no": "J370100000412", "added": {"injury_note": "x"}}, "P", school=None)
    assert payload == {"alarm_no": "J370100000412"}
