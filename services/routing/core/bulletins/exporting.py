"""省级平台归集 (GOV-09): one closed task as the province's platform reads it. View L, nothing of any person. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.fields import said_of, wire_name
from contracts.ids import role_of
from contracts.registry import UnknownType, event_type
from services.routing.core.calendar import BEIJING
from services.routing.core.matching.views import project
from services.routing.core.model import Incident, Task

VIEW = "L"
OPEN = frozenset({"work", "public"})
"""Sensitivities of what may leave the bus in a file."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A deadline of the task as it stands now: report or close."""

    kind: str
    due: datetime | None
    met_at: datetime | None


def line_of(incident: Incident, task: Task, limits: Iterable[Limit]) -> Mapping[str, Any]:
    """What is said of a task: which kind of matter, who led and helped (roles, no units), by when; of the matter its fields of view L."""
    return {
        "task": task.id,
        "incident": incident.number,
        "type": incident.head_type,
        "title": _title(incident.head_type),
        "county": incident.county,
        "mandate": task.mandate,
        "known_at": _said(incident.first_known_at),
        "opened_at": _said(task.opened_at),
        "closed_at": _said(task.closed_at),
        "lead": role_of(task.lead),
        "parts": [{"role": role_of(part.desk), "lead": part.lead, "state": part.state} for part in task.parts],
        "limits": [
            {"duty": one.kind, "due": _said(one.due), "met_at": _said(one.met_at)}
            for one in sorted(limits, key=lambda one: (one.kind, one.due or incident.first_time))
        ],
        "facts": _facts(incident),
    }


def _title(name: str) -> str:
    try:
        return event_type(name).title
    except UnknownType:
        return name


def _facts(incident: Incident) -> Mapping[str, Any]:
    model = event_type(incident.head_type).model
    harmless = {wire_name(name, info) for name, info in model.model_fields.items() if said_of(info).get("x-sensitivity") in OPEN}
    shown, _ = project(incident.head_type, dict(incident.picture), VIEW, school=None)
    return {name: value for name, value in shown.items() if name in harmless}


def _said(at: datetime | None) -> str | None:
    return at.astimezone(BEIJING).isoformat() if at is not None else None
