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
UNDOING = frozenset({"C", "L", "W"})
"""Marks that may make it fit nothing any more, the ones it is suggested with among them."""


class LinkWatcher:
    """Notes which incidents the clock has to look at."""

    def __init__(self, matters: Matters) -> None:
        self._matters = matters

    async def heard(self, uow: UnitOfWork, statements: Sequence[Heard], world: World) -> None:  # noqa: ARG002  watchers have one shape
        """Note the incidents of a batch that others may have stated too."""
        marked = [(event_type(one.event.name).mark, one.incident) for one in statements if one.outcome in COUNTED]
        compared = {incident.id for mark, incident in marked if mark in TELLING and self._matters.beside(incident)}
        undone = {incident.id for mark, incident in marked if mark in UNDOING} - compared
        if compared:
            await uow.execute(QUERIES["ask_look"], sorted(compared), uow.now)
        if undone:
            await uow.execute(QUERIES["ask_look_below"], sorted(undone), uow.now)
