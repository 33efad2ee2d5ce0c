"""协同处置 and 督办 at the desk: tasks opened and closed, escalations raised and cleared."""

from collections.abc import Sequence
from typing import Any

from contracts.coordination import EscalationCleared, EscalationRaised, ReportMissing, TaskClosed, TaskOpened
from services.chassis.desk.case import Case
from services.chassis.desk.follow import keep_update
from services.chassis.desk.issued import queries

SHOWN = ("kind", "mandate", "name", "school_id", "period", "desks")
"""What a missing report says beside the desk that owes it and its due."""


async def opened(told: Sequence[tuple[Case, TaskOpened]]) -> None:
    """Tasks, or their next versions, as each desk has a share in them."""
    case, _ = told[0]
    for put in await case.uow.fetch(queries["put_tasks"], [_task_row(*one) for one in told]):
        case.marks.add(put["desk"], "task", put["id"], "soft" if put["fresh"] else "quiet")


def _task_row(case: Case, message: TaskOpened) -> dict[str, Any]:
    with case.naming():
        return {
            "id": message.task, "desk": case.desk, "unit": case.unit, "incident": message.incident, "number": message.number,
            "status": case.envelope.status, "county": case.envelope.county, "version": message.version,
            "leads": message.lead == case.desk, "takes_part": any(part.desk == case.desk for part in message.parts),
            "message": message.model_dump(mode="json"), "opened_at": message.opened_at, "cause": case.envelope.id,
        }  # fmt: skip


async def closed(case: Case, message: TaskClosed) -> None:
    """Routing's word on a close: done for everybody, or refused for the lead that asked."""
    if message.refused is not None:
        await case.uow.execute(queries["refuse_close"], message.task, case.desk, message.refused)
        case.mark("task", message.task, "soft")
    else:
        await case.uow.execute(queries["close_task"], message.task, case.desk, message.closed_at, message.model_dump(mode="json"))
        case.mark("task", message.task, "quiet")
    await keep_update(case, message, at=message.closed_at)


async def raised(case: Case, message: EscalationRaised) -> None:
    """A duty of another desk was missed and this desk is told; the publisher is told softly."""
    await case.uow.execute(
        queries["put_escalation"],
        message.escalation, case.unit, case.desk, message.incident, message.number, case.envelope.status,
        message.late_desk, message.duty, message.model_dump(mode="json"), message.logical_at,
    )  # fmt: skip
    case.mark("escalation", message.escalation, "soft" if message.to_publisher else "loud")


async def missing(case: Case, message: ReportMissing) -> None:
    """A report of another desk did not come and this desk is told: it stands with what is overdue elsewhere until it is cleared.

    Of a cross-check a notification tells, and this is a line beside it."""
    if message.kind == "cross-check":
        await keep_update(case, message, at=case.envelope.time)
        return
    said = message.model_dump(mode="json", exclude_none=True)
    document = {
        "step": message.step,
        "due": said["due"],
        "reason": message.name,
        "event_type": case.event.name,
        "payload": {field: said[field] for field in SHOWN if said.get(field)},
    }
    await case.uow.execute(
        queries["put_escalation"],
        message.report, case.unit, case.desk, message.incident, message.number, case.envelope.status,
        message.publisher, "periodic", document, case.envelope.time,
    )  # fmt: skip
    case.mark("escalation", message.report, "soft")


async def cleared(case: Case, message: EscalationCleared) -> None:
    """The miss is over, or was none: whoever was told of it is told of this."""
    rows = await case.uow.fetch(
        queries["clear_escalations"],
        case.desk, message.escalation, message.at, message.why,
    )  # fmt: skip
    for row in rows:
        case.mark("escalation", row["id"], "quiet")
    await keep_update(case, message, at=message.at)
