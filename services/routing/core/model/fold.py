"""One event folded into one root: what changed and what must be told, collected and not yet done."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from contracts.ids import unit_of
from services.routing.core.directory import Directory
from services.routing.core.mandates import MandateBook
from services.routing.core.model.records import Duty, Incident, Item, Notification
from services.routing.core.model.tasks import Task

OF_ITS_OWN = frozenset({"bus.decision.made", "bus.notification.withdrawn"})
"""What a unit under suspicion is told all the same: that its statement was decided, and that it loses what it once was told."""


class Misfit(Exception):
    """An event that fits nothing routing knows: ``code`` says why. It can never be folded."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class World:
    """The reference data one batch is decided with."""

    directory: Directory
    book: MandateBook
    pack_version: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Something routing tells one desk; ``object`` and ``version`` make its id, so that telling twice is told once."""

    name: str
    data: BaseModel
    recipient: str
    incident: Incident
    object: str
    version: int


@dataclass(slots=True)
class IncidentState:
    """One root incident with everything that hangs on it."""

    incidents: dict[str, Incident] = field(default_factory=dict)
    notifications: dict[str, Notification] = field(default_factory=dict)
    duties: dict[str, Duty] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)

    def shelf(self, item: Item) -> dict[str, Any]:
        """The dictionary that an item lives in."""
        match item:
            case Incident():
                return self.incidents
            case Notification():
                return self.notifications
            case Duty():
                return self.duties
            case Task():
                return self.tasks


@dataclass(slots=True)
class Fold:
    """One event being folded into a state: what changed and what must be told, nothing done yet."""

    state: IncidentState
    world: World
    now: datetime
    cause: str
    out: list[Outgoing] = field(default_factory=list)
    changed: dict[str, Item] = field(default_factory=dict)

    def put(self, item: Item) -> None:
        """Replace an item in the state and remember that it must be stored."""
        self.state.shelf(item)[item.id] = item
        self.changed[item.id] = item

    def tell(self, name: str, data: BaseModel, *, to: str, incident: str, about: str, version: int = 1) -> None:
        """Queue a message of the bus to one desk. A unit under suspicion gets nothing, but for the answer to what it stated itself."""
        if name not in OF_ITS_OWN and self.suspected(self.state.incidents[incident], to):
            return
        self.out.append(Outgoing(name, data, to, self.state.incidents[incident], about, version))

    def suspected(self, incident: Incident, desk: str) -> bool:
        """Whether a desk stands in the unit that the incident names as the suspect's."""
        named = incident.picture.get("suspect_unit")
        if named is None:
            return False
        found = self.world.directory.unit(named, self.now)
        return unit_of(desk) in (named, found.id if found else named)

    def duties_of(self, owner: str) -> list[Duty]:
        """The duties of a notification or a task."""
        return [duty for duty in self.state.duties.values() if duty.owner == owner]

    def notifications_of(self, incident: str) -> list[Notification]:
        """The notifications of one incident in the order of issue."""
        return [n for n in self.state.notifications.values() if n.incident == incident]

    def task_of(self, incident: str) -> Task | None:
        """The joint task of an incident."""
        return next((task for task in self.state.tasks.values() if task.incident == incident), None)

    def followers(self, incident: Incident) -> list[str]:
        """The desks that follow what others do: the publisher and the lead. What the bus itself opened has no publisher."""
        task = self.task_of(incident.id)
        publisher = incident.stated_by
        return list(dict.fromkeys([*publisher, *([task.lead] if task else [])]))
