"""协同处置任务 and 督办 pages."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from infra.errors import XietongError
from infra.http.auth import Actor
from infra.http.errors import Forbidden, NotFound, Unauthenticated
from infra.http.language import page_language
from infra.http.sessions import Session
from infra.postgres.unit_of_work import UnitOfWork
from services.chassis.answers.after import follow_up_task, rate_task, sides_of
from services.chassis.answers.bodies import Answered, CloseBody, FollowUpBody, PauseBody, RateBody, ReportBody
from services.chassis.answers.pausing import pause_task, resume_task
from services.chassis.answers.work import close_task, report_task
from services.chassis.bureau import Bureau
from services.chassis.pages.posting import Alert, alert_of, body_of, read_form, text_of
from services.chassis.pages.presenting import desks_in, payload_lines, summary, units_in
from services.chassis.pages.shell import frame_of, signed_in
from services.chassis.pages.timeline import refusal_words, timeline
from services.chassis.reading.shapes import AnswerShape, TaskShape
from services.chassis.reading.tasks import read_escalation, read_task
from services.chassis.rights import signing
from services.chassis.routes.asking import DeskChoice, bureau_of

Identity = Annotated[str, Path(max_length=64)]
Act = Literal["report", "close", "pause", "resume", "rate", "follow-up"]
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
    async with bureau.picture(actor) as uow:
        shape, answers, updates = await read_task(uow, actor, task, desk)
        named = [shape.desk, shape.lead, *(part["desk"] for part in shape.parts), *desks_in(updates)]
        frame = await frame_of(request, session, uow, desks=named)
    words: dict[str, Any] = {
        "one": shape,
        "moments": timeline(answers, updates, frame.language, shape.desk, title=frame.title),
        "signs": signing(actor, shape.desk) is not None,
        "alert": alert,
        "refused": refusal_words(shape.refused or "", frame.language, frame.title),
        "ends": {part["desk"]: part["state"] for part in (shape.closed or {}).get("parts", ())},
        "unrated": unrated(shape, answers),
    }
    return frame.page("task.html", status=status, **words)


def unrated(shape: TaskShape, answers: Sequence[AnswerShape]) -> list[str]:
    """The desks of the other side that this one has not rated yet."""
    closed = shape.closed or {}
    rated = {answer.document["of_desk"] for answer in answers if answer.act == "rate"}
    sides = sides_of(shape.desk, shape.leads, closed.get("parts", ())) if closed.get("rating") and shape.takes_part else []
    return [desk for desk in sides if desk not in rated]


@router.post("/tasks/{task}/{act}")
async def act_page(request: Request, task: Identity, act: Act) -> Response:
    """反馈 of the desk's part, 办结, its pause, 互评 and 回访: back to the page, or the page with what went wrong and the input kept."""
    session, bureau = await signed_in(request), bureau_of(request)
    form = await read_form(request, session)
    desk = text_of(form, "desk")
    try:
        async with bureau.request(session.actor) as uow:
            await _do(bureau, uow, session.actor, task, act=act, form=form)
    except (NotFound, Forbidden, Unauthenticated):
        raise
    except XietongError as error:
        alert = alert_of(error, page_language(request), form, act)
        return await show_task(request, session, task, desk, alert=alert, status=error.status)
    return RedirectResponse(f"/tasks/{task}" + (f"?desk={desk}" if desk else ""), status_code=303)


async def _do(bureau: Bureau, uow: UnitOfWork, actor: Actor, task: str, *, act: Act, form: FormData) -> Answered:
    desk = text_of(form, "desk")
    match act:
        case "report":
            return await report_task(bureau, uow, actor, task, body_of(ReportBody, form), desk=desk)
        case "close":
            return await close_task(bureau, uow, actor, task, body_of(CloseBody, form), desk=desk)
        case "pause":
            return await pause_task(bureau, uow, actor, task, body_of(PauseBody, form), desk=desk)
        case "resume":
            return await resume_task(bureau, uow, actor, task, desk=desk)
        case "rate":
            return await rate_task(bureau, uow, actor, task, body_of(RateBody, form), desk=desk)
        case "follow-up":
            return await follow_up_task(bureau, uow, actor, task, body_of(FollowUpBody, form), desk=desk)


@router.get("/escalations/{escalation}")
async def escalation_page(request: Request, escalation: Identity) -> Response:
    """One escalation: who is late with what, since when."""
    session, bureau = await signed_in(request), bureau_of(request)
    async with bureau.picture(session.actor) as uow:
        shape, updates = await read_escalation(uow, session.actor, escalation)
        units = [f"-@{unit}" for unit in units_in(shape.payload)]
        frame = await frame_of(request, session, uow, desks=[shape.desk, shape.late_desk, *desks_in(updates), *units])
    return frame.page(
        "escalation.html",
        one=shape,
        matter=summary(shape.event_type, shape.payload, frame.language, frame.names),
        lines=payload_lines([shape.event_type], shape.payload, frame.language, frame.names),
        moments=timeline((), updates, frame.language, title=frame.title),
    )
