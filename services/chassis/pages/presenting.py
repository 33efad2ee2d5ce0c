"""From what is stored to what people read: fields with labels, one-line summaries. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from contracts.places import named_schools
from contracts.registry import UnknownType, event_type
from infra.http.language import Language
from services.chassis.pages.messages import MESSAGES, text
from services.chassis.reading.shapes import DueShape, NotificationLine, UpdateShape
from services.chassis.reading.words import field_label, plain, shown_value, type_title

ARBITRATION_FIELDS = ("returned_desk", "return_reason", "return_text", "suggested_desk", "final")


@dataclass(frozen=True, slots=True)
class Line:
    """A label and what stands beside it."""

    label: str
    value: str


_TELLING = ("kind", "object", "schools", "school_id", "place_text", "place_in_school", "outcome")
"""What tells two happenings apart, in the order of a line."""


def model_of(event_name: str) -> type[BaseModel] | None:
    """The model whose fields a payload shows: the head's, for a follow-up too, but a conclusion's own."""
    try:
        kind = event_type(event_name)
        return event_type(kind.head).model if kind.head and kind.mark != "X" else kind.model
    except UnknownType:
        return None


def payload_lines(about: Sequence[str], payload: Mapping[str, Any], language: Language, names: Mapping[str, str]) -> list[Line]:
    """The fields of a view with their labels, type by type; sealed rows and the words of an arbitration have places of their own."""
    models = [model for model in map(model_of, about) if model is not None]
    owner = {field: model for model in models for field in _wire_names(model)}
    return [
        Line(field_label(owner[field], field, language), shown_value(owner[field], field, payload[field], language, names) or "—")
        for field in dict.fromkeys(field for model in models for field in _wire_names(model))
        if field in payload and not is_rows(payload[field])
    ]


def lines_of(models: Sequence[type[BaseModel]], data: Mapping[str, Any], language: Language) -> list[Line]:
    """The fields of data that is no event, with the labels of its models; sealed rows are left out."""
    owner = {field: model for model in models for field in _wire_names(model)}
    return [
        Line(field_label(owner[field], field, language), shown_value(owner[field], field, value, language, {}))
        for field, value in data.items()
        if field in owner and not is_rows(value)
    ]


def _wire_names(model: type[BaseModel]) -> list[str]:
    return [info.alias or name for name, info in model.model_fields.items()]


def is_rows(value: Any) -> bool:
    """Whether a value is a list of sealed rows (their numbers alone)."""
    return isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) and one.keys() == {"row"} for one in value)


def sealed_rows(payload: Mapping[str, Any]) -> list[str]:
    """The numbers of the sealed rows in a payload."""
    return [one["row"] for value in payload.values() if is_rows(value) for one in value]


def summary(event_name: str, payload: Mapping[str, Any], language: Language, names: Mapping[str, str]) -> str:
    """One line that tells two happenings apart: what, where, which school."""
    model = model_of(event_name)
    if model is None:
        return ""
    told = {**payload, "schools": list(named_schools(payload))} if payload.get("schools") else payload
    fields = [field for field in _TELLING if told.get(field) and field in _wire_names(model)]
    return " · ".join(shown_value(model, field, told[field], language, names) for field in fields)


def desks_in(updates: Iterable[UpdateShape]) -> list[str]:
    """The desks that updates name; those that a refusal waits for as well."""
    named = [one.message.get(name) for one in updates for name in ("desk", "from_desk", "to_desk", "new_desk")]
    awaited = [desk for one in updates for desk in str(one.message.get("refused") or "").partition(": ")[2].split(", ")]
    return [str(desk) for desk in (*named, *awaited) if desk and "@" in str(desk)]


def units_in(payload: Mapping[str, Any]) -> set[str]:
    """The units that a payload names, so that their names can be read."""
    return {unit for unit in (*named_schools(payload), str(payload.get("school_id"))) if unit.isdigit()}


def chief_due(line: NotificationLine, dues: Sequence[DueShape]) -> DueShape | None:
    """The deadline that counts now: the signature's until it is given, then the nearest of the others."""
    if line.state in ("open", "returned"):
        return next((one for one in dues if one.duty in ("ack", "ruling")), None)
    return next((one for one in dues if one.duty not in ("ack", "ruling") and one.due is not None), None)


def change_words(code: str, about: Sequence[str], language: Language) -> str:
    """What routing says has changed: ``corrected: severity, casualties`` names fields that the desk sees, ``joined: …`` and ``withdrawn: …``
    a type."""
    kind, _, named = code.partition(": ")
    if f"change-{kind}" not in MESSAGES:
        return plain(code)
    if kind in ("joined", "withdrawn"):
        return text(f"change-{kind}", language, type=type_title(named, language))
    models = [model for model in map(model_of, about) if model is not None]
    owner = {field: model for model in models for field in _wire_names(model)}
    fields = [field_label(owner[field], field, language) if field in owner else plain(field) for field in named.split(", ") if field]
    listed = text("in-brackets", language, words=("、" if language == "zh" else ", ").join(fields)) if fields else ""
    return text(f"change-{kind}", language) + listed


def parked_words(code: str, language: Language) -> str:
    """Why routing could not take an event in; a reason that only operations understand keeps its code."""
    return text(f"parked-{code}", language) if f"parked-{code}" in MESSAGES else code
