"""What the databases hold, as the auditor looks at it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """An event in its agency's own store."""

    service: str
    source: str
    id: str
    name: str
    subject: str
    revision: int
    is_decided: bool
    is_parked: bool
    status: str = "actual"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """An event that routing decided, in the order of deciding."""

    source: str
    id: str
    incident: str
    root: str
    revision: int
    outcome: str
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notification as routing keeps it."""

    id: str
    incident: str
    root: str
    family: str
    desk: str
    kind: str
    round: int
    version: int
    state: str
    mandates: tuple[str, ...]
    delivered_at: datetime | None
    acknowledged_at: datetime | None
    arbitration_of: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocked:
    """A duty as routing keeps it. ``told``: steps of its ladder that fired for somebody."""

    owner: str
    incident: str
    desk: str
    kind: str
    state: str
    due: datetime | None
    met_at: datetime | None
    missed_at: datetime | None
    is_voided: bool
    told: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDesk:
    """A notification as the desk's own service keeps it."""

    service: str
    id: str
    desk: str
    version: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A row of an outbox, in the order of its number; without an offset it is not sent yet."""

    schema: str
    seq: int
    topic: str
    key: str
    source: str
    id: str
    partition: int | None
    offset: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A gap at a guard post that the bus opened and told. ``kind``: planned, live."""

    id: str
    kind: str
    school: str
    gate: str
    date: str
    peak: str
    slot: str
    required: int
    opened_at: datetime
    county: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """Everything an audit reads. ``taken``: schema → (source, id) that its consumers took in; ``parked``: the same of dead letters."""

    now: datetime
    intake: tuple[Intake, ...] = ()
    decided: tuple[Decided, ...] = ()
    notices: tuple[Notice, ...] = ()
    clocked: tuple[Clocked, ...] = ()
    on_desk: tuple[OnDesk, ...] = ()
    sent: tuple[Sent, ...] = ()
    gaps: tuple[Gap, ...] = ()
    taken: Mapping[str, frozenset[tuple[str, str]]] = field(default_factory=dict)
    parked: Mapping[str, frozenset[tuple[str, str]]] = field(default_factory=dict)
