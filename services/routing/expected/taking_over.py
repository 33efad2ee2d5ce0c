"""The round of matters that were handed over: the unit that took one on owes its steps from then on, before it says a word."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from infra.postgres.unit_of_work import UnitOfWork
from services.routing.beside import Done
from services.routing.core.expected.series import taken_over
from services.routing.core.model import Incident, World
from services.routing.expected.store import QUERIES, as_json
from services.routing.store import ADAPTERS
from services.routing.waking import waking


class TakenOver(NamedTuple):
    """A matter that nothing is expected of yet."""

    incident: str


class TakingOverRound:
    """Opened by a signature and no statement, such a matter is heard of by no watcher."""

    name = "taken-over"

    async def due(self, uow: UnitOfWork, world: World) -> Sequence[TakenOver]:
        """Those that owe something by the rules in force."""
        cases = [_incident(row["body"]) for row in await uow.fetch(QUERIES["taken_over"])]
        return [TakenOver(case.id) for case in cases if next(taken_over(world, case), None) is not None]

    async def look(self, uow: UnitOfWork, thing: TakenOver, world: World) -> Done | None:
        """The first step is expected; nothing is told of that. Two clocks expect it once."""
        for row in await uow.fetch(QUERIES["hold_case"], thing.incident):
            case = _incident(row["body"])
            for step in taken_over(world, case):
                await waking(uow, QUERIES["follow"], step.rule, case.id, case.first_time, case.head_id, uow.now, as_json(step))
        return None

    async def next_at(self, uow: UnitOfWork) -> datetime | None:  # noqa: ARG002  the looks of a round have one shape
        return None


def _incident(body: object) -> Incident:
    incident: Incident = ADAPTERS["incident"].validate_python(body)
    return incident
