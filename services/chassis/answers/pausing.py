"""办结期限暂停: the lead's word that its close waits for a laboratory, and that it waits no longer."""

from contracts.coordination import TaskPaused, TaskResumed
from infra.http.auth import Actor
from infra.postgres.unit_of_work import UnitOfWork
from services.chassis.answers.bodies import Answered, PauseBody
from services.chassis.answers.errors import AlreadyClosed, AlreadyPaused, NotPausable, NotPaused, NotTheLead
from services.chassis.answers.held import Held, hold_task, queries
from services.chassis.bureau import Bureau
from services.chassis.speech import anew

PAUSED, RESUMED = "bus.task.paused", "bus.task.resumed"


async def pause_task(bureau: Bureau, uow: UnitOfWork, actor: Actor, task: str, body: PauseBody, *, desk: str | None) -> Answered:
    """Let the close clock stand still, where the mandate says that it may; nothing else pauses. Routing has the last word."""
    held = await _led(bureau, uow, actor, task, desk)
    if body.reason not in (held.row["pauses"] or ()):
        raise NotPausable()
    if held.row["paused"] is not None:
        raise AlreadyPaused.by(held.row["paused"].get("person"), uow.now.fromisoformat(held.row["paused"]["paused_at"]))
    data = TaskPaused(
        task=held.id, incident=held.row["incident"], number=held.row["number"], desk=held.desk, reason=body.reason, lab=body.lab,
        paused_at=uow.now, person=held.signing.person,
    )  # fmt: skip
    await uow.execute(queries["set_paused"], held.id, held.desk, data.model_dump(mode="json", exclude_none=True))
    await held.say(PAUSED, data, identity=anew(uow.now), act="pause", thing="task")
    return Answered(id=held.id, state="paused", at=uow.now)


async def resume_task(bureau: Bureau, uow: UnitOfWork, actor: Actor, task: str, *, desk: str | None) -> Answered:
    """What was waited for is there: the clock runs on."""
    held = await _led(bureau, uow, actor, task, desk)
    if held.row["paused"] is None:
        raise NotPaused()
    data = TaskResumed(
        task=held.id, incident=held.row["incident"], number=held.row["number"], desk=held.desk, resumed_at=uow.now,
        person=held.signing.person,
    )  # fmt: skip
    await uow.execute(queries["set_paused"], held.id, held.desk, None)
    await held.say(RESUMED, data, identity=anew(uow.now), act="resume", thing="task")
    return Answered(id=held.id, state="resumed", at=uow.now)


async def _led(bureau: Bureau, uow: UnitOfWork, actor: Actor, task: str, desk: str | None) -> Held:
    held = await hold_task(bureau, uow, actor, task, desk)
    if held.row["closed_at"] is not None:
        raise AlreadyClosed.by((held.row["closed"] or {}).get("person"), held.row["closed_at"])
    if not held.row["leads"]:
        raise NotTheLead()
    return held
