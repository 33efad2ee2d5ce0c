"""The periods that reports are owed for: months, quarters, years, and the terms of each city."""

from collections.abc import Iterator, Sequence
from datetime import date

from services.routing.core.calendar import ONE_DAY, Calendars
from services.routing.core.deadlines import Period
from services.routing.core.mandates import Every


def month_of(day: date) -> Period:
    first = day.replace(day=1)
    return Period(f"{first:%Y-%m}", first, _next_month(first) - ONE_DAY)


def quarter_of(day: date) -> Period:
    number = (day.month - 1) // 3
    first = date(day.year, 3 * number + 1, 1)
    return Period(f"{day.year}-Q{number + 1}", first, _next_month(date(day.year, 3 * number + 3, 1)) - ONE_DAY)


def year_of(day: date) -> Period:
    return Period(f"{day.year}", date(day.year, 1, 1), date(day.year, 12, 31))


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def term_of(day: date, city: str, kind: str, calendars: Calendars) -> Period | None:
    """The term of a kind of school in a city; None in a break. Its label is the day it begins on."""
    term = calendars.term_of(city, day, kind)
    return Period(term.first.isoformat(), term.first, term.last) if term else None


def period_of(every: Every, day: date, city: str, kind: str, calendars: Calendars) -> Period | None:
    """The period that holds a day, for a unit of that city (and kind of school); None in a break, or for what has no periods."""
    match every:
        case "month":
            return month_of(day)
        case "quarter":
            return quarter_of(day)
        case "year":
            return year_of(day)
        case "term":
            return term_of(day, city, kind, calendars)
        case _:
            return None


def own_period(every: Every, period: Period, city: str, kind: str, calendars: Calendars) -> Period | None:
    """The period of one unit within a period of all: a term that begins elsewhere on another day is none of its own."""
    own = period_of(every, period.first, city, kind, calendars)
    return own if own is not None and own.label == period.label else None


def periods_from(every: Every, since: date, until: date, calendars: Calendars) -> Sequence[Period]:
    """Every period that has begun by ``until`` and was not over by ``since``, in order; terms of all cities that begin on one day are one."""
    if every == "term":
        return _terms(since, until, calendars)
    if every in ("7nd", "once"):
        return ()
    return tuple(_following(every, since, until))


def _following(every: Every, since: date, until: date) -> Iterator[Period]:
    day = since
    while day <= until:
        period = {"month": month_of, "quarter": quarter_of, "year": year_of}[every](day)
        yield period
        day = period.last + ONE_DAY


def _terms(since: date, until: date, calendars: Calendars) -> Sequence[Period]:
    ends: dict[date, date] = {}
    for term in calendars.terms_around(since, until):
        ends[term.first] = max(term.last, ends.get(term.first, term.last))
    return tuple(Period(first.isoformat(), first, ends[first]) for first in sorted(ends))
