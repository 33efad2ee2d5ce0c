"""The report as it is told: plain values, small numbers already replaced."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from services.routing.core.sla.periods import Period

By = Literal["desk", "unit", "agency", "type", "county"]
Shown = int | str
"""A count, or what stands in its place: ``<5``, ``<10``, ``hidden``."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose figures: ``scope`` is a division by its digits (``990102`` a county, ``9901`` a city, empty everywhere); of ``unit`` alone where
    one is named."""

    scope: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One thing that was asked for. ``rate``: in time of those that are decided; None when there are none, or they are not shown."""

    asked: Shown
    in_time: Shown
    late: Shown
    open: Shown
    rate: float | None


@dataclass(frozen=True, slots=True)
class Share:
    """Whose lateness: how many, and minutes beyond the allowance (None: not shown)."""

    late: Shown
    minutes: float | None


@dataclass(frozen=True, slots=True)
class Rated:
    """互评: how often the other sides of closed tasks rated it, and their average of 1 to 5 (None: none, or too few to be shown)."""

    given: Shown = 0
    average: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of one desk, unit, agency, type or county.

    ``delivered`` … ``closed``: what was asked of it as a receiver; ``published``: its own statements, against the publisher's bound, ``lawful``: those with a
    bound of the law, which is met or missed as a whole.
    ``publisher``, ``bus``, ``receiver``: the three shares of what it received; ``steps``: misses by the last step of their ladder;
    ``rated``: what the other sides said of it in the period.
    """

    key: str
    title: str
    delivered: Outcome
    signed: Outcome
    acted: Outcome
    reported: Outcome
    closed: Outcome
    median_minutes: float | None
    p90_minutes: float | None
    publisher: Share
    bus: Share
    receiver: Share
    published: Outcome
    published_overrun: Share
    lawful: Outcome
    steps: Mapping[str, Shown]
    rated: Rated = Rated()


@dataclass(frozen=True, slots=True)
class Dropped:
    """What fell away before its due, and is in no other figure."""

    key: str
    title: str
    superseded: Shown
    withdrawn: Shown
    redirected: Shown


@dataclass(frozen=True, slots=True)
class Voided:
    """An incident that was withdrawn: why, and who answers for it."""

    number: str
    type: str
    county: str
    withdrawn_at: datetime
    code: str
    reason: str
    officer: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """护学岗 windows of a county that are over, and those of them where no required slot was left uncovered."""

    county: str
    scheduled: int
    covered: int


@dataclass(frozen=True, slots=True)
class Expected:
    """What was owed without being asked (a list or nil report, a check, a drill), by line and rule (PER-01 …)."""

    key: str
    rule: str
    in_time: int
    late: int
    missing: int


@dataclass(frozen=True, slots=True)
class ExpectedOfPupils:
    """The same where each thing owed is about one pupil (the follow-ups of PER-07): of all desks of a division together, small numbers not shown."""

    rule: str
    in_time: Shown
    late: Shown
    missing: Shown


@dataclass(frozen=True, slots=True)
class Owed:
    """What one desk owed by one rule about incidents of one type (empty: about none)."""

    desk: str
    rule: str
    type: str
    in_time: int
    late: int
    missing: int


@dataclass(frozen=True, slots=True)
class Incidents:
    """Actual incidents that were first stated in the period and stand, none of them about a single child: as they were reported, and with
    those that a person merged (also by a chain of merges) counted as one. What desks owed is counted by incident all the same."""

    reported: int = 0
    counted: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """Lines by key, and their sums."""

    lines: tuple[Line, ...]
    total: Line


@dataclass(frozen=True, slots=True)
class Report:
    """``scope``: digits of the division it is about, empty for all; ``unit``: of this unit alone.
    ``voided_hidden``: withdrawn matters of single pupils, by type. ``incidents``: None of one unit, for they are counted by division."""

    period: Period
    by: By
    scope: str
    unit: str
    as_of: datetime
    actual: Table
    exercise: Table
    dropped: tuple[Dropped, ...]
    voided: tuple[Voided, ...] = ()
    voided_hidden: Mapping[str, Shown] = field(default_factory=dict)
    coverage: tuple[Coverage, ...] = ()
    expected: tuple[Expected, ...] = ()
    expected_of_pupils: tuple[ExpectedOfPupils, ...] = ()
    incidents: Incidents | None = Incidents()
