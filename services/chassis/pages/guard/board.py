"""护学岗: gate by window by slot, live; and what waits for the leader's word."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from contracts.coordination import GuardSlotState
from infra.errors import XietongError
from infra.http.errors import NotFound, Unauthenticated
from infra.http.language import page_language
from infra.http.sessions import Session
from services.chassis.guard import (
    Board,
    ConfirmBody,
    GuardLine,
    Peak,
    Which,
    confirm,
    leader_of,
    list_posts,
    records,
    rosters,
    today,
    waiting_batches,
    wrong_clocks,
)
from services.chassis.pages.guard.cells import Cell, cell_of
from services.chassis.pages.guard.days import day_words, window_words
from services.chassis.pages.posting import Alert, alert_of, body_of, read_form
from services.chassis.pages.shell import Frame, frame_of, signed_in
from services.chassis.routes.asking import Cursor, bureau_of

PER_PAGE = 100
SLOTS = ("police", "school", "parent")
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for. ``said``: the word above the board."""

    day: date | None = None
    which: Which = "all"
    peak: Peak | None = None
    cursor: str | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the board: the post and a cell for each slot."""

    line: GuardLine
    short: bool
    cells: Mapping[str, Cell | None]


@router.get("/guard")
async def guard_page(
    request: Request,
    *,
    day: Annotated[date | None, Query(alias="date")] = None,
    which: Annotated[Which, Query(alias="show")] = "all",
    peak: Peak | None = None,
    cursor: Cursor = None,
    confirmed: bool = False,
) -> Response:
    """The board."""
    return await show_board(request, await signed_in(request), Asked(day, which, peak, cursor, "guard-confirmed" if confirmed else ""))


async def show_board(request: Request, session: Session, asked: Asked, *, alert: Alert | None = None, status: int = 200) -> Response:
    """The board of a day with what waits for a leader."""
    bureau, actor = bureau_of(request), session.actor
    async with bureau.picture(actor) as uow:
        current = today(uow)
        page = await list_posts(uow, Board(asked.day or current, asked.which, asked.peak), limit=PER_PAGE, cursor=asked.cursor)
        waiting = await waiting_batches(uow, actor)
        wrong = await wrong_clocks(uow, bureau.agency, actor)
        lines = [*page.items, *(post for _, post in (*waiting, *wrong))]
        signed = [one.desk for line in lines for slot in line.slots for one in slot.signed]
        frame = await frame_of(request, session, uow, desks=[*signed, *(f"-@{line.school_id}" for line in lines)])
    words: dict[str, Any] = {
        "page": page,
        "rows": [row_of(frame, line) for line in page.items],
        "waiting": waiting,
        "wrong": wrong,
        "asked": asked,
        "day": day_words(page.date, frame.language),
        "window_of": window_words,
        "days": (("guard-today", current), ("guard-next", current + timedelta(days=1))),
        "slots": [slot for slot in SLOTS if any(slot == one.slot for line in page.items for one in line.slots)],
        "leads": leader_of(bureau.agency, actor) is not None,
        "records": records(bureau.agency, actor) is not None,
        "rosters": rosters(bureau.agency, actor) is not None,
        "alert": alert,
    }
    return frame.page("guard.html", status=status, **words)


def row_of(frame: Frame, line: GuardLine) -> Row:
    """A post with its cells."""
    by_slot: dict[str, GuardSlotState] = {one.slot: one for one in line.slots}
    cells = {slot: cell_of(frame, line, by_slot[slot]) if slot in by_slot else None for slot in SLOTS}
    return Row(line, any(cell is not None and cell.tone == "red" for cell in cells.values()), cells)


@router.post("/guard/confirm")
async def confirm_page(request: Request) -> Response:
    """A leader vouches for a late batch."""
    session, bureau = await signed_in(request), bureau_of(request)
    form = await read_form(request, session)
    try:
        async with bureau.request(session.actor) as uow:
            await confirm(bureau, uow, session.actor, body_of(ConfirmBody, form))
    except (NotFound, Unauthenticated):
        raise
    except XietongError as error:
        alert = alert_of(error, page_language(request), form, "confirm")
        return await show_board(request, session, Asked(), alert=alert, status=error.status)
    return RedirectResponse("/guard?confirmed=true", status_code=303)
