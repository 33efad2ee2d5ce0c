"""What routing knows of one incident: frozen records, each stored whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from contracts.coordination import Colour, DutyKind, Kind, Ladder, Ruling
from contracts.envelope import Status
from services.routing.core.mandates import LadderStep
from services.routing.core.model.tasks import Task

NotificationState = Literal["issued", "delivered", "acknowledged", "returned", "redirected", "superseded", "withdrawn", "suspended"]
DutyState = Literal["open", "pending", "held", "met", "ended"]
Retime = Literal["none", "tighter", "anew"]
"""What a new version does to running clocks: nothing; the earlier due stands (a signed desk starts afresh); the old duty is superseded."""
GONE = frozenset({"redirected", "superseded", "withdrawn", "suspended"})
GOVERNMENT = frozenset({"arbitration", "cross-check", "pack", "uncovered"})
"""Families of the bus's own government: items that nobody published, and that cannot be returned."""
OF_THE_BUS = "bus."
"""Begins the types that the bus states itself."""


ROW = "#"


def row_key(name: str, row: str) -> str:
    """Where an incident keeps what a type says of one row: ``community.visit.recorded#3199000102/2026-09/1``."""
    return f"{name}{ROW}{row}"


def type_in(key: str) -> str:
    """The type in a key of the statements of an incident."""
    return key.partition(ROW)[0]


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """撤销 of a head: a code of the closed list, the reason in words, and the officer who answers for it."""

    code: str
    reason: str
    officer: str


@dataclass(frozen=True, slots=True)
class RuleProposal:
    """规则建议 of a ruling, for the next pack: a type with these codes, at this place, goes to ``goes_to``.

    ``event``: the type; ``mandates``: by which it came to ``returned_by``; ``codes``: its kind or domain; no person and no free text."""

    event: str
    mandates: tuple[str, ...]
    codes: Mapping[str, str]
    schools: tuple[str, ...]
    place_code: str | None
    returned_by: str
    goes_to: tuple[str, ...]
    ruling: Ruling
    ruled_by: str
    ruled_at: datetime


@dataclass(frozen=True, slots=True)
class Triage:
    """分办 by a person at ``desk``, of what the type ``about`` states: ``schools`` stand ``instead_of`` what nobody knew, ``mandate`` holds
    though its conditions do not. ``person``: as desks show it."""

    desk: str
    person: str
    at: datetime
    about: str
    schools: tuple[str, ...] = ()
    instead_of: tuple[str, ...] = ()
    mandate: str | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """事由. ``root`` is the incident whose row is locked; items of arbitration and uncovered desks are incidents linked to their root.

    ``picture``: what its head says, merged; ``statements``: what later types of its family say (an outcome, a slip), by type, the newest word; where
    a type speaks of several rows, what it says of each stands behind it too (``row_key``);
    ``withdrawal``: why it is void and who answers for that. ``proposal``: of an arbitration, what its ruling proposes for the next pack.
    ``triage``: what a person named of it where no rule matched or nobody knew the school."""

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
    head_missing: bool = False
    statements: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    proposal: RuleProposal | None = None
    withdrawal: Withdrawal | None = None
    triage: Triage | None = None

    @property
    def own(self) -> bool:
        """Whether this is an item of the bus's own government."""
        return self.family in GOVERNMENT

    def said(self, name: str) -> Mapping[str, Any]:
        """The fields of a type as they stand: the head's picture, or what a later type of the family states."""
        return self.statements.get(name, {}) if name != self.head_type else self.picture

    @property
    def stated_by(self) -> tuple[str, ...]:
        """The desk that stated it; what the bus itself found, or governs, has none."""
        return () if self.own or self.head_type.startswith(OF_THE_BUS) else (self.publisher,)


@dataclass(frozen=True, slots=True)
class Clocks:
    """The clocks of one material version, kept until the delivery that starts them."""

    version: int
    forms: Mapping[DutyKind, tuple[str, ...]]
    ladder: Ladder | None
    retime: Retime


@dataclass(frozen=True, slots=True)
class Notification:
    """通报: one per incident and desk and round; ``issued`` is the last message sent, kept to send it again.

    ``binding``: the newest material version that was delivered, which a signature must reach. ``copy_of``: told in place of another.
    ``ruling`` on a return of this desk (at an arbiter: its own), ``passed_to`` the desk that the ruling named. ``about``: the types whose
    fields it shows (none: the head's). ``signed_by``: the person as desks show it. ``published_at``: when its first version became the
    bus's to carry; ``publish_due``: by when the publisher had to state it (none: without a bound).
    ``left``: its desk signed and was told that the level moved away from it; later moves are no news.
    ``act``: the statement of its own unit that alone is its first action."""

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
    untimed: tuple[Clocks, ...] = ()
    binding: int = 0
    copy_of: str | None = None
    returned_at: datetime | None = None
    returns: int = 0
    arbitration_of: str | None = None
    ruling: Ruling | None = None
    passed_to: str | None = None
    about: tuple[str, ...] = ()
    signed_by: Mapping[str, str] | None = None
    published_at: datetime | None = None
    publish_due: datetime | None = None
    left: bool = False
    act: str | None = None

    @property
    def live(self) -> bool:
        """Whether it still stands."""
        return self.state not in GONE

    @property
    def signed(self) -> bool:
        """Whether the signature reaches the version that binds."""
        return self.acknowledged_at is not None and self.acknowledged_version >= self.binding

    @property
    def settled(self) -> bool:
        """Whether it is signed, and nothing else to sign is on its way."""
        return self.signed and not self.untimed


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
    """A deadline of one desk; ``next_at`` is when the clock has to look at it again. ``by_bus``: it was computed after it had passed, for
    want of a calendar: the desk is not late by that. ``steps``: a ladder of its own, instead of the one of its letter and place."""

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
    by_bus: bool = False
    steps: tuple[LadderStep, ...] = ()


Item = Incident | Notification | Duty | Task
