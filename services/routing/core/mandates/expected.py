"""What must be stated without being asked: periodic duties 应报, and cross-checks 疑似漏报 of one agency's word against another's silence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from contracts.coordination import Ladder
from services.routing.core.mandates.conditions import Clause
from services.routing.core.mandates.model import BasisRef, Mandate, PackInfo, Source

Every = Literal["month", "quarter", "term", "year", "7nd", "once"]
Whose = Literal["schools", "publisher", "bureau"]
Since = Literal["known_at", "published_at", "delivered_at"]
Counted = Literal["school-days", "working-days"]


@dataclass(frozen=True, slots=True)
class Who:
    """The units that owe: kinds of units, and (none: all) kinds of schools."""

    kinds: frozenset[str]
    schools: frozenset[str] = frozenset()

    def holds(self, kind: str, school_kind: str) -> bool:
        return kind in self.kinds and (not self.schools or kind != "sch" or school_kind in self.schools)


@dataclass(frozen=True, slots=True)
class Floor:
    """A period with fewer such days has no duty."""

    days: Counted
    at_least: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that counts: its types, conditions on what it says, and whose it is: of the schools it names, of its publisher,
    or of the bureau that leads its publisher's agency in the county.

    ``period``: the field that names its period; ``dated``: the field with its date (a list: its last); without both its time counts."""

    types: tuple[str, ...]
    when: tuple[Clause, ...] = ()
    of: Whose = "schools"
    period: str | None = None
    dated: str | None = None

    def holds(self, facts: Mapping[str, Any]) -> bool:
        return all(clause.holds(facts) for clause in self.when)


@dataclass(frozen=True, slots=True)
class RecordConfirmed:
    """The unit's record in the Directory was changed, or carries a later date of confirmation."""


@dataclass(frozen=True, slots=True)
class ExerciseSigned:
    """Every desk of the county that mandates ask to sign has signed for something of an exercise."""


@dataclass(frozen=True, slots=True)
class AllReported:
    """A summary: everything that another duty asks for within the unit's area and period is in."""

    rule: str


MetBy = Statement | RecordConfirmed | ExerciseSigned | AllReported


@dataclass(frozen=True, slots=True)
class ToldRow:
    """One desk that is told when a report is missing: its role (or ``@unit-leader``) and when, counted from the missed due.

    ``in_a_row``: only when that many periods one after the other are missing."""

    to: str
    after: str = "0min"
    in_a_row: int = 1


@dataclass(frozen=True, slots=True)
class Expected:
    """One part of a periodic duty. ``desk``: the role that owes it; ``due``: a form of the period; ``told``: who hears of its absence.

    ``opened_by``: it is owed from this statement on, every ``every`` since the last one, until the incident is over; or (``once``) one
    time, by another statement that names the same number in its own ``period``."""

    part: str
    who: Who
    desk: str
    every: Every
    due: str
    met_by: MetBy
    told: tuple[ToldRow, ...]
    floor: Floor | None = None
    opened_by: Statement | None = None


@dataclass(frozen=True, slots=True)
class PeriodicDuty:
    """应报, ``file`` and ``line`` where it is written. ``ladder``: climbed on after those who are told first, whose steps they stand for.

    ``sources``: where its numbers come from."""

    id: str
    version: int
    name: str
    in_pack: PackInfo
    parts: tuple[Expected, ...]
    basis: tuple[BasisRef, ...]
    covers: tuple[str, ...]
    ladder: Ladder | None = None
    sources: tuple[Source, ...] = ()
    file: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)

    @property
    def pack(self) -> str:
        """``national-founding@1``: pack and version."""
        return self.in_pack.name

    @property
    def stamp(self) -> str:
        """``PER-01@1 national-founding@1``: what an expectation was made by."""
        return f"{self.id}@{self.version} {self.pack}"

    def part(self, name: str) -> Expected | None:
        return next((part for part in self.parts if part.part == name), None)


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """疑似漏报: ``evidence`` was stated, and nothing of ``answer`` for the same unit from ``before`` ahead of it until ``after`` it.

    ``since``: which instant of the evidence is meant; for ``delivered_at`` the delivery to the unit under the mandate ``told_by``.
    ``owes``: the role that should have stated it, whose first action in the evidence's incident such a statement is when ``acts``."""

    mandate: Mandate
    evidence: Statement
    answer: Statement
    since: Since
    before: timedelta
    after: timedelta
    owes: str
    told_by: str | None = None
    acts: bool = False

    @property
    def id(self) -> str:
        return self.mandate.id

    @property
    def version(self) -> int:
        return self.mandate.version

    @property
    def in_pack(self) -> PackInfo:
        return self.mandate.in_pack

    @property
    def stamp(self) -> str:
        """``XCK-01@1 national-founding@1``: what a check was begun by."""
        return f"{self.id}@{self.version} {self.mandate.pack}"


AnyRule = Mandate | PeriodicDuty
"""What a file of a pack states; a cross-check by the mandate in it."""
