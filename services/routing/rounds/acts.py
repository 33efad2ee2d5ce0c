"""The clock's look for first actions that are statements: what a unit states itself stands in another incident than what asked for it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from infra.postgres.unit_of_work import UnitOfWork
from services.routing.beside import Done
from services.routing.core.climbing.acts import acted
from services.routing.core.model import Fold, World
from services.routing.rounds.drills import QUERIES
from services.routing.store import lock_and_load


class ActRound:
    """Found when the statement opens its first duty, which wakes the clock; the poll is the net. The root that asked alone is locked."""

    name = "acts"

    async def due(self, uow: UnitOfWork, world: World) -> Sequence[tuple[str, str, datetime]]:  # noqa: ARG002  the looks of a round have one shape
        return [(row["root"], row["notification"], row["at"]) for row in await uow.fetch(QUERIES["acts_stated"])]

    async def look(self, uow: UnitOfWork, thing: Any, world: World) -> Done | None:
        """One that another clock has dealt with meanwhile is left alone."""
        root, notification, at = thing
        loaded = await lock_and_load(uow, (), (root,))
        state = loaded.by_incident(root)
        if state is None or state.notifications[notification].acted_at is not None:
            return None
        fold = Fold(state, world, uow.now, f"acted/{notification}")
        acted(fold, notification, at)
        return Done(loaded, (fold,))

    async def next_at(self, uow: UnitOfWork) -> datetime | None:  # noqa: ARG002  as above
        return None
