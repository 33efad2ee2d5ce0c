"""Signing in by a link, signing out, and the switch of the language."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from infra.clock import machine_now
from infra.http.auth import Ticket, verify
from infra.http.errors import Unauthenticated
from infra.http.language import COOKIE as LANGUAGE_COOKIE
from infra.http.language import page_language
from infra.http.sessions import COOKIE, TicketUsed, drop_cookie, end_session, open_session, set_cookie
from services.chassis.directory import desk_title, names_of
from services.chassis.pages.shell import plain_page, signed_in
from services.chassis.routes.asking import bureau_of, session_of

Text = Annotated[str, Form(max_length=8192)]
router = APIRouter(include_in_schema=False)


@router.get("/login")
async def login(request: Request, ticket: Annotated[str | None, Query(max_length=8192)] = None) -> Response:
    """Who would sign in with this link. The link is used up only by the button: a preview of it does no harm."""
    if not ticket:
        return plain_page(request, "login.html", ticket=None, actor=None, desks=[])
    checked = _checked(request, ticket)
    if await _is_mine(request, checked):
        return RedirectResponse("/desk", status_code=303)
    bureau = bureau_of(request)
    async with bureau.request(checked.actor) as uow:
        names = await names_of(uow, [checked.actor.unit])
    desks = [desk_title(desk, names, page_language(request)) for desk in checked.actor.desks]
    return plain_page(request, "login.html", ticket=ticket, actor=checked.actor, desks=desks)


@router.post("/login")
async def enter(request: Request, ticket: Text) -> Response:
    """Use the ticket up and open a session in this browser."""
    checked, bureau = _checked(request, ticket), bureau_of(request)
    try:
        secret = await open_session(bureau.pool, checked)
    except TicketUsed:
        if not await _is_mine(request, checked):
            raise
        return RedirectResponse("/desk", status_code=303)
    response = RedirectResponse("/desk", status_code=303)
    set_cookie(response, secret, secure=bureau.secure)
    return response


@router.post("/logout")
async def leave(request: Request, csrf: Text) -> Response:
    """Sign out: the cookie opens nothing any more."""
    session, bureau = await signed_in(request), bureau_of(request)
    session.check_csrf(csrf)
    await end_session(bureau.pool, request.cookies[COOKIE])
    response = plain_page(request, "login.html", ticket=None, actor=None, desks=[], left=True)
    drop_cookie(response, secure=bureau.secure)
    return response


@router.post("/language")
async def switch(request: Request, language: Annotated[str, Form(pattern="^(zh|en)$")], back: Text = "/desk") -> Response:
    """Switch the language of the pages and come back to the same one."""
    inside = back.startswith("/") and not back.startswith(("//", "/\\"))
    response = RedirectResponse(back if inside else "/desk", status_code=303)
    response.set_cookie(LANGUAGE_COOKIE, language, max_age=31_536_000, samesite="strict", httponly=True, secure=bureau_of(request).secure)
    return response


def _checked(request: Request, ticket: str) -> Ticket:
    bureau = bureau_of(request)
    return verify(ticket, bureau.keys, service=bureau.service, use="ticket", now=machine_now())


async def _is_mine(request: Request, ticket: Ticket) -> bool:
    """The link that opened this browser's own session leads to the desk again."""
    try:
        session = await session_of(request)
    except Unauthenticated:
        return False
    return session is not None and session.ticket == ticket.number
