"""本校留存: what a unit keeps to itself, as a list, a form, and a count for the county's bureau."""

import json
import secrets
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from contracts.ids import role_of
from infra.clock import BEIJING
from infra.errors import XietongError
from infra.http.errors import Forbidden, Invalid, NotFound, Unauthenticated
from infra.http.idempotency import Answer, RequestKey, earlier_answer, keep_answer
from infra.http.language import Language, page_language
from infra.http.sessions import Session
from services.chassis.agency import Agency, KeptIn
from services.chassis.kept import KeptPage, NotTheKeeper, count_kept, counts_for, keep, keeper_of, list_kept, open_kept, rows_in
from services.chassis.pages.filing.fields import FormField, Shape, fields_of
from services.chassis.pages.filing.filled import Filled
from services.chassis.pages.filing.showing import faults_of, kept
from services.chassis.pages.filing.taking import checked
from services.chassis.pages.posting import body_of, read_form, text_of
from services.chassis.pages.presenting import lines_of, sealed_rows
from services.chassis.pages.shell import frame_of, signed_in
from services.chassis.reading.shapes import OpenedRow
from services.chassis.routes.asking import Cursor, bureau_of
from services.chassis.routes.notifications import OpenBody

PER_PAGE = 50
Slug = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,60}$")]
Month = Annotated[str | None, Query(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
router = APIRouter(prefix="/kept", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the list page shows beside its rows."""

    opened: OpenedRow | None = None
    error: XietongError | None = None


def matter_of(agency: Agency, slug: str) -> KeptIn:
    """The matter of an address; NotFound for one that nobody declared."""
    for matter in agency.kept:
        if matter.path == f"/{slug}":
            return matter
    raise NotFound()


@router.get("/{slug}")
async def list_page(request: Request, slug: Slug, cursor: Cursor = None, month: Month = None) -> Response:
    """The list at the unit, or the month's count at the bureau."""
    session = await signed_in(request)
    matter = matter_of(bureau_of(request).agency, slug)
    if counts_for(session.actor, matter):
        return await _count(request, session, matter, month)
    return await show_list(request, session, matter, Seen(), cursor)


async def show_list(request: Request, session: Session, matter: KeptIn, seen: Seen, cursor: str | None = None) -> Response:
    """The unit's matters, with what was opened or went wrong on top."""
    bureau, actor = bureau_of(request), session.actor
    async with bureau.picture(actor) as uow:
        page: KeptPage = await list_kept(uow, actor, matter, limit=PER_PAGE, cursor=cursor)
        frame = await frame_of(request, session, uow)
    models = (matter.model, *(row for row in rows_in(matter.model).values()))
    rows = [(one, lines_of(models, one.data, frame.language), sealed_rows(one.data)) for one in page.items]
    words: dict[str, Any] = {
        "matter": matter,
        "page": page,
        "rows": rows,
        "opened": lines_of(models, seen.opened.content, frame.language) if seen.opened else (),
        "error": seen.error,
        "today": frame.now.astimezone(BEIJING).date(),
        "may_enter": keeper_of(actor, matter) is not None,
        "may_open": any(role_of(desk) in matter.openers for desk in actor.desks),
    }
    return frame.page("kept.html", status=seen.error.status if seen.error else 200, **words)


async def _count(request: Request, session: Session, matter: KeptIn, month: str | None) -> Response:
    bureau = bureau_of(request)
    async with bureau.picture(session.actor) as uow:
        frame = await frame_of(request, session, uow)
    first = date.fromisoformat(f"{month}-01") if month else frame.now.astimezone(BEIJING).date().replace(day=1)
    found = await count_kept(bureau, session.actor, matter, first)
    return frame.page("kept_count.html", matter=matter, found=found)


@router.get("/{slug}/new")
async def form_page(request: Request, slug: Slug) -> Response:
    """The form of a new matter."""
    session = await signed_in(request)
    return await _form(request, session, matter_of(bureau_of(request).agency, slug))


async def _form(
    request: Request, session: Session, matter: KeptIn, *, form: FormData | None = None, error: XietongError | None = None
) -> Response:
    if keeper_of(session.actor, matter) is None:
        raise NotTheKeeper()
    fields = fields_in(matter, page_language(request))
    async with bureau_of(request).picture(session.actor) as uow:
        frame = await frame_of(request, session, uow)
    words: dict[str, Any] = {
        "matter": matter,
        "action": f"/kept{matter.path}/new",
        "raises": False,
        "fields": fields,
        "values": kept(form, fields, session.actor),
        "request_key": (text_of(form, "request") if form is not None else None) or secrets.token_urlsafe(18),
        "error": error,
        "faults": faults_of(error, fields, frame.language) if error else [],
    }
    return frame.page("kept_form.html", status=error.status if error else 200, **words)


def fields_in(matter: KeptIn, language: Language) -> tuple[FormField, ...]:
    """The fields of the form."""
    return fields_of(matter.model, Shape(language, defaults=matter.defaults, room={field: 1 for field in matter.model.model_fields}))


@router.post("/{slug}/new")
async def enter(request: Request, slug: Slug) -> Response:
    """Keep a new matter; back to its form when something is wrong."""
    session, bureau = await signed_in(request), bureau_of(request)
    matter = matter_of(bureau.agency, slug)
    form = await read_form(request, session)
    try:
        await _enter(request, session, matter, form)
    except (NotFound, Forbidden, Unauthenticated):
        raise
    except XietongError as error:
        return await _form(request, session, matter, form=form, error=error)
    return RedirectResponse(f"/kept{matter.path}", status_code=303)


async def _enter(request: Request, session: Session, matter: KeptIn, form: FormData) -> None:
    """The same form sent twice is one matter."""
    bureau, actor = bureau_of(request), session.actor
    filled = Filled(form, {})
    data, faults = checked(matter.model, filled.data(fields_in(matter, "zh")), prefix="data")
    if data is None or filled.faults:
        raise Invalid(fields=(*filled.faults, *faults))
    content = json.dumps(sorted((name, str(value)) for name, value in form.multi_items() if name != "csrf"), ensure_ascii=False)
    key = f"form:{text_of(form, 'request') or ''}"
    asked = RequestKey.of(unit=actor.unit, person=actor.ref, key=key, path=f"/kept{matter.path}/new", body=content.encode())
    async with bureau.request(actor) as uow:
        if await earlier_answer(uow, asked) is None:
            stored = await keep(bureau, uow, actor, matter, data)
            await keep_answer(uow, asked, Answer(201, {"id": stored.id}))


@router.post("/{slug}/{identity}/open")
async def open_page(request: Request, slug: Slug, identity: Annotated[str, Path(max_length=64)]) -> Response:
    """Open a sealed row for a purpose; the page shows it once."""
    session, bureau = await signed_in(request), bureau_of(request)
    matter = matter_of(bureau.agency, slug)
    form = await read_form(request, session)
    try:
        body = body_of(OpenBody, form)
        opened = await open_kept(bureau, session.actor, matter, identity, row=body.row, purpose=body.purpose)
    except (NotFound, Unauthenticated):
        raise
    except XietongError as error:
        return await show_list(request, session, matter, Seen(error=error))
    return await show_list(request, session, matter, Seen(opened=opened))
