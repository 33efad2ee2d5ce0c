"""The bus's own events: what orders them, who answers with them, what they never hold."""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from contracts.refusals import refusals
from contracts.registry import all_types, event_type
from services.chassis.desk import DeskHandlers
from tests.unit.contracts.stating import golden
from topics.catalogue import Catalogue

CATALOGUE = Catalogue.load()
ANSWERS = {event for topic in CATALOGUE.topics() if topic.name == CATALOGUE.answers_of("police") for event in topic.events}
TOLD = {event for topic in CATALOGUE.topics() if topic.name == CATALOGUE.to_service("police") for event in topic.events}
NEW_ANSWERS = {
    "bus.handover.accepted", "bus.handover.refused", "bus.incident.linked", "bus.incident.unlinked",
    "bus.task.rated", "bus.task.followed-up", "bus.task.paused", "bus.task.resumed",
}  # fmt: skip


def read(name: str, data: dict[str, Any]) -> BaseModel:
    return event_type(name).model.model_validate(data)


def refused(name: str, data: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(ValidationError) as error:
        read(name, data)
    return {one.field: one.code for one in refusals(error.value)}


def test_whatever_a_desk_is_told_it_takes_in() -> None:
    assert TOLD | {"bus.directory.changed"} == DeskHandlers.accepts


def test_whatever_a_desk_answers_names_its_desk_its_incident_and_a_person() -> None:
    assert NEW_ANSWERS <= ANSWERS & TOLD
    for name in NEW_ANSWERS:
        fields = event_type(name).model.model_fields
        assert all(fields[field].is_required() for field in ("desk", "incident", "person")), name


@pytest.mark.parametrize(
    ("name", "file", "key"),
    [
        ("bus.report.missing", "cross-check", "incident"),
        ("bus.guard-gap.opened", "live", "incident"),
        ("bus.guard-gap.filled", "substitute", "incident"),
        ("bus.guard-gap.voided", "offline-batch", "incident"),
        ("bus.guard-post.changed", "short", "post"),
        ("bus.guard-batch.confirmed", "too-late", "batch_no"),
        ("bus.handover.completed", "both-sides", "incident"),
        ("bus.drill.suspended", "real-alarm", "incident"),
        ("bus.incident.linked", "same", "incident"),
        ("bus.calendar.loaded", "2027", "calendar"),
        ("bus.pack.activated", "county", "pack"),
        ("bus.pack.refused", "loosened", "pack"),
        ("bus.sla-report.published", "county", "report"),
    ],
)
def test_what_it_belongs_to_orders_it(name: str, file: str, key: str) -> None:
    data = golden(name, file)
    assert event_type(name).key(read(name, data)) == data[key]


@pytest.mark.parametrize(
    ("name", "file", "change", "code"),
    [
        ("bus.handover.offered", "to-another-city", {"awaited": []}, {"awaited": "too-short"}),
        ("bus.handover.refused", "not-ours", {"text": "家长13800138000"}, {"text": "personal-number-in-text"}),
        ("bus.handover.refused", "not-ours", {"reason": "busy"}, {"reason": "literal-error"}),
        ("bus.task.rated", "by-the-lead", {"score": 6}, {"score": "less-than-equal"}),
        ("bus.task.rated", "by-the-lead", {"score": 0}, {"score": "greater-than-equal"}),
        ("bus.task.followed-up", "after-a-week", {"text": "家长13800138000"}, {"text": "personal-number-in-text"}),
        ("bus.task.paused", "lab-result", {"reason": "holiday"}, {"reason": "literal-error"}),
        ("bus.task.paused", "lab-result", {"lab": " "}, {"lab": "blank-text"}),
        ("bus.incident.linked", "same", {"text": " "}, {"text": "blank-text"}),
        ("bus.guard-gap.opened", "live", {"slot": "teacher"}, {"slot": "literal-error"}),
        ("bus.guard-gap.opened", "live", {"present": -1}, {"present": "greater-than-equal"}),
        ("bus.guard-gap.opened", "live", {"date": "2026-9-21"}, {"date": "day-not-iso"}),
        ("bus.sla-report.published", "county", {"month": "2026-13"}, {"month": "string-pattern-mismatch"}),
    ],
)
def test_what_makes_no_sense_is_refused(name: str, file: str, change: dict[str, Any], code: dict[str, str]) -> None:
    assert refused(name, golden(name, file) | change) == code


def test_no_event_of_the_bus_has_a_field_for_a_pupil() -> None:
    for kind in all_types():
        if kind.name.startswith("bus."):
            assert not {"pupil", "pupils", "child", "phone"} & set(kind.model.model_fields), kind.name
