"""Forms of the pages: read, checked for the session's secret, and turned into the same bodies as the API's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile

from contracts.refusals import refusals
from infra.errors import XietongError
from infra.http.errors import BadRequest, FieldFault, Invalid
from infra.http.language import Language
from infra.http.sessions import Session
from services.chassis.pages.messages import text

Model = TypeVar("Model", bound=BaseModel)
MAX_FIELDS = 400
LABELS: Mapping[str, Mapping[str, str]] = {
    "return": {"reason": "return-reason", "text": "return-text", "suggested_desk": "suggested-desk"},
    "refuse-handover": {"reason": "refuse-reason", "text": "refuse-text"},
    "ruling": {"ruling": "ruling", "new_desk": "new-desk", "reason": "ruling-reason"},
    "triage": {"schools": "triage-schools", "mandate": "triage-mandate", "reason": "triage-reason"},
    "open": {"purpose": "purpose"},
    "report": {"progress": "progress", "text": "report-text"},
    "close": {"outcome": "outcome"},
    "pause": {"lab": "lab"},
    "rate": {"of_desk": "rate-whom", "score": "score"},
    "follow-up": {"followed_on": "followed-on", "text": "followed-text"},
    "link": {"relation": "link", "text": "link-text"},
    "join": {"number": "link-join-number", "relation": "link", "text": "link-text"},
}
"""Form → field → the words that stand at it."""


@dataclass(frozen=True, slots=True)
class Alert:
    """What went wrong with a form, and what was in it: shown above the form, which keeps its input."""

    title: str
    faults: tuple[tuple[str, str], ...] = ()
    kept: Mapping[str, str] = field(default_factory=dict)
    form: str = ""


async def read_form(request: Request, session: Session) -> FormData:
    """The fields of a posted form. BadRequest for something else than a form, BadCsrf for a form of another page."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        raise BadRequest()
    form = await request.form(max_files=0, max_fields=MAX_FIELDS)
    session.check_csrf(text_of(form, "csrf"))
    return form


def text_of(form: FormData, name: str) -> str | None:
    """A field's text without blanks around it; None when it is empty or absent."""
    value = form.get(name)
    if value is None or isinstance(value, UploadFile):
        return None
    return value.strip() or None


def body_of(model: type[Model], form: FormData, *flags: str, **read: object) -> Model:
    """A body from the fields that are filled in; ``flags`` are tick boxes, ``read`` what is no single text. Invalid names the fields."""
    stated: dict[str, object] = {name: text for name in model.model_fields if (text := text_of(form, name)) is not None}
    stated.update({flag: flag in form for flag in flags} | read)
    try:
        return model.model_validate(stated)
    except ValidationError as error:
        raise Invalid(fields=tuple(FieldFault(one.field, one.zh, one.en, one.code) for one in refusals(error))) from error


def alert_of(error: XietongError, language: Language, form: FormData, name: str) -> Alert:
    """The alert of a refused form."""
    faults = tuple((_named(name, one.field, language), one.zh if language == "zh" else one.en) for one in error.fields)
    kept = {key: value for key, value in form.multi_items() if isinstance(value, str) and key != "csrf"}
    return Alert(error.zh if language == "zh" else error.en, faults, kept, name)


def _named(form: str, field: str, language: Language) -> str:
    """A field by the words that stand at it; an item of a list by those of the list."""
    key = LABELS.get(form, {}).get(field.partition(".")[0])
    return text(key, language) if key else field
