"""The desk's list and one notification, as the person may see them."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from contracts.ids import role_of
from infra.http.auth import Actor
from infra.http.errors import NotFound
from infra.http.paging import decode_cursor, encode_cursor
from infra.postgres.pool import Row
from infra.postgres.queries import load
from infra.postgres.unit_of_work import UnitOfWork
from services.chassis.agency import Agency
from services.chassis.linking.read import links_of
from services.chassis.reading.shapes import (
    AnswerShape,
    DueShape,
    NotificationLine,
    NotificationPage,
    NotificationShape,
    TaskShape,
    UpdateShape,
    VersionShape,
)
from services.chassis.reading.tasks import task_shape
from services.chassis.rights import sees, visible_desks

Which = Literal["open", "done", "all"]
NEAR = 0.25
"""Less than this share of the time given is left: it is nearly due."""
queries = load(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers above the list."""

    waiting: int
    near: int
    overdue: int
    working: int
    last_delivered: datetime | None


async def list_notifications(uow: UnitOfWork, actor: Actor, which: Which, *, limit: int, cursor: str | None) -> NotificationPage:
    """One page: open ones by time left and level, others newest first."""
    desks = visible_desks(actor)
    if which == "open":
        place = decode_cursor(cursor, (int, int, str)) or (None, None, None)
        rows = await uow.fetch(queries["open_notifications"], desks, limit + 1, *place)
    else:
        after = decode_cursor(cursor, (str,)) or (None,)
        rows = await uow.fetch(queries["all_notifications"], desks, limit + 1, *after, which == "done")
    shown = rows[:limit]
    more = len(rows) > limit
    last = shown[-1] if more else None
    next_cursor = None
    if last is not None:
        next_cursor = encode_cursor(last["left_key"], last["colour_rank"], last["id"]) if which == "open" else encode_cursor(last["id"])
    return NotificationPage(items=[NotificationLine(**line_of(row)) for row in shown], next_cursor=next_cursor)


def line_of(row: Row) -> dict[str, Any]:
    """The fields of a line from a row."""
    message = row["message"]
    fields = {name: value for name, value in row.items() if name in NotificationLine.model_fields}
    mandates = list(dict.fromkeys(f"{basis['mandate']} v{basis['version']}" for basis in message["bases"]))
    told = {"about": message.get("about", []), "payload": message["payload"]}
    return {**fields, "mandates": mandates, "forms": message["forms"], "part": message["part"], **told}


async def counts(uow: UnitOfWork, actor: Actor) -> Counts:
    """What waits at the person's desks."""
    row = await uow.fetchrow(queries["count_notifications"], visible_desks(actor), NEAR, uow.now)
    return Counts(**dict(row)) if row else Counts(0, 0, 0, 0, None)


async def read_notification(uow: UnitOfWork, actor: Actor, agency: Agency, notification: str) -> NotificationShape:
    """One notification with its reasons, deadlines, versions, answers and timeline; NotFound when it is not the person's to see."""
    opens = any(role_of(desk) in agency.openers.get(role_of(desk).partition(".")[0], ()) for desk in actor.desks)
    row = await uow.fetchrow(queries["notification"], notification, visible_desks(actor), opens)
    if row is None or not sees(actor, agency, row["desk"], row["event_name"]):
        raise NotFound()
    message, desk, incident = row["message"], row["desk"], row["incident"]
    extra = {name: row[name] for name in ("returned_at", "returned", "ruled", "withdrawn_at", "withdrawn", "returnable")}
    told = {name: message[name] for name in ("view", "hidden", "bases", "event", "note", "change")}
    return NotificationShape(
        **line_of(row),
        **extra,
        **told,
        choices=message.get("choices", []),
        dues=await dues_of(uow, notification, desk),
        versions=[VersionShape(**dict(one)) for one in await uow.fetch(queries["versions_of"], notification)],
        answers=[AnswerShape(**dict(one)) for one in await uow.fetch(queries["answers_of"], notification, desk)],
        updates=[UpdateShape(**dict(one)) for one in await uow.fetch(queries["updates_of"], [incident], [desk])],
        task=await _task_at(uow, incident, desk),
        links=await links_of(uow, incident, [desk]) if stands(row) else [],
    )


def stands(row: Row) -> bool:
    """Whether the desk may still see what belongs to the matter: it stands, or its whole matter was withdrawn."""
    return bool(row["state"] != "withdrawn" or row["withdrawn"]["why"] == "withdrawn")


async def dues_of(uow: UnitOfWork, owner: str, desk: str) -> list[DueShape]:
    """The deadlines of a notification or of a desk's share in a task."""
    return [DueShape(**dict(one)) for one in await uow.fetch(queries["duties_of"], owner, desk)]


async def _task_at(uow: UnitOfWork, incident: str, desk: str) -> TaskShape | None:
    row = await uow.fetchrow(queries["task_at_desk"], incident, desk)
    return task_shape(row, await dues_of(uow, row["id"], desk)) if row else None
