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
    """A notification as routing keeps it. ``act``: the statement that alone is its first action."""

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
    act: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocked:
    """A duty as routing keeps it. ``told``: steps of its ladder that fired for somebody; ``start``, ``forms``: from when it runs, and how."""

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
    start: datetime | None = None
    forms: tuple[str, ...] = ()


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """One side's word about the other, as routing keeps it."""

    by: str
    of: str
    score: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """A joint task as routing keeps it. ``members``: the desks whose part stands, ``excused``: those whose part fell away;

    ``waits``: from when to when its close stood still, ``follow_ups``: when the lead said what it found."""

    id: str
    incident: str
    lead: str
    closed_at: datetime | None
    members: tuple[str, ...]
    excused: tuple[str, ...] = ()
    ratings: tuple[Rated, ...] = ()
    waits: tuple[tuple[datetime, datetime | None], ...] = ()
    follow_ups: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What a desk was told of another's act, on its own service. ``about``: the task or the notification; ``at``: when it was done."""

    service: str
    desk: str
    name: str
    about: str
    by: str
    at: datetime
    of: str | None = None
    refused: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An answer as the service of the desk that gave it keeps it."""

    service: str
    desk: str
    act: str
    object: str
    at: datetime
    of: str | None = None


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
    joints: tuple[Joint, ...] = ()
    words: tuple[Word, ...] = ()
    kept: tuple[Kept, ...] = ()
    taken: Mapping[str, frozenset[tuple[str, str]]] = field(default_factory=dict)
    parked: Mapping[str, frozenset[tuple[str, str]]] = field(default_factory=dict)
