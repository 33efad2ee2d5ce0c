"""值守台: what waits, by time left; what is overdue elsewhere; what this desk still has to do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from services.chassis.linking import open_suggestions
from services.chassis.pages.presenting import summary, units_in
from services.chassis.pages.shell import Frame, frame_of, signed_in
from services.chassis.pages.timeline import timeline
from services.chassis.reading.events import platform_words
from services.chassis.reading.notifications import NEAR, Which, counts, list_notifications
from services.chassis.reading.shapes import NotificationLine
from services.chassis.reading.tasks import open_escalations, open_tasks, to_rate
from services.chassis.routes.asking import Cursor, bureau_of

PER_PAGE, BESIDE = 50, 20
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A line of the list as the page shows it. ``loud``: it rings until somebody opens it."""

    line: NotificationLine
    matter: str
    due: datetime | None
    words: str
    overdue: bool
    near: bool
    loud: bool


@router.get("/")
async def root() -> Response:
    """The desk is the front page."""
    return RedirectResponse("/desk", status_code=303)


@router.get("/desk")
async def desk(
    request: Request, which: Annotated[Which, Query(alias="show")] = "open", cursor: Cursor = None, pause: bool = False
) -> Response:
    """The desk page."""
    session, bureau = await signed_in(request), bureau_of(request)
    actor = session.actor
    async with bureau.picture(actor) as uow:
        page = await list_notifications(uow, actor, which, limit=PER_PAGE, cursor=cursor)
        numbers = await counts(uow, actor)
        escalations = await open_escalations(uow, actor, BESIDE)
        tasks = await open_tasks(uow, actor, BESIDE)
        unrated = await to_rate(uow, actor, BESIDE)
        told = await platform_words(uow, actor, BESIDE)
        suggestions = (await open_suggestions(uow, actor, BESIDE)).items
        named = [*(one.desk for one in page.items), *(one.late_desk for one in escalations), *(one.desk for one in tasks)]
        named += [desk for one in suggestions for desk in (one.desk, one.other.desk)]
        named += [desk for one in unrated for desk in (one.desk, *one.of_desks)]
        units = set().union(*(units_in(one.payload) for one in page.items))
        frame = await frame_of(request, session, uow, desks=[*named, *(f"-@{unit}" for unit in units)])
    words: dict[str, Any] = {
        "rows": [row_of(frame, line) for line in page.items],
        "next_cursor": page.next_cursor,
        "numbers": numbers,
        "escalations": escalations,
        "tasks": tasks,
        "unrated": unrated,
        "suggestions": suggestions,
        "told": timeline((), told, frame.language),
        "which": which,
        "pause": pause,
        "several": len({line.desk for line in page.items}) > 1,
    }
    return frame.page("desk.html", **words)


def row_of(frame: Frame, line: NotificationLine) -> DeskRow:
    """A list line with its matter and its time left."""
    due = line.ack_due if line.state in ("open", "returned") else None
    seconds = (due - frame.now).total_seconds() if due else None
    allowed = (due - line.delivered_at).total_seconds() if due else 0.0
    words = next((form.words if frame.language == "zh" else form.form for form in line.forms if form.duty == "ack"), "")
    return DeskRow(
        line=line,
        matter=summary(line.event_name, line.payload, frame.language, frame.names),
        due=due,
        words=words,
        overdue=seconds is not None and seconds < 0,
        near=seconds is not None and 0 <= seconds < NEAR * allowed,
        loud=line.state == "open" and line.colour == "red",
    )
