"""事由关联: one pair with what stands, and the form of a person's word; the form that links what nobody suggested."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from infra.errors import XietongError
from infra.http.auth import Actor
from infra.http.errors import Forbidden, NotFound, Unauthenticated
from infra.http.language import page_language
from infra.http.sessions import Session
from infra.postgres.unit_of_work import UnitOfWork
from services.chassis.answers.bodies import Answered
from services.chassis.bureau import Bureau
from services.chassis.linking import JoinBody, LinkBody, LinkShape, UnlinkBody, join, join_event, link, read_link, unlink
from services.chassis.pages.events import show_event
from services.chassis.pages.notification import answer_form
from services.chassis.pages.posting import Alert, alert_of, body_of, read_form, text_of
from services.chassis.pages.shell import frame_of, signed_in
from services.chassis.rights import signing
from services.chassis.routes.asking import DeskChoice, bureau_of

APART = "apart"
Identity = Annotated[str, Path(max_length=64)]
router = APIRouter(include_in_schema=False)


@router.get("/links/{identity}")
async def link_page(request: Request, identity: Identity, desk: DeskChoice = None) -> Response:
    """One pair."""
    return await show_link(request, await signed_in(request), identity, desk)


async def show_link(
    request: Request, session: Session, identity: str, desk: str | None, *, alert: Alert | None = None, status: int = 200
) -> Response:
    """The page of a pair, with what went wrong with the form."""
    bureau, actor = bureau_of(request), session.actor
    async with bureau.picture(actor) as uow:
        shape = await read_link(uow, actor, identity, desk)
        frame = await frame_of(request, session, uow, desks=desks_of([shape]))
    return frame.page("link.html", status=status, one=shape, signs=signing(actor, shape.desk) is not None, alert=alert)


def desks_of(links: list[LinkShape]) -> list[str]:
    """Every desk that the links name."""
    return [desk for one in links for desk in (one.desk, one.own.desk, one.other.desk, one.said_by) if desk is not None]


@router.post("/links/{identity}")
async def decide_page(request: Request, identity: Identity) -> Response:
    """关联 · 合并 · 不是同一件事 · 撤销关联."""
    session, bureau = await signed_in(request), bureau_of(request)
    form = await read_form(request, session)
    desk = text_of(form, "desk")
    try:
        async with bureau.request(session.actor) as uow:
            if text_of(form, "relation") == APART:
                await unlink(bureau, uow, session.actor, identity, body_of(UnlinkBody, form), desk=desk)
            else:
                await link(bureau, uow, session.actor, identity, body_of(LinkBody, form), desk=desk)
    except (NotFound, Forbidden, Unauthenticated):
        raise
    except XietongError as error:
        alert = alert_of(error, page_language(request), form, "link")
        return await show_link(request, session, identity, desk, alert=alert, status=error.status)
    return RedirectResponse(f"/links/{identity}" + (f"?desk={desk}" if desk else ""), status_code=303)


@router.post("/notifications/{notification}/link")
async def join_page(request: Request, notification: Identity) -> Response:
    """Link with another incident that the desk knows."""

    async def act(bureau: Bureau, uow: UnitOfWork, actor: Actor, identity: str, form: FormData) -> Answered:
        return await join(bureau, uow, actor, identity, body_of(JoinBody, form))

    return await answer_form(request, notification, "join", act)


@router.post("/events/{event}/link")
async def join_event_page(request: Request, event: Identity) -> Response:
    """Link what the desk stated itself with another incident that it knows."""
    session, bureau = await signed_in(request), bureau_of(request)
    form = await read_form(request, session)
    try:
        async with bureau.request(session.actor) as uow:
            await join_event(bureau, uow, session.actor, event, body_of(JoinBody, form))
    except (NotFound, Forbidden, Unauthenticated):
        raise
    except XietongError as error:
        return await show_event(request, session, event, alert=alert_of(error, page_language(request), form, "join"), status=error.status)
    return RedirectResponse(f"/events/{event}", status_code=303)
