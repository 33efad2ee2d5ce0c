"""Routing's records in PostgreSQL: lock the roots in order, load them in one statement, store what a batch changed in one."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from contracts.envelope import Envelope, Event
from contracts.ids import unit_of
from contracts.registry import parse
from infra.postgres.queries import load
from infra.postgres.unit_of_work import UnitOfWork
from services.routing.core.model import Duty, Fold, Incident, IncidentState, Item, Notification, Task
from services.routing.loaded import IncidentKey, Loaded, Seen, Versions, Waiting
from services.routing.waking import waking

QUERIES = load(Path(__file__).parent / "queries.sql")
ADAPTERS: Mapping[str, TypeAdapter[Any]] = {
    "incident": TypeAdapter(Incident),
    "notification": TypeAdapter(Notification),
    "duty": TypeAdapter(Duty),
    "task": TypeAdapter(Task),
}


async def lock_and_load(uow: UnitOfWork, keys: Iterable[IncidentKey], incidents: Iterable[str]) -> Loaded:
    """Lock the root rows in the order of their ids and load everything the batch needs.

    Two workers that open the same key at once meet at its unique index: the second one looks again and finds the incident.
    """
    wanted = sorted(set(keys))
    columns = [list(column) for column in zip(*wanted, strict=True)] or [[], [], [], []]
    locked = await uow.fetchrow(QUERIES["lock_roots"], sorted({one for one in incidents if _is_id(one)}), *columns)
    if locked is None:
        raise LookupError("the statement that locks brought no row")
    loaded = Loaded(Versions(locked["directory"], locked["packs"]), {root: IncidentState() for root in locked["roots"]})
    loaded.waiting += [_waiting(row) for row in locked["waiting"] or ()]
    rows = await uow.fetch(QUERIES["load_roots"], locked["roots"]) if locked["roots"] else []
    for row in rows:
        if row["item"] == "seen":
            loaded.history.setdefault(row["root"], []).append(Seen(**row["body"]))
        else:
            item: Item = ADAPTERS[row["item"]].validate_python(row["body"])
            loaded.states[row["root"]].shelf(item)[item.id] = item
    return loaded


def _is_id(text: str) -> bool:
    """Whether a text can be the id of an incident; any other names none of ours."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _waiting(row: Mapping[str, Any]) -> Waiting:
    envelope = Envelope.model_validate(row["envelope"])
    key = (row["status"], row["family"], row["scope"], row["key"])
    return Waiting(Event(envelope, parse(envelope, row["data"])), key, datetime.fromisoformat(row["since"]), stored=True)


async def save(uow: UnitOfWork, loaded: Loaded, folds: Sequence[Fold], decisions: Sequence[Mapping[str, Any]]) -> None:
    """Store the changed records of all folds (the last version of each), the decisions, and what waits or waits no more."""
    changed: dict[str, tuple[Item, IncidentState]] = {}
    for fold in folds:
        for key, item in fold.changed.items():
            changed[key] = (item, fold.state)
    rows: dict[str, list[dict[str, Any]]] = {"incident": [], "notification": [], "duty": [], "task": []}
    for item, state in changed.values():
        name = type(item).__name__.lower()
        rows[name].append(_row(name, item, state))
    if changed or decisions:
        await waking(uow, QUERIES["store"], rows["incident"], rows["notification"], rows["duty"], rows["task"], list(decisions))
    new = [_waiting_row(one) for one in loaded.waiting if not one.stored]
    done = [one.event.identity for one in loaded.released if one.stored]
    if new:
        await uow.execute(QUERIES["keep_waiting"], new)
    if done:
        await uow.execute(QUERIES["end_waiting"], [source for source, _ in done], [identity for _, identity in done])


def _waiting_row(waiting: Waiting) -> dict[str, Any]:
    status, family, scope, key = waiting.key
    event = waiting.event
    return {
        "source": event.envelope.source, "id": event.envelope.id, "status": status, "family": family, "scope": scope, "key": key,
        "since": waiting.since.isoformat(), "until": waiting.until.isoformat(),
        "envelope": event.envelope.model_dump(mode="json", exclude_none=True),
        "data": event.data.model_dump(mode="json", exclude_none=True, by_alias=True),
    }  # fmt: skip


def _row(name: str, item: Item, state: IncidentState) -> dict[str, Any]:
    body: dict[str, Any] = ADAPTERS[name].dump_python(item, mode="json")
    if isinstance(item, Incident):
        return body
    desk = item.lead if isinstance(item, Task) else item.desk
    body |= {"root": state.incidents[item.incident].root, "unit": unit_of(desk)}
    if isinstance(item, Notification):
        body["waits"] = item.delivered_version < item.version and item.live
    return body
