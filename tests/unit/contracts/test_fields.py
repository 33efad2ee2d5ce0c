"""The privacy tables, written down a second time: a change of who sees what must be made in both places."""

from typing import get_args

import pytest
from pydantic import BaseModel

from contracts.codes import LABELS
from contracts.fields import ALL_VIEWS, VIEW_LABELS, Sensitivity, codes_of, item_model, labels_of, said_of, say, sealed_fields, views_of
from contracts.police import AlarmConcluded, AlarmRaised
from contracts.registry import all_types
from contracts.schools import CampusIncidentReported

ALL = "SVEPHMCKUWL"
TABLES: dict[type[BaseModel], dict[str, tuple[str, str]]] = {
    AlarmRaised: {
        "alarm_no": ("SEPHL", "work"),
        "kind": ("SVEPHCWL", "work"),
        "kind_note": ("SVEPHCWL", "work"),
        "severity": (ALL, "work"),
        "relation": ("SVEPL", "work"),
        "schools": (ALL, "work"),
        "online": ("SEPC", "work"),
        "place_text": ("SEPHW", "work"),
        "place_point": ("PH", "work"),
        "casualties": ("SEPHL", "work"),
        "injury_note": ("PHK", "minor"),
        "suspect_at_large": ("SEPL", "work"),
        "suspect_look": ("SP", "personal"),
        "advice": ("SEP", "work"),
        "pupils": ("SP", "minor"),
        "first_disposal": ("SEP", "work"),
    },
    AlarmConcluded: {"alarm_no": ("SEPHL", "work"), "outcome": ("SEL", "work"), "advice": ("SE", "work")},
    CampusIncidentReported: {
        "incident_no": (ALL, "work"),
        "kind": ("SVEPHUL", "work"),
        "kind_note": ("SVEPHUL", "work"),
        "severity": (ALL, "work"),
        "school_id": (ALL, "work"),
        "place_in_school": ("SEPHU", "work"),
        "place_note": ("SEPHU", "work"),
        "casualties": ("SEPHUL", "work"),
        "dead": ("EPHL", "work"),
        "injury_note": ("PHK", "minor"),
        "pupils": ("SP", "minor"),
        "outsider_involved": ("SEPL", "work"),
        "actions_taken": ("SEPH", "work"),
    },
}


@pytest.mark.parametrize("model", TABLES)
def test_every_field_is_seen_by_the_views_of_its_table_and_by_no_other(model: type[BaseModel]) -> None:
    assert {field: "".join(sorted(views)) for field, views in views_of(model).items()} == {
        field: "".join(sorted(views)) for field, (views, _) in TABLES[model].items()
    }


@pytest.mark.parametrize("model", TABLES)
def test_every_field_is_as_sensitive_as_its_table_says(model: type[BaseModel]) -> None:
    said = {field: said_of(info)["x-sensitivity"] for field, info in model.model_fields.items()}
    assert said == {field: sensitivity for field, (_, sensitivity) in TABLES[model].items()}


def test_every_field_that_an_agency_states_says_whom_it_serves() -> None:
    for kind in all_types():
        for model in filter(None, (kind.intake_model, kind.intake_model and kind.model)):
            for field, info in model.model_fields.items():
                said = said_of(info)
                assert set(said) >= {"x-views", "x-sensitivity", "x-purpose", "x-label", "x-sealed"}, (kind.name, field)
                assert said["x-purpose"]
                assert said["x-label"]
                assert said["x-sensitivity"] in get_args(Sensitivity)


def test_an_object_in_a_field_shows_something_to_every_view_of_the_field() -> None:
    """INVARIANT: a view is cut inside objects too — broken by a field of an object that says nothing of its views."""
    for kind in all_types():
        for field, views in views_of(kind.model).items() if kind.intake_model and kind.head is None else ():
            inner = item_model(kind.model, field)
            if inner is not None and field not in sealed_fields(kind.model):
                assert views <= frozenset().union(*views_of(inner).values()), (kind.name, field)
                assert all(views_of(inner).values()), (kind.name, field)


def test_nobody_is_told_a_minor_s_field_by_a_follow_up_as_it_stands() -> None:
    followers = [kind for kind in all_types() if kind.head is not None]
    assert followers
    for kind in followers:
        minors = [field for field, info in kind.model.model_fields.items() if said_of(info)["x-sensitivity"] == "minor"]
        assert all(views_of(kind.model)[field] == frozenset() for field in minors), kind.name


def test_the_caller_of_an_alarm_has_no_field() -> None:
    for kind in all_types():
        if kind.name.startswith("police."):
            assert not [field for field in kind.model.model_fields if "caller" in field or "phone" in field or "statement" in field]


def test_only_pupils_are_sealed() -> None:
    assert sealed_fields(AlarmRaised) == sealed_fields(CampusIncidentReported) == {"pupils"}
    assert sealed_fields(AlarmConcluded) == frozenset()


def test_a_code_field_names_a_list_that_has_labels() -> None:
    for kind in all_types():
        for codes in codes_of(kind.model).values():
            assert codes in LABELS


def test_labels_are_given_by_the_name_on_the_wire() -> None:
    assert labels_of(AlarmRaised)["suspect_look"] == "嫌疑人外貌"
    assert set(VIEW_LABELS) == set(ALL_VIEWS)


def test_a_view_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="no such view: X"):
        say("S X", "work", "用途", "名称")
