"""Own events: what the mandates made of them, who was told, and what each of them did."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from contracts.coordination import Person
from infra.http.auth import Actor
from infra.http.errors import NotFound
from infra.http.paging import decode_cursor, encode_cursor
from infra.postgres.pool import Row
from infra.postgres.queries import load
from infra.postgres.unit_of_work import UnitOfWork
from services.chassis.linking.read import links_of
from services.chassis.reading.shapes import EventLine, EventPage, EventShape, ToldShape, UpdateShape
from services.chassis.rights import visible_desks

queries = load(Path(__file__).with_name("queries.sql"))
_STEPS: Mapping[str, tuple[str, str]] = {
    "bus.notification.delivered": ("delivered", "delivered_at"),
    "bus.notification.acknowledged": ("acknowledged", "acknowledged_at"),
    "bus.notification.returned": ("returned", "returned_at"),
    "bus.duty.missed": ("missed", "due"),
    "bus.part.reported": ("reported", "reported_at"),
}
PLATFORM = ("bus.message.parked", "bus.calendar.missing")
_RANK = ("told", "delivered", "missed", "returned", "acknowledged", "reported")


async def list_events(uow: UnitOfWork, actor: Actor, *, limit: int, cursor: str | None) -> EventPage:
    """One page of own events, newest first."""
    after = decode_cursor(cursor, (str,)) or (None,)
    rows = await uow.fetch(queries["events"], visible_desks(actor), limit + 1, *after)
    shown = rows[:limit]
    following = encode_cursor(shown[-1]["id"]) if len(rows) > limit else None
    return EventPage(items=[EventLine(**line_of(row)) for row in shown], next_cursor=following)


def line_of(row: Row) -> dict[str, Any]:
    """The fields of a line from a row."""
    decision, parked = row["decision"], row["parked"]
    fields = {name: value for name, value in row.items() if name in EventLine.model_fields}
    return {
        **fields,
        "outcome": decision["outcome"] if decision else None,
        "parked": parked["reason"] if parked and not decision else None,
    }


async def platform_words(uow: UnitOfWork, actor: Actor, limit: int) -> list[UpdateShape]:
    """What the bus tells its operators: messages that were parked, calendars that are missing."""
    return [UpdateShape(**dict(one)) for one in await uow.fetch(queries["platform_words"], list(actor.desks), list(PLATFORM), limit)]


async def read_event(uow: UnitOfWork, actor: Actor, event: str) -> EventShape:
    """One own event; NotFound when it is not the person's to see."""
    row = await uow.fetchrow(queries["event"], event, visible_desks(actor))
    if row is None:
        raise NotFound()
    incidents = [row["incident"]] if row["incident"] else []
    updates = [UpdateShape(**dict(one)) for one in await uow.fetch(queries["updates_of"], incidents, visible_desks(actor))]
    links = [one for incident in incidents for one in await links_of(uow, incident, [row["desk"]])]
    decision = row["decision"]
    told = told_lines(decision["recipients"], updates) if decision else []
    rest = {name: row[name] for name in ("envelope", "data", "person", "decision")}
    return EventShape(**line_of(row), **rest, told=told, updates=updates, links=links)


def told_lines(recipients: Iterable[Mapping[str, Any]], updates: Iterable[UpdateShape]) -> list[ToldShape]:
    """Each desk of a decision with the furthest step it is known to have made. A missed duty gives way to a signature that came later."""
    steps: dict[str, tuple[str, UpdateShape]] = {}
    for update in updates:
        known = _STEPS.get(update.name)
        if known is None or (update.name == "bus.duty.missed" and update.message["duty"] != "ack"):
            continue
        desk, state = update.message["desk"], known[0]
        if desk not in steps or _RANK.index(state) >= _RANK.index(steps[desk][0]):
            steps[desk] = (state, update)
    return [_told(line, *steps.get(line["desk"], ("told", None))) for line in recipients]


def _told(line: Mapping[str, Any], state: str, update: UpdateShape | None) -> ToldShape:
    person = update.message.get("person") if update else None
    return ToldShape(
        desk=line["desk"],
        kind=line["kind"],
        view=line["view"],
        mandates=list(line["mandates"]),
        note=line["note"],
        state=state,
        at=update.at if update else None,
        person=Person(**person) if person else None,
    )
