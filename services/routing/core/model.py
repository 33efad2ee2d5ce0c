"""What routing knows of one incident: frozen records, and the fold that collects their changes and what must be told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

from contracts.coordination import Colour, DutyKind, Kind, Ladder, Ruling
from contracts.envelope import Status
from services.routing.core.directory import Directory
from services.routing.core.mandates import MandateBook

NotificationState = Literal["issued", "delivered", "acknowledged", "returned", "redirected", "superseded", "withdrawn"]
DutyState = Literal["open", "pending", "held", "met", "ended"]
OPEN_STATES: frozenset[str] = frozenset({"issued", "delivered", "acknowledged", "returned"})


@dataclass(frozen=True, slots=True)
class Incident:
    """事由. ``root`` is the incident whose row is locked; items of arbitration and uncovered desks are incidents linked to their root."""

    id: str
    root: str
    number: str
    family: str
    scope: str
    key: str
    status: Status
    county: str
    head_type: str
    head_source: str
    head_id: str
    publisher: str
    first_time: datetime
    first_known_at: datetime
    revision: int
    picture: Mapping[str, Any]
    place_code: str | None = None
    follows: str | None = None
    closed_at: datetime | None = None
    withdrawn_at: datetime | None = None
    late_publish: bool = False


@dataclass(frozen=True, slots=True)
class Notification:
    """通报: one per incident and desk and round; ``issued`` is the last message sent, kept to send it again."""

    id: str
    incident: str
    desk: str
    round: int
    kind: Kind
    version: int
    material_version: int
    view: str
    mandates: tuple[str, ...]
    ladder: Ladder | None
    colour: Colour
    forms: Mapping[DutyKind, tuple[str, ...]]
    state: NotificationState
    issued_at: datetime
    issued: Mapping[str, Any]
    school: str | None = None
    delivered_at: datetime | None = None
    delivered_version: int = 0
    acknowledged_at: datetime | None = None
    acknowledged_version: int = 0
    acted_at: datetime | None = None
    retime: Literal["none", "fresh", "tighter"] = "none"
    returned_at: datetime | None = None
    returns: int = 0
    arbitration_of: str | None = None
    ruling: Ruling | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """One fired step of a ladder."""

    step: int
    desk: str
    logical_at: datetime
    escalation: str
    jumped: str = ""


@dataclass(frozen=True, slots=True)
class Duty:
    """A deadline of one desk; ``next_at`` is when the clock has to look at it again."""

    id: str
    incident: str
    desk: str
    kind: DutyKind
    owner: str
    version: int
    ladder: Ladder | None
    start: datetime
    forms: tuple[str, ...]
    state: DutyState
    due: datetime | None
    derivation: str
    calendar_version: str
    pending: str | None = None
    met_at: datetime | None = None
    missed_at: datetime | None = None
    voided: bool = False
    ladder_from: datetime | None = None
    next_step: int = 0
    next_at: datetime | None = None
    told: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """分工 of one desk in the joint task."""

    desk: str
    lead: bool
    text: str
    agency: str
    mandate: str
    state: Literal["open", "accepted", "started", "done", "excused"] = "open"


@dataclass(frozen=True, slots=True)
class Task:
    """协同处置任务: one per incident, led by the mandate of the highest rank."""

    id: str
    incident: str
    version: int
    lead: str
    mandate: str
    rank: int
    ladder: Ladder | None
    parts: tuple[Part, ...]
    report: str | None
    close: str | None
    opened_at: datetime
    lead_delivered_at: datetime | None = None
    closed_at: datetime | None = None


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


Item = Incident | Notification | Duty | Task


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
        """Queue a message of the bus to one desk."""
        self.out.append(Outgoing(name, data, to, self.state.incidents[incident], about, version))

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
        """The desks that follow what others do: the publisher and the lead. An item of the bus's own government has no publisher."""
        task = self.task_of(incident.id)
        publisher = [incident.publisher] if incident.id == incident.root else []
        return list(dict.fromkeys([*publisher, *([task.lead] if task else [])]))
