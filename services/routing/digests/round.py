"""The clock's round of 每周摘要: each school's digest once a week, at its logical time, whatever slept or died meanwhile."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

from infra.postgres.unit_of_work import UnitOfWork
from services.routing.beside import Done
from services.routing.core.bulletins.digests import Item, moved, tell_digest
from services.routing.core.model import Fold, IncidentState, World
from services.routing.digests.rows import QUERIES, item_of, item_row, look_at, waiting_rows
from services.routing.loaded import Loaded
from services.routing.speak import ROUTING_DESK

EVER = datetime(2000, 1, 1, tzinfo=UTC)


class DigestDue(NamedTuple):
    """A school with something to tell."""

    unit: str


class DigestRound:
    """Looks at one school at a time; its rows are held by one clock."""

    name = "digests"

    async def due(self, uow: UnitOfWork, world: World) -> Sequence[DigestDue]:
        del world
        return [DigestDue(row["unit"]) for row in await uow.fetch(QUERIES["due_units"])]

    async def look(self, uow: UnitOfWork, thing: DigestDue, world: World) -> Done | None:
        """Tell what was stated before the digest's time; what came later, or whose week turned out to have no school day yet, waits on."""
        items = [item_of(row) for row in await uow.fetch(QUERIES["hold_waiting"], thing.unit)]
        living = world.directory.school(thing.unit, uow.now)
        if not items or living is None or living.id != thing.unit:
            await self._move(uow, thing.unit, living.id if living is not None else None, items)
            return None
        last = await uow.fetchval(QUERIES["last_digest"], thing.unit) or EVER
        at = min(look_at(world.directory, item, last, uow.now) for item in items)
        if at > uow.now:
            await uow.execute(QUERIES["keep_items"], waiting_rows(world.directory, items, last, uow.now))
            return None
        told = sorted((item for item in items if item.stated_at < at), key=lambda item: (item.stated_at, item.incident, item.rule))
        fold = Fold(IncidentState(), world, uow.now, f"clock/digest/{thing.unit}")
        incident = tell_digest(fold, at, told, publisher=ROUTING_DESK)
        if await uow.fetchval(QUERIES["claim_digest"], thing.unit, at, incident.id) is None:
            return None
        later = [item for item in items if item not in told]
        rows = [item_row(replace(item, waits=False, told=item.entry), None) for item in told]
        await uow.execute(QUERIES["keep_items"], [*rows, *waiting_rows(world.directory, later, at, uow.now)])
        return Done(Loaded(states={incident.root: fold.state}), (fold,))

    async def _move(self, uow: UnitOfWork, unit: str, heir: str | None, items: Sequence[Item]) -> None:
        """A school that was merged leaves what waits to the one it became part of; one that closed, to nobody."""
        if items:
            await uow.execute(QUERIES["drop_items"], unit)
        if items and heir is not None:
            await uow.execute(QUERIES["keep_items"], [item_row(moved(item, heir), uow.now) for item in items])

    async def next_at(self, uow: UnitOfWork) -> datetime | None:
        at: datetime | None = await uow.fetchval(QUERIES["next_digest"])
        return at
