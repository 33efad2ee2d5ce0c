"""When an office, a school and its desk are open: timetables, closures and office hours laid over the days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from services.routing.core.calendar.days import FIRST_DAY, ONE_DAY, Calendars, DayUnknown, Span, local_day, moment

DEFAULT_OFFICE = (time(8, 30), time(17, 30))
DEFAULT_MORNING = (time(7, 0), time(7, 40))
DEFAULT_WINDOWS = (("am", DEFAULT_MORNING), ("pm", (time(16, 30), time(17, 20))))
DEFAULT_CLOSING = time(18, 0)
EARLIEST_CLOSING = time(11, 0)
"""No office and no school desk closes before it, and no morning window starts after it: what every unit's document must keep."""
SHORTEST_OFFICE_DAY = timedelta(hours=4)

Hours = Literal["24x7", "office", "school"]


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """Office hours of a county while the row is valid."""

    span: Span
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class WindowRow:
    """A gate's peak window in the timetable of a season (``(month, day)`` to ``(month, day)``, both included, may wrap the year)."""

    gate: str
    peak: str
    starts: time
    ends: time
    span: Span
    season: tuple[tuple[int, int], tuple[int, int]] | None = None
    weekdays: frozenset[int] | None = None

    def applies(self, day: date) -> bool:
        return self.span.holds(day) and self._in_season(day)

    def _in_season(self, day: date) -> bool:
        if self.season is None:
            return True
        first, last = self.season
        here = (day.month, day.day)
        return first <= here <= last if first <= last else here >= first or here <= last


def usual_windows(gates: Iterable[str]) -> tuple[WindowRow, ...]:
    """The windows of gates whose school states no timetable at all."""
    return tuple(WindowRow(gate, peak, starts, ends, Span(FIRST_DAY)) for gate in gates for peak, (starts, ends) in DEFAULT_WINDOWS)


@dataclass(frozen=True, slots=True)
class Closure:
    """Days a county or school closes (or opens on purpose); it counts for deliveries from its publication on.

    A closure of some ``grades`` leaves the school and its desk open.
    """

    first: date
    last: date
    published: datetime
    opens: bool
    reason: str
    grades: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SchoolTime:
    """What decides the days and hours of one school."""

    city: str
    kind: str
    windows: tuple[WindowRow, ...] = ()
    closings: tuple[tuple[Span, time], ...] = ()
    closures: tuple[Closure, ...] = ()

    def windows_on(self, day: date, *, gate: str | None = None, peak: str | None = None) -> tuple[WindowRow, ...]:
        """The windows of that date's timetable; of one gate and peak, rows for its weekday win over rows for every day."""
        rows = [w for w in self.windows if w.applies(day) and gate in (None, w.gate) and peak in (None, w.peak)]
        posts = dict.fromkeys((w.gate, w.peak) for w in rows)
        found = [w for post in posts for w in _of_the_day([row for row in rows if (row.gate, row.peak) == post], day)]
        return tuple(found or rows)

    def begin(self, day: date) -> time:
        """School-day begin: start of the morning window of that date's timetable (the earliest gate)."""
        return min((w.starts for w in self.windows_on(day, peak="am")), default=DEFAULT_MORNING[0])

    def close(self, day: date) -> time:
        """End of desk hours."""
        return next((closes for span, closes in self.closings if span.holds(day)), DEFAULT_CLOSING)

    def decreed(self, day: date, as_of: datetime) -> bool | None:
        """What a published closure or opening says about ``day``; the latest publication wins, None = nothing."""
        rows = [c for c in self.closures if c.first <= day <= c.last and c.published <= as_of and not c.grades]
        return max(rows, key=lambda c: c.published).opens if rows else None


def _of_the_day(rows: list[WindowRow], day: date) -> list[WindowRow]:
    """Of the rows of one gate and peak those for the weekday, else those for every day."""
    exact = [row for row in rows if row.weekdays is not None and day.weekday() in row.weekdays]
    return exact or [row for row in rows if row.weekdays is None]


@dataclass(frozen=True, slots=True)
class DeskTime:
    """The hours one desk lives by. ``school`` is the school whose days count (its own, or the one concerned)."""

    calendars: Calendars
    hours: Hours = "24x7"
    office: tuple[OfficeRow, ...] = ()
    school: SchoolTime | None = None

    def office_hours(self, day: date) -> tuple[time, time]:
        """Opening and closing on a working day."""
        return next(((r.opens, r.closes) for r in self.office if r.span.holds(day)), DEFAULT_OFFICE)

    def school_day(self, day: date, as_of: datetime) -> bool:
        """In term, worked and not closed, or opened on purpose; DayUnknown outside the calendars, ValueError without a school."""
        school = self.the_school()
        working = self.calendars.working(day)
        in_term = self.calendars.in_term(school.city, day, school.kind)
        decreed = school.decreed(day, as_of)
        return (working and in_term) if decreed is None else decreed

    def the_school(self) -> SchoolTime:
        if self.school is None:
            raise ValueError("a form in school days needs a school")
        return self.school

    def hours_on(self, day: date, as_of: datetime) -> tuple[datetime, datetime] | None:
        """Opening and closing instants of this desk on ``day``; None = closed all day (a 24x7 desk: the whole day)."""
        if self.hours == "24x7":
            return moment(day, time.min), moment(day + ONE_DAY, time.min)
        if self.hours == "office":
            opens, closes = self.office_hours(day)
            return (moment(day, opens), moment(day, closes)) if self.calendars.working(day) else None
        school = self.the_school()
        return (moment(day, school.begin(day)), moment(day, school.close(day))) if self.school_day(day, as_of) else None

    def open_at(self, at: datetime) -> bool:
        """Open at this instant: opening included, closing excluded; a day no calendar covers, or no such school, counts as closed."""
        if self.hours == "school" and self.school is None:
            return False
        try:
            hours = self.hours_on(local_day(at), at)
        except DayUnknown:
            return False
        return hours is not None and hours[0] <= at < hours[1]
