"""A form as a page: what was wrong on top, everything that was filled in below."""

import secrets
from collections.abc import Sequence
from typing import Any

from fastapi import Request
from starlette.datastructures import FormData
from starlette.responses import Response

from infra.errors import XietongError
from infra.http.auth import Actor
from infra.http.errors import Forbidden
from infra.http.language import Language, page_language
from infra.http.sessions import Session
from services.chassis.alike import AlikeShape
from services.chassis.directory import schools_of
from services.chassis.pages.filing.fields import FormField
from services.chassis.pages.filing.filing import Filing, can_file, walk
from services.chassis.pages.posting import text_of
from services.chassis.pages.shell import frame_of
from services.chassis.routes.asking import bureau_of

Fault = tuple[tuple[str, str], str]
"""((anchor, label), words)."""


async def show(
    request: Request,
    session: Session,
    filing: Filing,
    *,
    form: FormData | None = None,
    error: XietongError | None = None,
    alike: Sequence[AlikeShape] | None = None,
) -> Response:
    """The form; Forbidden when none of the person's desks may state the type. ``alike``: what the unit may hold already (none: not asked)."""
    bureau, language = bureau_of(request), page_language(request)
    desks = can_file(session.actor, filing.inlet)
    if not desks:
        raise Forbidden()
    fields, on_top = filing.fields(language), filing.inlet.first
    async with bureau.picture(session.actor) as uow:
        schools = await schools_of(uow)
        frame = await frame_of(request, session, uow, desks=[one.desk for one in alike or ()])
    sent = text_of(form, "request") if form is not None else None
    words: dict[str, Any] = {
        "filing": filing,
        "first": [one for one in fields if not on_top or one.name in on_top],
        "more": [one for one in fields if on_top and one.name not in on_top],
        "values": kept(form, fields, session.actor),
        "desks": desks,
        "schools": schools,
        "request_key": sent or secrets.token_urlsafe(18),
        "error": error,
        "alike": alike,
        "faults": faults_of(error, fields, language) if error else [],
    }
    return frame.page("filing.html", status=error.status if error else 200, **words)


def faults_of(error: XietongError, fields: Sequence[FormField], language: Language) -> list[Fault]:
    """What is wrong, in the order of the form, each with the label of the nearest field."""
    known = {one.name: (place, one) for place, one in enumerate(walk(fields))}
    found: list[tuple[int, Fault]] = []
    for fault in error.fields:
        name = fault.field.removeprefix("data.")
        while name and name not in known:
            name = name.rpartition(".")[0]
        place, one = known.get(name, (len(known), None))
        where = (one.anchor, one.label) if one else ("f-" + fault.field.replace(".", "-"), fault.field)
        found.append((place, (where, fault.zh if language == "zh" else fault.en)))
    return [fault for _, fault in sorted(found, key=lambda pair: pair[0])]


def kept(form: FormData | None, fields: Sequence[FormField], actor: Actor) -> dict[str, list[str]]:
    """What stands in the inputs: what was filled in, else the defaults; a school's own desk begins with its own school."""
    if form is not None:
        return {name: [value for value in form.getlist(name) if isinstance(value, str)] for name in form}
    values: dict[str, list[str]] = {}
    for one in fields:
        default = actor.unit if one.kind == "school" and one.default is None and actor.unit.isdigit() else one.default
        if default is not None:
            items = default if isinstance(default, list) else [default]
            values[one.name] = [_shown(item) for item in items]
    return values


def _shown(item: Any) -> str:
    if isinstance(item, bool):
        return "yes" if item else "no"
    return str(item)
