"""协同处置任务 and 督办 pages."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import RedirectResponse, Response

from infra.errors import XietongError
from infra.http.errors import Forbidden, NotFound, Unauthenticated
from infra.http.language import page_language
from infra.http.sessions import Session
from services.chassis.answers.bodies import CloseBody, ReportBody
from services.chassis.answers.work import close_task, report_task
from services.chassis.pages.posting import Alert, alert_of, body_of, read_form, text_of
from services.chassis.pages.presenting import payload_lines, summary, timeline, units_in
from services.chassis.pages.shell import frame_of, signed_in
from services.chassis.reading.shapes import UpdateShape
from services.chassis.reading.tasks import read_escalation, read_task
from services.chassis.rights import signing
from services.chassis.routes.asking import DeskChoice, bureau_of

Identity = Annotated[str, Path(max_length=64)]
router = APIRouter(include_in_schema=False)


@router.get("/tasks/{task}")
async def task_page(request: Request, task: Identity, desk: DeskChoice = None) -> Response:
    """One joint task."""
    return await show_task(request, await signed_in(request), task, desk)


async def show_task(
    request: Request, session: Session, task: str, desk: str | None, *, alert: Alert | None = None, status: int = 200
) -> Response:
    """The page of a desk's share in a task."""
    bureau, actor = bureau_of(request), session.actor
    async with bureau.request(actor) as uow:
        shape, updates = await read_task(uow, actor, task, desk)
        named = [shape.desk, shape.lead, *(part["desk"] for part in shape.parts), *_desks(updates)]
        frame = await frame_of(request, session, uow, desks=named)
    moments = timeline((), updates, frame.language)
    return frame.page("task.html", status=status, one=shape, moments=moments, signs=signing(actor, shape.desk) is not None, alert=alert)


@router.post("/tasks/{task}/report")
async def report_page(request: Request, task: Identity) -> Response:
    """反馈 of the desk's part."""
    return await _answer(request, task, "report")


@router.post("/tasks/{task}/close")
async def close_page(request: Request, task: Identity) -> Response:
    """办结."""
    return await _answer(request, task, "close")


async def _answer(request: Request, task: str, what: str) -> Response:
    session, bureau = await signed_in(request), bureau_of(request)
    form = await read_form(request, session)
    desk = text_of(form, "desk")
    try:
        async with bureau.request(session.actor) as uow:
            if what == "report":
                await report_task(bureau, uow, session.actor, task, body_of(ReportBody, form), desk=desk)
            else:
                await close_task(bureau, uow, session.actor, task, body_of(CloseBody, form), desk=desk)
    except (NotFound, Forbidden, Unauthenticated):
        raise
    except XietongError as error:
        alert = alert_of(error, page_language(request), form, what)
        return await show_task(request, session, task, desk, alert=alert, status=error.status)
    return RedirectResponse(f"/tasks/{task}" + (f"?desk={desk}" if desk else ""), status_code=303)


@router.get("/escalations/{escalation}")
async def escalation_page(request: Request, escalation: Identity) -> Response:
    """One escalation: who is late with what, since when."""
    session, bureau = await signed_in(request), bureau_of(request)
    async with bureau.request(session.actor) as uow:
        shape, updates = await read_escalation(uow, session.actor, escalation)
        units = [f"-@{unit}" for unit in units_in(shape.payload)]
        frame = await frame_of(request, session, uow, desks=[shape.desk, shape.late_desk, *_desks(updates), *units])
    return frame.page(
        "escalation.html",
        one=shape,
        matter=summary(shape.event_type, shape.payload, frame.language, frame.names),
        lines=payload_lines([shape.event_type], shape.payload, frame.language, frame.names),
        moments=timeline((), updates, frame.language),
    )


def _desks(updates: list[UpdateShape]) -> list[str]:
    named = [update.message.get(name) for update in updates for name in ("desk", "from_desk", "to_desk", "new_desk")]
    return [str(desk) for desk in named if desk and "@" in str(desk)]
