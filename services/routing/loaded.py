"""What a unit of work holds of routing's records: the locked roots, what was decided before, and what waits for its head."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from contracts.envelope import Event
from services.routing.core.model import Incident, IncidentState

PATIENCE = timedelta(minutes=10)
"""How long a follow-up waits for its head (business time)."""

IncidentKey = tuple[str, str, str, str]
"""(status, family, scope, key): what an event is tied to its incident by."""
ANYWHERE = "county:"
"""Begins the scope of a key that finds any incident of the county that follows."""


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions of the reference data that a unit of work found: of the directory, and how many packs were activated."""

    directory: int = 0
    packs: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """One event that was decided before: for duplicates, conflicts and stale revisions."""

    source: str
    id: str
    type: str
    revision: int
    content_hash: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A follow-up that came before its head. ``stored``: it waits in the database since an earlier unit of work."""

    event: Event
    key: IncidentKey
    since: datetime
    stored: bool = False

    @property
    def until(self) -> datetime:
        return self.since + PATIENCE


@dataclass(slots=True)
class Loaded:
    """The locked roots of a batch, with the index from incidents and keys to them."""

    versions: Versions = Versions()
    states: dict[str, IncidentState] = field(default_factory=dict)
    history: dict[str, list[Seen]] = field(default_factory=dict)
    waiting: list[Waiting] = field(default_factory=list)
    released: list[Waiting] = field(default_factory=list)

    def by_incident(self, incident: str) -> IncidentState | None:
        """The state that an incident (root or linked) belongs to."""
        return next((state for state in self.states.values() if incident in state.incidents), None)

    def all_by_key(self, key: IncidentKey) -> list[tuple[IncidentState, Incident]]:
        """Every incident that a key finds."""
        return [
            (state, incident)
            for state in self.states.values()
            for incident in state.incidents.values()
            if incident.id == incident.root and _fits(incident, key)
        ]

    def wait(self, waiting: Waiting) -> None:
        """Keep a follow-up until its head comes or its time is over."""
        self.waiting.append(waiting)

    def release(self, key: IncidentKey, anywhere: IncidentKey | None = None) -> Iterator[Waiting]:
        """Those that wait for this key, or for any of its county (``anywhere``), in the order of their revisions; they wait no more."""
        ready = sorted(
            (one for one in self.waiting if one.key in (key, anywhere)), key=lambda one: (one.event.envelope.revision, one.since)
        )
        for one in ready:
            self.waiting.remove(one)
            self.released.append(one)
            yield one


def newest(found: Iterable[tuple[IncidentState, Incident]]) -> tuple[IncidentState, Incident] | None:
    """Of several incidents of one key the open one, else the one closed last."""
    return max(found, key=lambda pair: (pair[1].closed_at is None, pair[1].first_time), default=None)


def _fits(incident: Incident, key: IncidentKey) -> bool:
    status, family, scope, number = key
    if (incident.status, incident.family, incident.key) != (status, family, number):
        return False
    return incident.county == scope.removeprefix(ANYWHERE) if scope.startswith(ANYWHERE) else incident.scope == scope
