"""The clock's look for cases whose handover is completed: the old side is relieved of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from infra.postgres.unit_of_work import UnitOfWork
from services.routing.beside import Done
from services.routing.core.model import Fold, World
from services.routing.core.tasks.handover import relieve
from services.routing.rounds.drills import QUERIES
from services.routing.store import lock_and_load


class HandoverRound:
    """The case and its handover are two roots; the case ends in a look of its own once the handover is complete."""

    name = "handovers"

    async def due(self, uow: UnitOfWork, world: World) -> Sequence[tuple[str, str]]:  # noqa: ARG002  the looks of a round have one shape
        return [(row["case"], row["handover"]) for row in await uow.fetch(QUERIES["cases_handed_over"])]

    async def look(self, uow: UnitOfWork, thing: Any, world: World) -> Done | None:
        """Both roots are locked in the order of their ids; a case that ended meanwhile is left alone. No follow-up is owed for it any more."""
        case, handover = thing
        loaded = await lock_and_load(uow, (), (case, handover))
        state, other = loaded.by_incident(case), loaded.by_incident(handover)
        if state is None or other is None or state.incidents[case].closed_at is not None:
            return None
        fold = Fold(state, world, uow.now, f"handed-over/{handover}")
        relieve(fold, state.incidents[case], other.incidents[handover])
        await uow.execute(QUERIES["end_steps"], case, uow.now)
        return Done(loaded, (fold,))

    async def next_at(self, uow: UnitOfWork) -> datetime | None:  # noqa: ARG002  as above
        return None
