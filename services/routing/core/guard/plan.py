"""Which posts stand on a day: every gate of every school whose school day it is, in each peak of that date's timetable."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from services.routing.core.calendar import DayUnknown, DeskTime, WindowRow, moment
from services.routing.core.directory import Directory, SchoolAt
from services.routing.core.guard.model import Post

PEAKS = ("am", "pm", "night")
NOON = time(12)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class DayPlan:
    """The posts of a day. ``pending``: calendars (``<calendar>/<year>``) that do not cover the day, so that nothing is said of their schools."""

    day: date
    posts: tuple[Post, ...]
    pending: tuple[str, ...] = ()


def plan_day(directory: Directory, day: date, as_of: datetime) -> DayPlan:
    """The posts of ``day``, with the closures published by ``as_of``. A county that is not on the bus has none."""
    posts: list[Post] = []
    pending: set[str] = set()
    at = moment(day, NOON)
    for school in directory.schools(at):
        if directory.onboarding(school.county, at) == "none" or not directory.gates(school.id, at):
            continue
        try:
            posts += _posts_of(directory, school, day, as_of)
        except DayUnknown as unknown:
            pending.add(unknown.pending)
    return DayPlan(day, tuple(sorted(posts, key=lambda post: post.key)), tuple(sorted(pending)))


def _posts_of(directory: Directory, school: SchoolAt, day: date, as_of: datetime) -> Iterator[Post]:
    at = moment(day, NOON)
    hours = _hours(directory, school.id, at)
    if not hours.school_day(day, as_of):
        return
    for gate in directory.gates(school.id, at):
        for peak in PEAKS:
            window = _window(hours, gate.id, peak, day)
            if window is not None:
                begins, ends = moment(day, window.starts), moment(day, window.ends)
                yield Post(day, school.id, gate.id, peak, school.county, begins, ends, dict(gate.required))


def window_end(directory: Directory, school: str, gate: str, peak: str, day: date) -> datetime | None:
    """When the window of a gate ends on ``day`` by its timetable, be it a school day or not; None without such a gate or window."""
    at = moment(day, NOON)
    if all(one.id != gate for one in directory.gates(school, at)):
        return None
    window = _window(_hours(directory, school, at), gate, peak, day)
    return moment(day, window.ends) if window else None


def _hours(directory: Directory, school: str, at: datetime) -> DeskTime:
    return directory.desk_time(f"school.duty-desk@{school}", at)


def _window(hours: DeskTime, gate: str, peak: str, day: date) -> WindowRow | None:
    """The gate's window; rows of other weekdays stand in only on a weekend day that is taught, as on a make-up Sunday."""
    rows = hours.the_school().windows_on(day, gate=gate, peak=peak)
    here = [row for row in rows if row.weekdays is None or day.weekday() in row.weekdays or day.weekday() >= SATURDAY]
    return min(here, key=lambda row: row.starts, default=None)
