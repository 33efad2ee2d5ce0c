"""What others did, as it reaches this desk: decisions on own events, answers handed on, the directory."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from contracts.coordination import (
    ArbitrationRuled,
    CalendarMissing,
    DecisionMade,
    DeskUncovered,
    DutyMissed,
    IncidentTriaged,
    MessageParked,
    NotificationAcknowledged,
    NotificationDelivered,
    NotificationReturned,
    PartReassigned,
    PartReported,
    UnitRecord,
)
from infra.postgres.unit_of_work import UnitOfWork
from services.chassis.desk.case import Case
from services.chassis.desk.issued import queries


async def keep_update(case: Case, message: BaseModel, *, at: datetime) -> None:
    """One line more on the timeline of the incident at this desk, written at the end of the batch; it rings quietly."""
    said = message.model_dump(mode="json")
    case.lines.append((case.envelope.source, case.envelope.id, case.desk, case.unit, case.incident, case.event.name, at, said))
    case.mark("update", case.incident, "quiet")


async def write_lines(uow: UnitOfWork, lines: Sequence[tuple[Any, ...]]) -> None:
    """The lines that a batch leaves on timelines."""
    if lines:
        await uow.execute(queries["put_updates"], *map(list, zip(*lines, strict=True)), uow.now)


async def decided(told: Sequence[tuple[Case, DecisionMade]]) -> None:
    """研判结果 of own events: they need no sending again, and their pages show who is told."""
    case, _ = told[0]
    rows = [
        {
            "id": message.event_id, "source": message.event_source, "decision": message.model_dump(mode="json"),
            "incident": message.incident, "number": message.number,
        }
        for _, message in told
    ]  # fmt: skip
    for row in await case.uow.fetch(queries["put_decisions"], rows):
        case.marks.add(row["desk"], "event", row["id"], "quiet")


async def parked(case: Case, message: MessageParked) -> None:
    """An own event could not be handled by a reader: people see it at the event; others' are for the desk that was told.

    What should never have left its school rings at operations."""
    row = await case.uow.fetchrow(queries["put_parked"], message.event_id, message.event_source, message.model_dump(mode="json"))
    if row is not None:
        case.marks.add(row["desk"], "event", message.event_id or "", "soft")
    else:
        await keep_update(case, message, at=case.envelope.time)
        case.mark("update", case.incident, "loud" if message.reason == "local-only" else "soft")


async def ruled(case: Case, message: ArbitrationRuled) -> None:
    """裁定: a return that was not upheld leaves the duty where it was."""
    stays = message.ruling in ("reject", "split")
    done = await case.uow.execute(queries["reopen_notification"], message.notification, message.model_dump(mode="json"), stays, case.desk)
    if done != "UPDATE 0":
        case.mark("notification", message.notification, "soft" if stays else "quiet")
    await keep_update(case, message, at=message.ruled_at)


async def triaged(case: Case, message: IncidentTriaged) -> None:
    """分办: what was decided by it; a desk whose own word did not stand may say it anew."""
    if message.desk == case.desk:
        case.mark("notification", message.notification, "soft" if message.refused is not None else "quiet")
    await keep_update(case, message, at=message.triaged_at)


async def missed(case: Case, message: DutyMissed) -> None:
    """逾期, of this desk or of one it follows."""
    if message.notification is not None and message.desk == case.desk:
        case.mark("notification", message.notification, "soft")
    await keep_update(case, message, at=message.due)


async def delivered(case: Case, message: NotificationDelivered) -> None:
    await keep_update(case, message, at=message.delivered_at)


async def acknowledged(case: Case, message: NotificationAcknowledged) -> None:
    await keep_update(case, message, at=message.acknowledged_at)


async def returned(case: Case, message: NotificationReturned) -> None:
    await keep_update(case, message, at=message.returned_at)


async def reported(case: Case, message: PartReported) -> None:
    await keep_update(case, message, at=message.reported_at)


async def reassigned(case: Case, message: PartReassigned) -> None:
    await keep_update(case, message, at=case.envelope.time)


async def uncovered(case: Case, message: DeskUncovered) -> None:
    await keep_update(case, message, at=message.from_at)


async def calendar_missing(case: Case, message: CalendarMissing) -> None:
    await keep_update(case, message, at=case.envelope.time)


async def noted(case: Case, message: BaseModel) -> None:
    """What the bus says of an incident and asks nothing for: a line of its timeline."""
    await keep_update(case, message, at=case.envelope.time)


async def unit_changed(case: Case, message: UnitRecord) -> None:
    """The read model of the Directory: one row per unit, for every desk of the service."""
    await case.uow.execute(queries["put_unit"], message.unit, message.version, message.document)
