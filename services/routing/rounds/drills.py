"""The clock's look for exercises that a real event suspends."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from infra.postgres.queries import load
from infra.postgres.unit_of_work import UnitOfWork
from services.routing.beside import Done
from services.routing.core.drills import suspend
from services.routing.core.model import Fold, World
from services.routing.store import lock_and_load

QUERIES = load(Path(__file__).with_name("queries.sql"))


class DrillRound:
    """Found when the real event opens its first duty, which wakes the clock; the poll is the net."""

    name = "drills"

    async def due(self, uow: UnitOfWork, world: World) -> Sequence[tuple[str, str, str]]:  # noqa: ARG002  the looks of a round have one shape
        return [(row["exercise"], row["actual"], row["drill"]) for row in await uow.fetch(QUERIES["drills_to_suspend"])]

    async def look(self, uow: UnitOfWork, thing: Any, world: World) -> Done | None:
        """Both roots are locked in the order of their ids; one that another clock has dealt with meanwhile is left alone."""
        exercise, actual, drill = thing
        loaded = await lock_and_load(uow, (), (exercise, actual))
        state, other = loaded.by_incident(exercise), loaded.by_incident(actual)
        if state is None or other is None or state.incidents[exercise].closed_at is not None:
            return None
        real = other.incidents[actual]
        fold = Fold(state, world, uow.now, f"suspended/{actual}")
        suspend(fold, state.incidents[exercise], real, drill=drill, at=real.first_time)
        return Done(loaded, (fold,))

    async def next_at(self, uow: UnitOfWork) -> datetime | None:  # noqa: ARG002  as above
        return None
