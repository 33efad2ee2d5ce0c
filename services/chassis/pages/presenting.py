"""From what is stored to what people read: fields with labels, one-line summaries, a timeline. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from contracts.places import named_schools
from contracts.registry import UnknownType, event_type
from infra.http.language import Language
from services.chassis.pages.messages import MESSAGES, text
from services.chassis.reading.shapes import AnswerShape, DueShape, NotificationLine, UpdateShape
from services.chassis.reading.words import code_label, field_label, plain, shown_value, type_title

ARBITRATION_FIELDS = ("returned_desk", "return_reason", "return_text", "suggested_desk", "final")
_SAID: Mapping[str, str] = {
    "bus.notification.acknowledged": "said-acknowledged",
    "bus.notification.returned": "said-returned",
    "bus.notification.delivered": "said-delivered",
    "bus.part.reported": "said-reported",
    "bus.duty.missed": "said-missed",
    "bus.task.closed": "said-closed",
    "bus.arbitration.ruled": "said-ruled",
    "bus.task.rated": "said-rated",
    "bus.task.followed-up": "said-followed-up",
    "bus.task.paused": "said-paused",
    "bus.task.resumed": "said-resumed",
    "bus.handover.refused": "said-refused",
    "bus.handover.accepted": "said-accepted",
    "bus.escalation.cleared": "said-cleared",
    "bus.part.reassigned": "said-reassigned",
    "bus.desk.uncovered": "said-uncovered",
    "bus.message.parked": "said-parked",
    "bus.calendar.missing": "said-calendar",
    "bus.link.suggested": "said-suggested",
    "bus.link.lapsed": "said-lapsed",
    "bus.incident.linked": "said-linked",
    "bus.incident.unlinked": "said-unlinked",
    "bus.incident.triaged": "said-triaged",
}
_ACTS: Mapping[str, str] = {
    "acknowledge": "said-acknowledged",
    "return": "said-returned",
    "report": "said-reported",
    "close": "said-closed",
    "ruling": "said-ruled",
    "link": "said-linked",
    "unlink": "said-unlinked",
    "triage": "said-triaged",
    "rate": "said-rated",
    "follow-up": "said-followed-up",
    "pause": "said-paused",
    "resume": "said-resumed",
    "handover-refuse": "said-refused",
    "handover-accept": "said-accepted",
}

_REFUSALS: Mapping[str, str] = {"linked": "link_refusal", "triaged_at": "triage_refusal"}
"""Field of a message → the list that its refusal is a code of."""
_REFUSED: Mapping[str, str] = {
    "not-the-lead": "refused-lead",
    "open-parts": "refused-parts",
    "not-pausable": "refused-rule",
    "paused-already": "refused-again",
    "not-paused": "refused-running",
    "close-done": "refused-done",
    "close-missed": "refused-missed",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A label and what stands beside it."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a timeline. ``desk`` may be empty."""

    at: datetime
    desk: str
    who: str
    what: str
    detail: str


Title = Callable[[str], str]
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


def timeline(
    answers: Iterable[AnswerShape], updates: Iterable[UpdateShape], language: Language, own_desk: str = "", *, title: Title = str
) -> list[Moment]:
    """What this desk and the others did, in order. ``title``: how a desk is called."""
    own = [
        Moment(one.at, own_desk, one.person.shown, text(_ACTS.get(one.act, "said-other"), language), _detail(one.document, language, title))
        for one in answers
    ]
    others = [
        Moment(
            one.at,
            str(one.message.get("desk") or one.message.get("to_desk") or ""),
            str((one.message.get("person") or {}).get("shown", "")),
            text(_SAID[one.name], language) if one.name in _SAID else type_title(one.name, language),
            _detail(one.message, language, title),
        )
        for one in updates
    ]
    return sorted([*own, *others], key=lambda moment: moment.at)


def _detail(message: Mapping[str, Any], language: Language, title: Title) -> str:
    """The words of an act: its code, then what was written."""
    lists = (("progress", "progress"), ("ruling", "ruling"), ("duty", "duty_kind"), ("why", "cleared_why"), ("relation", "link_relation"))
    parts = [code_label(listed, str(message[field]), language) for field, listed in lists if message.get(field)]
    if "reason" in message and "lab" in message:
        parts.append(code_label("pause_reason", str(message["reason"]), language))
    elif "reason" in message and "suggested_desk" in message:
        parts.append(code_label("return_reason", str(message["reason"]), language))
    elif "reason" in message and "handover" in message:
        parts.append(code_label("handover_refusal", str(message["reason"]), language))
    elif message.get("reason"):
        parts.append(str(message["reason"]))
    if message.get("refused"):
        refused, listed = str(message["refused"]), next((of for field, of in _REFUSALS.items() if field in message), None)
        parts.append(code_label(listed, refused, language) if listed is not None else refusal_words(refused, language, title))
    parts += [str(one) for one in (*message.get("schools", ()), message.get("mandate")) if one] if "triaged_at" in message else []
    parts += [str(message[field]) for field in ("name", "followed_on", "text", "outcome", "lab", "score") if message.get(field)]
    return " · ".join(parts)


def refusal_words(code: str, language: Language, title: Title = str) -> str:
    """Why routing did not do what the lead asked: ``open-parts: …`` names the desks that are waited for. ``title``: how a desk is called."""
    why, _, desks = code.partition(": ")
    named = ("、" if language == "zh" else ", ").join(map(title, desks.split(", "))) if desks else ""
    return text(_REFUSED[why], language, desks=named) if why in _REFUSED else code


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
