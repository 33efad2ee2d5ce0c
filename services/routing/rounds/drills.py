"""The clock's look for exercises that a real event suspends."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from infra.postgres.queries import load
from infra.postgres.unit_of_work import UnitOfWork
from services.routing.beside import Done
from services.routing.core.deciding.drills import suspend
from services.routing.core.model import Fold, World
from services.routing.store import lock_and_load

QUERIES = load(Path(__file__).with_name("queries.sql"))


class DrillRound:
    """Found when the real event opens its first duty, which wakes the clock; the poll is the net."""

    name = "drills"

    async def due(self, uow: UnitOfWork, world: World) -> Sequence[tuple[str, str, str, datetime]]:
        rows = await uow.fetch(QUERIES["drills_to_suspend"], dict(world.directory.heirs(uow.now)))
        return [(row["exercise"], row["actual"], row["drill"], row["since"]) for row in rows]

    async def look(self, uow: UnitOfWork, thing: Any, world: World) -> Done | None:
        """Both roots are locked in the order of their ids; one that another clock has dealt with meanwhile is left alone."""
        exercise, actual, drill, since = thing
        loaded = await lock_and_load(uow, (), (exercise, actual))
        state, other = loaded.by_incident(exercise), loaded.by_incident(actual)
        if state is None or other is None or state.incidents[exercise].closed_at is not None:
            return None
        fold = Fold(state, world, uow.now, f"suspended/{actual}")
        suspend(fold, state.incidents[exercise], other.incidents[actual], drill=drill, at=since)
        return Done(loaded, (fold,))

    async def next_at(self, uow: UnitOfWork) -> datetime | None:  # noqa: ARG002  as above
        return None
