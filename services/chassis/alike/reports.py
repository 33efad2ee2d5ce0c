"""Rows and drafts as reports that can be held against each other. Pure, but for the codes of the schools' communities, which are given."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from contracts.ids import time_of, unit_of
from contracts.matters import Matter, Report
from contracts.places import SCHOOL_ID, schools_of
from contracts.registry import event_type
from infra.postgres.pool import Row
from services.chassis.alike.shapes import Draft

PLACED = frozenset({"schools", "school_id", "scope", "place_point"})
"""Fields that say where something is."""


@dataclass(frozen=True, slots=True)
class Known:
    """A row of the unit, with what it says now."""

    desk: str
    incident: str | None
    number: str | None
    report: Report
    notification: str | None = None
    event: str | None = None


def comparable(matters: Iterable[Matter], draft: Draft) -> Mapping[str, Any]:
    """Those fields of a draft that are compared and right by themselves, as JSON values; the others say nothing yet."""
    kind = event_type(draft.type)
    told = {one.field for matter in matters for one in matter.statements if one.type == draft.type and one.field}
    fields = _fields(kind.intake_model or kind.model)
    found = {name: _right(fields[name], draft.data[name]) for name in (PLACED | told) & fields.keys() & draft.data.keys()}
    return {name: value for name, value in found.items() if value is not None}


@cache
def _fields(model: type[BaseModel]) -> Mapping[str, TypeAdapter[Any]]:
    """The fields of a model by their names on the wire, each checked by itself."""
    return {info.alias or name: _adapter(info) for name, info in model.model_fields.items()}


def _adapter(info: FieldInfo) -> TypeAdapter[Any]:
    kind: Any = Annotated[(info.annotation, *info.metadata)] if info.metadata else info.annotation
    return TypeAdapter(kind)


def _right(adapter: TypeAdapter[Any], value: Any) -> Any:
    try:
        return adapter.dump_python(adapter.validate_python(value), mode="json", by_alias=True, exclude_none=True)
    except ValidationError:
        return None


def report_of(draft: Draft, data: Mapping[str, Any], unit: str) -> Report:
    """A draft of a unit, without the communities of its schools."""
    return _report(draft.type, data, (draft.known_at, draft.time), draft.place_code, unit)


def told(row: Row, types: frozenset[str]) -> Known:
    """A notification. Its incident began at the moment in its id, whatever was said of it since."""
    event = row["event"]
    name = next((one for one in (*(row["about"] or ()), row["event_name"]) if one in types), row["event_name"])
    began = time_of(row["incident"])
    times = min(datetime.fromisoformat(event["known_at"]), began), began
    report = _report(name, row["data"], times, event.get("place_code"), unit_of(event.get("publisher") or ""))
    return Known(row["desk"], row["incident"], row["number"], report, notification=row["id"])


def filed(row: Row) -> Known | None:
    """An own event as it stands after what was said since; none when that took it back."""
    data = dict(row["data"])
    for later in row["since"]:
        mark = event_type(later["name"]).mark
        if mark == "W":
            return None
        data |= _said(mark, later["data"])
    data = {field: value for field, value in data.items() if value is not None}
    envelope = row["envelope"]
    times = datetime.fromisoformat(envelope["known_at"]), datetime.fromisoformat(envelope["time"])
    report = _report(row["name"], data, times, envelope.get("place_code"), unit_of(row["desk"]))
    return Known(row["desk"], row["incident"], row["number"], report, event=row["id"])


def _said(mark: str | None, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields that a follow-up says anew."""
    match mark:
        case "C":
            return {field: change.get("new") for field, change in data.get("changes", {}).items()}
        case "L":
            return {data["field"]: data["to"]}
        case "S":
            return dict(data.get("added", {}))
        case _:
            return {}


def _report(name: str, data: Mapping[str, Any], times: tuple[datetime, datetime], place: str | None, unit: str) -> Report:
    """A school that names none speaks of itself."""
    itself = (unit,) if len(unit) == SCHOOL_ID and unit.isdigit() else ()
    return Report(name, data, *times, frozenset(schools_of(data) or itself), frozenset({place} if place else ()))
