"""Routing's records in PostgreSQL: lock the roots in order, load them in one statement, store what a batch changed in one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from contracts.ids import unit_of
from infra.postgres.queries import load
from infra.postgres.unit_of_work import UnitOfWork
from services.routing.core.model import Duty, Fold, Incident, IncidentState, Item, Notification, Task

QUERIES = load(Path(__file__).parent / "queries.sql")
ADAPTERS: Mapping[str, TypeAdapter[Any]] = {
    "incident": TypeAdapter(Incident),
    "notification": TypeAdapter(Notification),
    "duty": TypeAdapter(Duty),
    "task": TypeAdapter(Task),
}
GONE = frozenset({"redirected", "superseded", "withdrawn"})

IncidentKey = tuple[str, str, str, str]
"""(status, family, scope, key): what an event is tied to its incident by."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One event that was decided before: for duplicates, conflicts and stale revisions."""

    source: str
    id: str
    type: str
    revision: int
    content_hash: str


@dataclass(slots=True)
class Loaded:
    """The locked roots of a batch, with the index from incidents and keys to them."""

    directory: int = 0
    states: dict[str, IncidentState] = field(default_factory=dict)
    history: dict[str, list[Seen]] = field(default_factory=dict)

    def by_incident(self, incident: str) -> IncidentState | None:
        """The state that an incident (root or linked) belongs to."""
        return next((state for state in self.states.values() if incident in state.incidents), None)

    def by_key(self, key: IncidentKey) -> tuple[IncidentState, Incident] | None:
        """The newest incident of a key: the open one, else the one closed last."""
        found = [
            (state, incident)
            for state in self.states.values()
            for incident in state.incidents.values()
            if incident.id == incident.root and (incident.status, incident.family, incident.scope, incident.key) == key
        ]
        return max(found, key=lambda pair: (pair[1].closed_at is None, pair[1].first_time), default=None)


async def lock_and_load(uow: UnitOfWork, keys: Iterable[IncidentKey], incidents: Iterable[str]) -> Loaded:
    """Lock the root rows in the order of their ids and load everything the batch needs.

    Two workers that open the same key at once meet at its unique index: the second one looks again and finds the incident.
    """
    wanted = sorted(set(keys))
    columns = [list(column) for column in zip(*wanted, strict=True)] or [[], [], [], []]
    locked = await uow.fetchrow(QUERIES["lock_roots"], sorted(set(incidents)), *columns)
    if locked is None:
        raise LookupError("the statement that locks brought no row")
    loaded = Loaded(locked["directory"], {root: IncidentState() for root in locked["roots"]})
    rows = await uow.fetch(QUERIES["load_roots"], locked["roots"]) if locked["roots"] else []
    for row in rows:
        if row["item"] == "seen":
            loaded.history.setdefault(row["root"], []).append(Seen(**row["body"]))
        else:
            item: Item = ADAPTERS[row["item"]].validate_python(row["body"])
            loaded.states[row["root"]].shelf(item)[item.id] = item
    return loaded


async def save(uow: UnitOfWork, folds: Sequence[Fold], decisions: Sequence[Mapping[str, Any]]) -> None:
    """Store the changed records of all folds (the last version of each) and the decisions of the batch."""
    changed: dict[str, tuple[Item, IncidentState]] = {}
    for fold in folds:
        for key, item in fold.changed.items():
            changed[key] = (item, fold.state)
    rows: dict[str, list[dict[str, Any]]] = {"incident": [], "notification": [], "duty": [], "task": []}
    for item, state in changed.values():
        name = type(item).__name__.lower()
        rows[name].append(_row(name, item, state))
    if changed or decisions:
        await uow.execute(QUERIES["store"], rows["incident"], rows["notification"], rows["duty"], rows["task"], list(decisions))


def _row(name: str, item: Item, state: IncidentState) -> dict[str, Any]:
    body: dict[str, Any] = ADAPTERS[name].dump_python(item, mode="json")
    if isinstance(item, Incident):
        return body
    desk = item.lead if isinstance(item, Task) else item.desk
    body |= {"root": state.incidents[item.incident].root, "unit": unit_of(desk)}
    if isinstance(item, Notification):
        body["waits"] = item.delivered_version < item.version and item.state not in GONE
    return body
