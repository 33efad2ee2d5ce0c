"""The page of a crew at a gate: one large button for each person, by a form without script."""

import secrets
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from infra.errors import XietongError
from infra.http.errors import Forbidden, NotFound, Unauthenticated
from infra.http.language import page_language
from infra.http.sessions import Session
from services.chassis.guard import Board, Peak, PostKey, list_posts, read_post, records, today
from services.chassis.guard.checkin import CheckinBody, Held, check_in
from services.chassis.pages.guard.days import day_words, window_words
from services.chassis.pages.posting import Alert, alert_of, body_of, read_form, text_of
from services.chassis.pages.shell import frame_of, signed_in
from services.chassis.reading.words import clock
from services.chassis.routes.asking import bureau_of

AT_MOST = 200
SLOTS = ("police", "auxiliary", "school", "parent")
School = Annotated[str, Path(pattern=r"^[0-9]{10}$")]
Gate = Annotated[str, Path(max_length=40)]
Clock = Annotated[str, Query(pattern=r"^[0-2][0-9]:[0-5][0-9]:[0-5][0-9]$")]
router = APIRouter(prefix="/guard/checkin", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Said:
    """What the page says above its buttons: when something was recorded, or what was wrong."""

    at: str | None = None
    alert: Alert | None = None
    status: int = 200


@router.get("")
async def choose_page(request: Request) -> Response:
    """The gates of today; Forbidden for a desk that records no check-ins."""
    session, bureau = await signed_in(request), bureau_of(request)
    if records(bureau.agency, session.actor) is None:
        raise Forbidden()
    async with bureau.picture(session.actor) as uow:
        page = await list_posts(uow, Board(today(uow)), limit=AT_MOST, cursor=None)
        frame = await frame_of(request, session, uow, desks=[f"-@{line.school_id}" for line in page.items])
    now = [line for line in page.items if line.to_at > frame.now]
    words: dict[str, Any] = {
        "lines": [*now, *(line for line in page.items if line.to_at <= frame.now)],
        "window_of": window_words,
    }
    return frame.page("guard_gates.html", **words)


@router.get("/{school}/{day}/{gate}/{peak}")
async def post_page(request: Request, school: School, day: date, gate: Gate, peak: Peak, *, at: Clock | None = None) -> Response:
    """The page of one post."""
    return await _show(request, await signed_in(request), PostKey(day, school, gate, peak), Said(at))


async def _show(request: Request, session: Session, key: PostKey, said: Said) -> Response:
    bureau, actor = bureau_of(request), session.actor
    if records(bureau.agency, actor) is None:
        raise Forbidden()
    async with bureau.picture(actor) as uow:
        post = await read_post(uow, bureau.agency, actor, key)
        frame = await frame_of(request, session, uow, desks=[f"-@{key.school}"])
    words: dict[str, Any] = {
        "one": post,
        "slots": SLOTS,
        "absent": {person.ref for person in post.persons if not person.present},
        "here": {person.ref for person in post.persons if person.present},
        "request_key": lambda: secrets.token_urlsafe(18),
        "said": said,
        "alert": said.alert,
        "day": day_words(post.date, frame.language),
        "window": window_words(post),
    }
    return frame.page("guard_checkin.html", status=said.status, **words)


@router.post("/{school}/{day}/{gate}/{peak}")
async def check_in_page(request: Request, school: School, day: date, gate: Gate, peak: Peak) -> Response:
    """Somebody came or leaves; the same form sent twice is once. A phone that held it back says when it was."""
    session, bureau, key = await signed_in(request), bureau_of(request), PostKey(day, school, gate, peak)
    form = await read_form(request, session)
    try:
        async with bureau.request(session.actor) as uow:
            body, held = body_of(CheckinBody, form), body_of(Held, form) if "checked_at" in form else None
            at = await check_in(bureau, uow, session.actor, key, body, request=text_of(form, "request") or "", held=held)
    except (NotFound, Forbidden, Unauthenticated):
        raise
    except XietongError as error:
        said = Said(alert=alert_of(error, page_language(request), form, "checkin"), status=error.status)
        return await _show(request, session, key, said)
    return RedirectResponse(f"/guard/checkin/{school}/{day.isoformat()}/{gate}/{peak}?at={clock(at)}", status_code=303)
