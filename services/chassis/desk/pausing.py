"""办结期限暂停 at the desks that have a part in the task: it stands still, runs again, or was never let stand still."""

from contracts.coordination import TaskPaused, TaskResumed
from services.chassis.desk.case import Case
from services.chassis.desk.follow import keep_update
from services.chassis.desk.issued import queries


async def paused(case: Case, message: TaskPaused) -> None:
    """The clock of the close stands still; a lead that may not let it stand reads why."""
    said = message.model_dump(mode="json", exclude_none=True)
    await case.uow.execute(queries["pause_task"], message.task, case.desk, None if message.refused else said)
    case.mark("task", message.task, "soft" if message.refused else "quiet")
    await keep_update(case, message, at=message.paused_at)


async def resumed(case: Case, message: TaskResumed) -> None:
    """It runs again."""
    await case.uow.execute(queries["pause_task"], message.task, case.desk, None)
    case.mark("task", message.task, "quiet")
    await keep_update(case, message, at=message.resumed_at)
