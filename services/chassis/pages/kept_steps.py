"""本校留存, the steps of one matter as forms: spoken about, closed, or raised to a level that the bus must know."""

import json
import secrets
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from infra.errors import XietongError
from infra.http.errors import Invalid, NotFound, Unauthenticated
from infra.http.idempotency import Answer, RequestKey, earlier_answer, keep_answer
from infra.http.language import Language, page_language
from infra.http.sessions import Session
from infra.postgres.unit_of_work import UnitOfWork
from services.chassis.agency import KeptIn
from services.chassis.bureau import Bureau
from services.chassis.kept import NotTheKeeper, close, contact, inlet_of, keeper_of, raise_up
from services.chassis.pages.filing.fields import FormField, Shape, fields_of
from services.chassis.pages.filing.filled import Filled
from services.chassis.pages.filing.showing import faults_of, kept
from services.chassis.pages.kept import Seen, Slug, matter_of, show_list
from services.chassis.pages.posting import body_of, read_form, text_of
from services.chassis.pages.shell import frame_of, signed_in
from services.chassis.routes.asking import bureau_of
from services.chassis.routes.kept import CloseBody, ContactBody

Identity = Annotated[str, Path(max_length=64)]
Act = Callable[[UnitOfWork, Session, KeptIn, FormData], Awaitable[Any]]
router = APIRouter(prefix="/kept", include_in_schema=False)


@router.post("/{slug}/{identity}/contact")
async def contact_page(request: Request, slug: Slug, identity: Identity) -> Response:
    """Those concerned were spoken with."""

    async def act(uow: UnitOfWork, session: Session, matter: KeptIn, form: FormData) -> Any:
        return await contact(uow, session.actor, matter, identity, body_of(ContactBody, form).next_on)

    return await _step(request, slug, act)


@router.post("/{slug}/{identity}/close")
async def close_page(request: Request, slug: Slug, identity: Identity) -> Response:
    """The matter is over."""

    async def act(uow: UnitOfWork, session: Session, matter: KeptIn, form: FormData) -> Any:
        return await close(uow, session.actor, matter, identity, body_of(CloseBody, form).outcome)

    return await _step(request, slug, act)


async def _step(request: Request, slug: str, act: Act) -> Response:
    """Back to the list, with what went wrong on top."""
    session, bureau = await signed_in(request), bureau_of(request)
    matter = matter_of(bureau.agency, slug)
    form = await read_form(request, session)
    try:
        async with bureau.request(session.actor) as uow:
            await act(uow, session, matter, form)
    except (NotFound, Unauthenticated):
        raise
    except XietongError as error:
        return await show_list(request, session, matter, Seen(error=error))
    return RedirectResponse(f"/kept{matter.path}", status_code=303)


@router.get("/{slug}/{identity}/raise")
async def raise_form(request: Request, slug: Slug, identity: Identity) -> Response:
    """What the new level needs beside what the matter holds."""
    session = await signed_in(request)
    return await _form(request, session, matter_of(bureau_of(request).agency, slug), identity)


@router.post("/{slug}/{identity}/raise")
async def raise_page(request: Request, slug: Slug, identity: Identity) -> Response:
    """State it on the bus and end it here; back to the form when something is wrong. The same form sent twice is one event."""
    session, bureau = await signed_in(request), bureau_of(request)
    matter = matter_of(bureau.agency, slug)
    form = await read_form(request, session)
    try:
        event = await _raise(bureau, session, matter, identity, form=form)
    except (NotFound, Unauthenticated):
        raise
    except XietongError as error:
        return await _form(request, session, matter, identity, form=form, error=error)
    return RedirectResponse(f"/events/{event}", status_code=303)


async def _raise(bureau: Bureau, session: Session, matter: KeptIn, identity: str, *, form: FormData) -> str:
    actor, filled = session.actor, Filled(form, {})
    data = filled.data(_fields(bureau, matter, "zh"))
    if filled.faults:
        raise Invalid(fields=tuple(filled.faults))
    content = json.dumps(sorted((name, str(value)) for name, value in form.multi_items() if name != "csrf"), ensure_ascii=False)
    key = RequestKey.of(
        unit=actor.unit, person=actor.ref, key=f"form:{text_of(form, 'request') or ''}", path=f"/kept{matter.path}/{identity}/raise",
        body=content.encode(),
    )  # fmt: skip
    async with bureau.request(actor) as uow:
        answer = await earlier_answer(uow, key)
        if answer is None:
            accepted = await raise_up(bureau, uow, actor, matter, identity, data=data)
            answer = Answer(202, accepted.model_dump(mode="json"))
            await keep_answer(uow, key, answer)
    return str(answer.body["id"])


async def _form(
    request: Request, session: Session, matter: KeptIn, identity: str, *, form: FormData | None = None, error: XietongError | None = None
) -> Response:
    if keeper_of(session.actor, matter) is None:
        raise NotTheKeeper()
    bureau = bureau_of(request)
    fields = _fields(bureau, matter, page_language(request))
    async with bureau.picture(session.actor) as uow:
        frame = await frame_of(request, session, uow)
    words: dict[str, Any] = {
        "matter": matter,
        "action": f"/kept{matter.path}/{identity}/raise",
        "raises": True,
        "fields": fields,
        "values": kept(form, fields, session.actor),
        "request_key": (text_of(form, "request") if form is not None else None) or secrets.token_urlsafe(18),
        "error": error,
        "faults": faults_of(error, fields, frame.language) if error else [],
    }
    return frame.page("kept_form.html", status=error.status if error else 200, **words)


def _fields(bureau: Bureau, matter: KeptIn, language: Language) -> tuple[FormField, ...]:
    """Those of the new level that neither the matter nor the level itself answers."""
    model = inlet_of(bureau, matter).posted
    known = frozenset({*matter.carries, *matter.raised_as, "school_id"})
    return fields_of(model, Shape(language, leave_out=known, room={field: 1 for field in model.model_fields}))
