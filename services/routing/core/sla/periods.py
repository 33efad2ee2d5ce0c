"""The periods that figures are asked for: months and weeks of Beijing time, and when the report of a month is due."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from services.routing.core.calendar import BEIJING, INSTANT, ONE_DAY, Calendars, moment

_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")
_WEEK = re.compile(r"(20[0-9]{2})-W([0-5][0-9])")
REPORT_AT = time(9, 0)


@dataclass(frozen=True, slots=True)
class Period:
    """``name``: ``2026-09`` or ``2026-W39``; ``start`` is included, ``end`` excluded."""

    name: str
    start: datetime
    end: datetime

    def holds(self, at: datetime) -> bool:
        return self.start <= at < self.end


def month_named(name: str) -> Period:
    """``2026-09``; anything else is a ValueError."""
    found = _MONTH.fullmatch(name)
    if found is None:
        raise ValueError(f"not a month: {name!r}")
    return _month(date(int(found[1]), int(found[2]), 1))


def week_named(name: str) -> Period:
    """``2026-W39``, Monday to Sunday (ISO 8601); anything else, or a week that the year has not, is a ValueError."""
    found = _WEEK.fullmatch(name)
    if found is None:
        raise ValueError(f"not a week: {name!r}")
    monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
    return Period(name, _midnight(monday), _midnight(monday + timedelta(days=7)))


def month_of(at: datetime) -> Period:
    """The month of an instant."""
    return _month(at.astimezone(BEIJING).date().replace(day=1))


def month_before(period: Period) -> Period:
    """The month that ends where this one begins."""
    return month_of(period.start - INSTANT)


def report_due(period: Period, calendars: Calendars) -> datetime:
    """09:00 of the first working day after the month; DayUnknown when no notice covers the days to look at."""
    day = period.end.astimezone(BEIJING).date()
    while not calendars.working(day):
        day += ONE_DAY
    return moment(day, REPORT_AT)


def _month(first: date) -> Period:
    following = (first + timedelta(days=31)).replace(day=1)
    return Period(f"{first:%Y-%m}", _midnight(first), _midnight(following))


def _midnight(day: date) -> datetime:
    return moment(day, time.min)
