"""The views of golden events, told a second time in words: who gets which field, and in which case fewer do."""

import json
from pathlib import Path
from typing import Any

import pytest

from contracts.fields import ALL_VIEWS
from services.routing.core.matching.views import project

RAISED = "police.alarm.raised"
CAMPUS = "school.campus-incident.reported"
A, B = "2199000101", "3199000102"
GOLDEN = Path(__file__).parent / "golden"


def golden(name: str, file: str) -> dict[str, Any]:
    """The data of a golden event."""
    document = json.loads((GOLDEN / f"{name}.v1" / f"{file}.json").read_text(encoding="utf-8"))
    return dict(document["data"])


def views_that_see(field: str, data: dict[str, Any]) -> set[str]:
    return {view for view in ALL_VIEWS if field in narrow(RAISED, data, view, A)}


def narrow(name: str, data: dict[str, Any], view: str, school: str | None) -> dict[str, Any]:
    return project(name, data, view, school=school)[0]


@pytest.fixture
def sealed() -> dict[str, Any]:
    """An alarm as it travels: two schools, one sealed row of each, and one that is for the police alone."""
    alarm = golden(RAISED, "weapon-at-the-gate")
    row = alarm["pupils"][0]
    rows = [row | {"row": "a"}, row | {"row": "b", "school_id": B}, row | {"row": "c", "views": ["P"]}]
    return alarm | {"schools": [A, B], "pupils": rows}


def rows(told: dict[str, Any]) -> list[str]:
    return [one["row"] for one in told.get("pupils", [])]


def test_each_view_gets_exactly_its_fields(sealed: dict[str, Any]) -> None:
    assert set(narrow(RAISED, sealed, "V", A)) == {"kind", "severity", "schools", "relation"}
    assert set(narrow(RAISED, sealed, "K", None)) == {"severity", "schools", "injury_note"}
    assert "injury_note" not in narrow(RAISED, sealed, "S", A)
    assert "place_point" not in narrow(RAISED, sealed, "E", None)
    assert {"place_point", "injury_note"} <= set(narrow(RAISED, sealed, "H", None))
    assert "suspect_look" not in narrow(RAISED, sealed, "H", None)


def test_a_school_gets_its_own_pupils_only(sealed: dict[str, Any]) -> None:
    assert rows(narrow(RAISED, sealed, "S", A)) == ["a"]
    assert rows(narrow(RAISED, sealed, "S", B)) == ["b"]
    assert "pupils" not in narrow(RAISED, sealed, "S", "3499000103")
    assert "pupils" not in narrow(RAISED, sealed, "S", None)
    assert rows(narrow(RAISED, sealed, "P", None)) == ["a", "b", "c"]


def test_a_leader_gets_no_pupils(sealed: dict[str, Any]) -> None:
    for view in "LEVHMCKUW":
        assert "pupils" not in narrow(RAISED, sealed, view, A)


def test_views_together_see_what_either_sees(sealed: dict[str, Any]) -> None:
    assert rows(narrow(RAISED, sealed, "SP", A)) == ["a", "b", "c"]
    assert rows(narrow(RAISED, sealed, "SL", A)) == ["a"]


def test_a_row_without_a_school_belongs_to_the_only_school(sealed: dict[str, Any]) -> None:
    nobody = [sealed["pupils"][0] | {"school_id": None}]
    assert rows(narrow(RAISED, sealed | {"schools": [A], "pupils": nobody}, "S", A)) == ["a"]
    assert rows(narrow(RAISED, sealed | {"schools": [A], "pupils": nobody}, "S", B)) == []
    assert rows(narrow(RAISED, sealed | {"pupils": nobody}, "S", A)) == []


def test_a_pupil_away_from_school_is_told_narrowly(sealed: dict[str, Any]) -> None:
    away = sealed | {"relation": "pupil-only"}
    school = narrow(RAISED, away, "S", A)
    assert school["schools"] == [A]
    assert "casualties" not in school
    assert "place_text" not in school
    assert narrow(RAISED, away, "V", B)["schools"] == [B]
    assert views_that_see("place_text", away) == set("PHW")
    assert views_that_see("casualties", away) == set("EPHL")
    assert narrow(RAISED, away, "E", None)["schools"] == [A, B]


def test_a_school_that_is_not_named_learns_no_school(sealed: dict[str, Any]) -> None:
    assert "schools" not in narrow(RAISED, sealed | {"relation": "pupil-only"}, "S", "3499000103")


def test_an_incident_tells_its_pupils_to_its_own_school() -> None:
    campus = golden(CAMPUS, "accident")
    row = campus["pupils"][0]
    data = campus | {"pupils": [row, row | {"row": "p2", "school_id": None}]}
    assert rows(narrow(CAMPUS, data, "S", A)) == ["p1", "p2"]
    assert rows(narrow(CAMPUS, data, "S", B)) == []
    assert "dead" not in narrow(CAMPUS, data, "S", A)


def test_an_unknown_field_is_seen_by_nobody(sealed: dict[str, Any]) -> None:
    assert "caller" not in narrow(RAISED, sealed | {"caller": "x"}, "SVEPHMCKUWL", A)


def test_an_empty_list_that_was_stated_is_told(sealed: dict[str, Any]) -> None:
    assert narrow(RAISED, sealed | {"advice": []}, "E", None)["advice"] == []
