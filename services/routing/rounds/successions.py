"""The clock's look for desks of units that were merged into others: what they still have goes on there."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from infra.postgres.unit_of_work import UnitOfWork
from services.routing.beside import Done
from services.routing.core.calendar import local_day
from services.routing.core.deciding.succession import move_on
from services.routing.core.model import Fold, World
from services.routing.rounds.drills import QUERIES
from services.routing.store import lock_and_load

AGAIN = timedelta(minutes=1)


class SuccessionRound:
    """Looks when the directory or the day is another one, and once a minute for what was on its way; the root alone is locked.

    A root in which nothing could be moved is left alone for a minute, so that the clock never turns round and round over it."""

    name = "successions"

    def __init__(self) -> None:
        self._seen: tuple[str, datetime] | None = None
        self._unmoved: dict[str, datetime] = {}

    async def due(self, uow: UnitOfWork, world: World) -> Sequence[str]:
        """Open roots with something that hangs on a desk nobody stands at any more."""
        seen = f"{world.directory.basis}/{local_day(uow.now)}"
        if self._seen is not None and self._seen[0] == seen and timedelta() <= uow.now - self._seen[1] < AGAIN:
            return []
        heirs = world.directory.succeeded(uow.now)
        self._unmoved = {root: at for root, at in self._unmoved.items() if timedelta() <= uow.now - at < AGAIN}
        rows = await uow.fetch(QUERIES["left_behind"], sorted(heirs), list(self._unmoved)) if heirs else []
        found = [row["root"] for row in rows]
        self._seen = (seen, uow.now) if not found else None
        return found

    async def look(self, uow: UnitOfWork, thing: Any, world: World) -> Done | None:
        """One that another clock has dealt with meanwhile is left alone."""
        loaded = await lock_and_load(uow, (), (thing,))
        state = loaded.by_incident(thing)
        if state is None:
            return None
        fold = Fold(state, world, uow.now, f"moved/{thing}")
        move_on(fold)
        if fold.changed:
            return Done(loaded, (fold,))
        self._unmoved[thing] = uow.now
        return None

    async def next_at(self, uow: UnitOfWork) -> datetime | None:  # noqa: ARG002  the looks of a round have one shape
        return None
