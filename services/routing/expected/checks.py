"""The round of cross-checks: a window that closed in silence becomes a suspicion; a word that comes later clears it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from infra.postgres.unit_of_work import UnitOfWork
from services.routing.beside import Done
from services.routing.core.expected.suspicion import examine
from services.routing.core.model import Fold, World
from services.routing.expected.store import QUERIES, check_of, hold_check, keep_check
from services.routing.store import lock_and_load


class Look(NamedTuple):
    """One cross-check to be looked at."""

    check: str


class CheckRound:
    """Looks at each cross-check under the lock of its evidence's incident. Several clocks may: the row is held by one."""

    name = "cross-checks"

    async def due(self, uow: UnitOfWork, world: World) -> Sequence[Look]:
        """What is due now; ``world`` says nothing about that."""
        del world
        return [Look(row["id"]) for row in await uow.fetch(QUERIES["due_checks"])]

    async def look(self, uow: UnitOfWork, thing: Look, world: World) -> Done | None:
        """Examine one cross-check and fold what follows into the incident of its evidence."""
        incident = await uow.fetchval(QUERIES["find_check"], thing.check)
        loaded = await lock_and_load(uow, (), (incident,))
        state = loaded.by_incident(incident)
        row = await hold_check(uow, thing.check)
        check = check_of(world.book, row) if row is not None else None
        if state is None or row is None or check is None or row.state not in ("planned", "suspected"):
            return None
        words = [one["at"] for one in await uow.fetch(QUERIES["words_of"], row.rule, row.unit, row.looks_from - check.before)]
        fold = Fold(state, world, uow.now, f"clock/{thing.check}")
        await keep_check(uow, examine(fold, check, row, words))
        return Done(loaded, (fold,)) if fold.changed else None

    async def next_at(self, uow: UnitOfWork) -> datetime | None:
        """Told by the round of dues, which asks for both."""
        del uow
        return None
