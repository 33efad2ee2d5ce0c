"""Sessions of people in browsers: one cookie per host name, kept as a digest; a sign-in ticket opens one session."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from infra.http.auth import Actor, Ticket
from infra.http.errors import BadCsrf, Unauthenticated
from infra.http.idempotency import queries
from infra.postgres.pool import Pool
from infra.postgres.unit_of_work import unit_of_work

COOKIE = "xietong_session"


class TicketUsed(Unauthenticated):
    """此登录链接已使用过，请索取新的链接。"""

    code = "ticket-used"
    title_en = "This sign-in link was used before, please ask for a new one"


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser. ``csrf`` stands in every form of its pages; ``ticket`` is the link that opened it."""

    actor: Actor
    csrf: str
    ticket: str
    ends: datetime

    def check_csrf(self, given: str | None) -> None:
        """BadCsrf unless the form came from one of this session's own pages."""
        if given is None or not hmac.compare_digest(given.encode(), self.csrf.encode()):
            raise BadCsrf()


async def open_session(pool: Pool, ticket: Ticket) -> str:
    """Use the ticket up and return the cookie's value; TicketUsed when it was used before."""
    secret = secrets.token_urlsafe(32)
    async with unit_of_work(pool) as uow:
        if await uow.fetchval(queries["use_ticket"], ticket.number, ticket.ends) is None:
            raise TicketUsed()
        csrf = secrets.token_urlsafe(32)
        await uow.execute(queries["start_session"], _digest(secret), ticket.actor.record(), csrf, ticket.number, ticket.ends)
    return secret


async def find_session(pool: Pool, cookie: str) -> Session | None:
    """The session of a cookie; None when it has ended or never was."""
    row = await pool.fetchrow(queries["find_session"], _digest(cookie))
    if row is None:
        return None
    return Session(Actor.of_record(row["actor"]), row["csrf"], row["ticket"], row["expires_at"])


async def end_session(pool: Pool, cookie: str) -> None:
    """Sign out: the cookie opens nothing any more."""
    async with unit_of_work(pool) as uow:
        await uow.execute(queries["end_session"], _digest(cookie))


def set_cookie(response: Response, secret: str, *, secure: bool) -> None:
    """HttpOnly and SameSite=Strict; without a domain it belongs to this host name alone."""
    response.set_cookie(COOKIE, secret, httponly=True, samesite="strict", secure=secure, path="/")


def drop_cookie(response: Response, *, secure: bool) -> None:
    """Tell the browser to forget the cookie."""
    response.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=secure, path="/")


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()
