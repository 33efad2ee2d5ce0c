"""护学岗 as plain values: a post (one gate in one peak of one day), who is rostered there, who checked in, and where people are missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from contracts.ids import derived_id
from services.routing.core.calendar import ONE_DAY, moment
from services.routing.core.directory.records import Slot

GapKind = Literal["planned", "live"]
GapState = Literal["open", "filled", "uncovered", "voided", "superseded"]
FilledBy = Literal["check-in", "substitute", "roster"]
SLOT_OF: Mapping[str, Slot] = {"police": "police", "auxiliary": "police", "school": "school", "parent": "parent"}
"""The slot that a person of each kind fills: auxiliaries 辅警 stand for the police."""
ROSTER_CHECK = time(18)
"""When the rosters of the next day are looked at."""
GRACE = timedelta(minutes=5)
"""How long after the start of a window people may come."""
UPLOAD_WITHIN = timedelta(hours=4)
"""How long after the end of a window an upload still proves presence by itself."""

PostKey = tuple[date, str, str, str]
"""(day, school, gate, peak)."""


@dataclass(frozen=True, slots=True)
class Post:
    """One gate in one peak of one day. ``required``: slot → persons, as the Directory says; a roster may say otherwise.

    ``rosters_seen``: the check of the evening before is over; ``live_seen``: so is the check in the window; ``dropped``: planned once,
    and not to be guarded after all."""

    day: date
    school: str
    gate: str
    peak: str
    county: str
    starts: datetime
    ends: datetime
    required: Mapping[str, int]
    rosters_seen: bool = False
    live_seen: bool = False
    dropped: bool = False

    @property
    def key(self) -> PostKey:
        return self.day, self.school, self.gate, self.peak

    @property
    def roster_check(self) -> datetime:
        """18:00 of the calendar day before."""
        return moment(self.day - ONE_DAY, ROSTER_CHECK)

    @property
    def live_check(self) -> datetime:
        return self.starts + GRACE


@dataclass(frozen=True, slots=True)
class Rostered:
    """A row of a roster: who stands where, and who stands in for them."""

    gate: str
    peak: str
    slot: str
    person: str
    substitute: str | None = None


@dataclass(frozen=True, slots=True)
class Required:
    """How many persons a roster wants in a slot."""

    gate: str
    peak: str
    slot: str
    count: int


@dataclass(frozen=True, slots=True)
class Roster:
    """One version of a school's roster of a day. None: this version says nothing about it, what was said before stands."""

    revision: int
    published_at: datetime
    rows: tuple[Rostered, ...] | None
    required: tuple[Required, ...] | None


@dataclass(frozen=True, slots=True)
class CheckIn:
    """Somebody came to a post or left it; only what counts is a CheckIn of the core."""

    slot: str
    person: str
    act: Literal["in", "out"]
    at: datetime
    batch: str
    uploaded_at: datetime
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """A slot that is short of people. ``told``: desks know of it; ``late``: how it ended was learnt when the window was over, or from late data.

    ``present``: the persons found when it was opened; ``minutes``: from its opening until it was filled."""

    id: str
    kind: GapKind
    slot: Slot
    need: int
    present: int
    opened_at: datetime
    state: GapState = "open"
    told: bool = False
    ended_at: datetime | None = None
    minutes: int | None = None
    by: FilledBy | None = None
    late: bool = False


def gap_id(post: Post, kind: GapKind, slot: Slot, opened_at: datetime) -> str:
    """The id of a gap and of its incident: the same whoever finds it, and however often."""
    return derived_id(opened_at, "guard-gap", post.day.isoformat(), post.school, post.gate, post.peak, slot, kind)
