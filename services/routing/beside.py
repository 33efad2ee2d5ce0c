"""What routing keeps beside its incidents (guard posts, expected reports): the seams that its handlers and its clock call.

A watcher only writes rows of its own in the unit of work of the statement it heard; whatever opens or ends an incident is done by the
clock in a round of its own, under the lock of that incident alone. So no unit of work ever locks roots out of order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from contracts.envelope import Event
from infra.postgres.unit_of_work import UnitOfWork
from services.routing.core.model import Fold, Incident, World
from services.routing.loaded import Loaded


@dataclass(frozen=True, slots=True)
class Heard:
    """A statement of an agency that was decided, with the incident it belongs to now; ``again_at``: when a triage had it decided again."""

    event: Event
    incident: Incident
    outcome: str
    again_at: datetime | None = None


class Watcher(Protocol):
    """Hears every decided statement of a batch, in its unit of work. Errors leave: the batch is then handled as poison or again."""

    async def heard(self, uow: UnitOfWork, statements: Sequence[Heard], world: World) -> None:
        """Write own rows; wake the clock (``waking``) where it has something to do."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer of a desk, with the incident that it was folded into; none for an answer that concerns no incident."""

    event: Event
    incident: Incident | None


class Listener(Protocol):
    """Hears every answer of a batch after it was folded, in its unit of work. ``names``: answers that concern no incident."""

    names: frozenset[str]

    async def answered(self, uow: UnitOfWork, answers: Sequence[Answered]) -> None:
        """Write own rows, and no incident. Errors leave, Poison among them."""


@dataclass(frozen=True, slots=True)
class Done:
    """What one look of a round makes of an incident: stored and told by the clock. ``loaded`` holds the locked root (or none: a new one)."""

    loaded: Loaded
    folds: tuple[Fold, ...]
    rows: tuple[dict[str, Any], ...] = ()


class Round(Protocol):
    """One kind of look that the clock takes when its own rows fall due."""

    name: str

    async def due(self, uow: UnitOfWork, world: World) -> Sequence[Any]:
        """The things to look at now, by the business time of the unit of work; none when nothing is due."""

    async def look(self, uow: UnitOfWork, thing: Any, world: World) -> Done | None:
        """Look at one of them in a unit of work of its own: change own rows, fold what follows for an incident; None = nothing to tell."""

    async def next_at(self, uow: UnitOfWork) -> datetime | None:
        """When something falls due next (business time); None = not known to be ever."""
