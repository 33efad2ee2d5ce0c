"""分工反馈 and 办结: how far a desk's part is, and the lead's word that the task is done."""

from contracts.coordination import PartReported, TaskClosed
from infra.http.auth import Actor
from infra.postgres.unit_of_work import UnitOfWork
from services.chassis.answers.bodies import Answered, CloseBody, ReportBody
from services.chassis.answers.errors import AlreadyClosed, CloseAsked, NoPart, NotTheLead, Withdrawn
from services.chassis.answers.held import Held, hold_notification, hold_task, queries
from services.chassis.bureau import Bureau
from services.chassis.speech import anew

REPORTED = "bus.part.reported"
CLOSED = "bus.task.closed"


async def report_notification(bureau: Bureau, uow: UnitOfWork, actor: Actor, notification: str, body: ReportBody) -> Answered:
    """Report progress on what a notification asks for; the desk's part in the task moves with it."""
    held = await hold_notification(bureau, uow, actor, notification)
    if held.row["state"] == "withdrawn":
        raise Withdrawn()
    task = await uow.fetchval(queries["task_of_desk"], held.row["incident"], held.desk)
    await _report(held, body, task=task, notification=held.id)
    return Answered(id=held.id, state=body.progress, at=uow.now)


async def report_task(bureau: Bureau, uow: UnitOfWork, actor: Actor, task: str, body: ReportBody, *, desk: str | None) -> Answered:
    """Report progress of a desk's own part."""
    held = await hold_task(bureau, uow, actor, task, desk)
    _refuse_closed(held)
    if not held.row["takes_part"]:
        raise NoPart()
    await _report(held, body, task=held.id, notification=None)
    return Answered(id=held.id, state=body.progress, at=uow.now)


async def _report(held: Held, body: ReportBody, *, task: str | None, notification: str | None) -> None:
    data = PartReported(
        task=task,
        notification=notification,
        incident=held.row["incident"],
        number=held.row["number"],
        desk=held.desk,
        progress=body.progress,
        text=body.text or "",
        reported_at=held.uow.now,
        person=held.signing.person,
    )
    if task is not None:
        await held.uow.execute(queries["set_progress"], task, held.desk, body.progress)
    await held.say(REPORTED, data, identity=anew(held.uow.now), act="report", thing="notification" if notification else "task")


async def close_task(bureau: Bureau, uow: UnitOfWork, actor: Actor, task: str, body: CloseBody, *, desk: str | None) -> Answered:
    """Ask for 办结: only the lead does, and routing answers whether every part is done."""
    held = await hold_task(bureau, uow, actor, task, desk)
    _refuse_closed(held)
    if not held.row["leads"]:
        raise NotTheLead()
    if held.row["close_asked_at"] is not None:
        last = await uow.fetchrow(queries["last_answer"], held.id, "close", held.desk)
        raise CloseAsked.by(last["person"] if last else None, held.row["close_asked_at"])
    data = TaskClosed(
        task=held.id,
        incident=held.row["incident"],
        number=held.row["number"],
        desk=held.desk,
        outcome=body.outcome,
        closed_at=uow.now,
        person=held.signing.person,
    )
    await uow.execute(queries["ask_close"], held.id, held.desk, uow.now)
    await held.say(CLOSED, data, identity=anew(uow.now), act="close", thing="task")
    return Answered(id=held.id, state="close-asked", at=uow.now)


def _refuse_closed(held: Held) -> None:
    if held.row["closed_at"] is not None:
        raise AlreadyClosed.by((held.row["closed"] or {}).get("person"), held.row["closed_at"])
