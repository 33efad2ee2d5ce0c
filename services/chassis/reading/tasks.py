"""Joint tasks and escalations as a desk sees them."""

from collections.abc import Sequence
from pathlib import Path

from infra.http.auth import Actor
from infra.http.errors import NotFound
from infra.postgres.pool import Row
from infra.postgres.queries import load
from infra.postgres.unit_of_work import UnitOfWork
from services.chassis.reading.shapes import AnswerShape, DueShape, EscalationShape, TaskShape, ToRateShape, UpdateShape
from services.chassis.rights import visible_desks

queries = load(Path(__file__).with_name("queries.sql"))


def task_shape(row: Row, dues: Sequence[DueShape]) -> TaskShape:
    """A share in a task from its row."""
    message = row["message"]
    fields = {name: value for name, value in row.items() if name in TaskShape.model_fields}
    told = {name: message[name] for name in ("title", "lead", "parts", "forms")}
    return TaskShape(**fields, **told, pauses=message.get("pauses") or [], dues=list(dues))


async def read_task(uow: UnitOfWork, actor: Actor, task: str, desk: str | None) -> tuple[TaskShape, list[AnswerShape], list[UpdateShape]]:
    """A share in a task, what its desk answered about it, and the timeline of its incident; NotFound when it is not the person's to see."""
    row = await uow.fetchrow(queries["task"], task, visible_desks(actor), desk)
    if row is None:
        raise NotFound()
    updates = [UpdateShape(**dict(one)) for one in await uow.fetch(queries["updates_of"], [row["incident"]], [row["desk"]])]
    answers = [AnswerShape(**dict(one)) for one in await uow.fetch(queries["answers_of"], task, row["desk"])]
    return task_shape(row, await _dues(uow, task, row["desk"])), answers, updates


async def open_tasks(uow: UnitOfWork, actor: Actor, limit: int) -> list[TaskShape]:
    """Shares in tasks with something left to do, by due."""
    rows = await uow.fetch(queries["open_tasks"], visible_desks(actor), limit)
    return [task_shape(row, await _dues(uow, row["id"], row["desk"])) for row in rows]


async def to_rate(uow: UnitOfWork, actor: Actor, limit: int) -> list[ToRateShape]:
    """Closed tasks whose other side the person's desks have not rated yet, the newest close first."""
    return [ToRateShape(**dict(row)) for row in await uow.fetch(queries["to_rate"], visible_desks(actor), limit)]


async def _dues(uow: UnitOfWork, task: str, desk: str) -> list[DueShape]:
    return [DueShape(**dict(one)) for one in await uow.fetch(queries["duties_of"], task, desk)]


def escalation_shape(row: Row) -> EscalationShape:
    """An escalation from its row."""
    message = row["message"]
    fields = {name: value for name, value in row.items() if name in EscalationShape.model_fields}
    told = {name: message[name] for name in ("step", "due", "reason", "event_type", "payload")}
    return EscalationShape(**fields, **told)


async def open_escalations(uow: UnitOfWork, actor: Actor, limit: int) -> list[EscalationShape]:
    """What is overdue elsewhere and was told to the person's desks."""
    return [escalation_shape(row) for row in await uow.fetch(queries["open_escalations"], visible_desks(actor), limit)]


async def read_escalation(uow: UnitOfWork, actor: Actor, escalation: str) -> tuple[EscalationShape, list[UpdateShape]]:
    """One escalation and the timeline of its incident; NotFound when it is not the person's to see."""
    row = await uow.fetchrow(queries["escalation"], escalation, visible_desks(actor))
    if row is None:
        raise NotFound()
    updates = [UpdateShape(**dict(one)) for one in await uow.fetch(queries["updates_of"], [row["incident"]], [row["desk"]])]
    return escalation_shape(row), updates
