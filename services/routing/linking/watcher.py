"""The watcher: an incident that was stated anew, or tells more, is to be held against others.

It only leaves a note. Two statements that are decided side by side do not see each other; the clock looks at each of them once it is
committed, so the later one finds the earlier one."""

from collections.abc import Sequence

from contracts.registry import event_type
from infra.postgres.unit_of_work import UnitOfWork
from services.routing.beside import Heard
from services.routing.core.linking import Matters
from services.routing.core.model import World
from services.routing.linking.store import QUERIES

COUNTED = frozenset({"routed", "unmatched"})
TELLING = frozenset({None, "S", "C", "L"})
"""Marks that may make an incident fit another one, or bring desks that have to know of a link."""


class LinkWatcher:
    """Notes which incidents the clock has to look at."""

    def __init__(self, matters: Matters) -> None:
        self._matters = matters

    async def heard(self, uow: UnitOfWork, statements: Sequence[Heard], world: World) -> None:  # noqa: ARG002  watchers have one shape
        """Note the incidents of a batch that others may have stated too."""
        told = (one for one in statements if one.outcome in COUNTED and event_type(one.event.name).mark in TELLING)
        incidents = sorted({one.incident.id for one in told if self._matters.beside(one.incident)})
        if incidents:
            await uow.execute(QUERIES["ask_look"], incidents, uow.now)
