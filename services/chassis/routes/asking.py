"""Who asks which bureau: what every route depends on."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query, Request

from infra.clock import machine_now
from infra.http.auth import Actor, verify
from infra.http.errors import Unauthenticated
from infra.http.paging import MAX_LIMIT
from infra.http.sessions import COOKIE, Session, find_session
from services.chassis.bureau import Bureau

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def bureau_of(request: Request) -> Bureau:
    """The bureau that the application was made for."""
    bureau: Bureau = request.app.state.bureau
    return bureau


async def _bureau(request: Request) -> Bureau:
    """The same for a dependency: a plain function would be called in a thread of its own, for each request."""
    return bureau_of(request)


@dataclass(frozen=True, slots=True)
class Caller:
    """A signed-in person or program; ``session`` only for a browser."""

    actor: Actor
    session: Session | None


async def caller_of(request: Request) -> Caller:
    """By bearer token, else by the session cookie; a cookie's unsafe request shows the session's secret. Unauthenticated, BadCsrf."""
    bureau = bureau_of(request)
    header = request.headers.get("authorization")
    if header is not None:
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthenticated()
        ticket = verify(token.strip(), bureau.keys, service=bureau.service, use="access", now=machine_now())
        return Caller(ticket.actor, None)
    session = await session_of(request)
    if session is None:
        raise Unauthenticated()
    if request.method not in SAFE:
        session.check_csrf(request.headers.get("x-csrf-token"))
    return Caller(session.actor, session)


async def session_of(request: Request) -> Session | None:
    """The browser's session, if it has one here."""
    cookie = request.cookies.get(COOKIE)
    return await find_session(bureau_of(request).pool, cookie) if cookie else None


async def actor_of(caller: Annotated[Caller, Depends(caller_of)]) -> Actor:
    """The person who asks."""
    return caller.actor


BureauOf = Annotated[Bureau, Depends(_bureau)]
CallerOf = Annotated[Caller, Depends(caller_of)]
ActorOf = Annotated[Actor, Depends(actor_of)]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT, description="每页条数")]
Cursor = Annotated[str | None, Query(max_length=400, description="翻页标记")]
DeskChoice = Annotated[
    str | None, Query(max_length=80, pattern=r"^[a-z0-9][a-z0-9.-]*@[A-Za-z0-9-]+$", description="以哪个值守台的名义")
]
