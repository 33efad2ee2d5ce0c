"""A mandate 职责规则 as data: when, who must know, who acts, by when, under which words of which document."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from contracts.coordination import Kind, Ladder, PauseReason
from services.routing.core.directory import Target
from services.routing.core.mandates.conditions import Clause

Trigger = Literal["event", "unmatched", "clock", "activation", "onboarding"]
Standing = Literal["law", "doc", "practice", "ours"]
"""What stands behind a number or a rule: a law, an official document, a practice, or nothing but our default."""
Level = Literal["national", "province", "city", "county", "school"]
LEVELS: tuple[Level, ...] = ("national", "province", "city", "county", "school")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a number comes from: the key it is named by, what stands behind it, and its words."""

    key: str
    standing: Standing
    words: str


OURS = Source("ours", "ours", "平台默认值，可由规则包收紧")


@dataclass(frozen=True, slots=True)
class BasisRef:
    """The words of a public document a mandate stands on; ``row`` is the demand they carry, ``numbers`` where its minutes come from.

    A law or practice that is named without its words has no ``quote``."""

    document: str
    quote: str
    numbers: str = ""
    row: str = ""
    standing: Standing = "doc"


@dataclass(frozen=True, slots=True)
class NotifyRow:
    """One role that is told, or a stand-in (``@lead``); forms in the notation of the clocks.

    ``only``: this row stands for the highest severity, level or grade, or for all others. ``ack_by_ladder``: the ack form by class.
    ``types``: the row stands for these types alone. ``act``: the statement of the desk's own unit that alone is its first action.
    ``when``: only where this holds too, on the picture of the incident (of a joining type: what its head says).
    ``within`` ``county``: every unit of the role in the event's county.
    ``digest`` ``weekly``: nobody is told at once; all that was stated in a week is told together.
    """

    to: str
    kind: Kind
    view: str
    ack: str | None = None
    first_action: str | None = None
    sources: tuple[Source, ...] = ()
    only: Literal["highest", "otherwise"] | None = None
    ack_by_ladder: Mapping[Ladder, str] = field(default_factory=dict)
    types: tuple[str, ...] = ()
    act: str | None = None
    within: Literal["county"] | None = None
    when: tuple[Clause, ...] = ()
    digest: Literal["weekly"] | None = None
    line: int = field(default=0, compare=False)

    @property
    def numbers(self) -> str:
        """Where its minutes come from, in words."""
        return "；".join(source.words for source in self.sources)


@dataclass(frozen=True, slots=True)
class Overdue:
    """From ``after`` on, counted from the lead's delivery, an open close is told to the roles of ``tell``, once."""

    after: str
    tell: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TaskRow:
    """The joint task: lead and assisting roles, report and close forms from the lead's delivery.

    ``parts``: what each does, by the role as it is named here, else by agency. ``pauses``: what the close may wait for; ``overdue``: whom it is
    told to when it stays open too long. ``sources``: where its numbers come from."""

    lead: str | None
    assist: tuple[str, ...]
    parts: Mapping[str, str]
    report: str | None
    close: str | None
    pauses: tuple[PauseReason, ...] = ()
    overdue: Overdue | None = None
    sources: tuple[Source, ...] = (OURS,)
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class LadderStep:
    """``offset`` counts from the missed due; ``inform_publisher``: the publisher's desk hears of this step."""

    step: int
    offset: str
    target: Target
    inform_publisher: bool = False


@dataclass(frozen=True, slots=True)
class PackInfo:
    """The pack a mandate belongs to. ``jurisdiction``: "" for the nation, else 2, 4 or 6 digits of a division, or a school's 10.

    ``effective_from`` is included, ``effective_to`` excluded. ``claims``: the demands (rows of the inventory) it says it answers.
    """

    id: str
    title: str
    version: int
    level: Level
    jurisdiction: str
    effective_from: datetime
    effective_to: datetime | None = None
    claims: tuple[str, ...] = ()

    def in_force(self, at: datetime) -> bool:
        """Whether its own dates hold ``at``; a higher version of the pack that does so too speaks in its place."""
        return self.effective_from <= at and (self.effective_to is None or at < self.effective_to)

    @property
    def name(self) -> str:
        """``national-founding@1``."""
        return f"{self.id}@{self.version}"


@dataclass(frozen=True, slots=True)
class Place:
    """One place that an event concerns: a division (its county, or an area whose every school it concerns), or a school in its county."""

    division: str
    school: str = ""

    @property
    def jurisdictions(self) -> tuple[str, ...]:
        """Whose packs speak here, from the nation down."""
        codes = ("", *(self.division[:digits] for digits in (2, 4, 6) if digits <= len(self.division)))
        return (*codes, self.school) if self.school else codes


@dataclass(frozen=True, slots=True)
class Mandate:
    """One rule, ``file`` and ``line`` where it is written. ``own_incident``: its items never merge.

    ``trigger``: an event; ``unmatched``: events that no other rule wants; ``clock``: a time of its own; ``activation`` of a pack;
    ``onboarding``: a desk of a county that is not on the bus yet. ``places``: as it was found for one event, the places it speaks for
    (none named: all of them)."""

    id: str
    version: int
    name: str
    in_pack: PackInfo
    types: tuple[str, ...]
    when: tuple[Clause, ...]
    notify: tuple[NotifyRow, ...]
    task: TaskRow | None
    rank: int
    ladder: Ladder | None
    basis: tuple[BasisRef, ...]
    covers: tuple[str, ...]
    trigger: Trigger = "event"
    own_incident: bool = False
    file: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)
    places: tuple[Place, ...] = ()

    @property
    def pack(self) -> str:
        """``national-founding@1``: pack and version, for stamping."""
        return self.in_pack.name
