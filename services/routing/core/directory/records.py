"""What a unit's document says, read into frozen rows with dates. ``first`` is included, ``end`` excluded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal

from services.routing.core.calendar import Closure, OfficeRow, Span, WindowRow

Slot = Literal["police", "school", "parent"]
SLOTS: tuple[Slot, ...] = ("police", "school", "parent")
"""Who stands at a gate."""


@dataclass(frozen=True, slots=True)
class UnitRow:
    """The unit itself while the row is valid."""

    span: Span
    name: str
    place_code: str = ""
    parent: str = ""
    school_kind: str = ""
    successor: str = ""
    onboarding: str = "live"
    serves: tuple[str, ...] = ()
    responsible: str = ""
    duty: str = ""
    way: str = ""


@dataclass(frozen=True, slots=True)
class CircleRow:
    """The units paired with a school: pair name → unit id."""

    span: Span
    pairs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate and the slots that must be filled there in each peak."""

    id: str
    name: str
    required: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person at one desk for a while; ``substitute`` is a desk that takes over when nobody follows."""

    role: str
    person: str
    shown: str
    first: datetime
    end: datetime | None
    substitute: str | None


@dataclass(frozen=True, slots=True)
class UnitRead:
    """One unit with all its dated rows, as read from its document."""

    unit: str
    kind: str
    agency: str
    rows: tuple[UnitRow, ...]
    desks: frozenset[str]
    circle: tuple[CircleRow, ...] = ()
    gates: tuple[Gate, ...] = ()
    windows: tuple[WindowRow, ...] = ()
    closings: tuple[tuple[Span, time], ...] = ()
    closures: tuple[Closure, ...] = ()
    office: tuple[OfficeRow, ...] = ()
    hospital: tuple[tuple[Span, str], ...] = ()
    rosters: Mapping[str, tuple[RosterRow, ...]] = field(default_factory=dict)
    channels: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def row(self, day: date) -> UnitRow | None:
        return next((row for row in self.rows if row.span.holds(day)), None)

    def last_before(self, day: date) -> UnitRow | None:
        """The row that ended last, when the unit is over by ``day``."""
        ended = [row for row in self.rows if row.span.end is not None and row.span.end <= day]
        return ended[-1] if ended and ended[-1] is self.rows[-1] else None

    def pairs(self, day: date) -> Mapping[str, str]:
        return next((row.pairs for row in self.circle if row.span.holds(day)), {})
