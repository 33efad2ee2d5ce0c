"""Which of two deadlines is never the later one: proven for every delivery, desk and event from what the forms mean, never tried out.

The proof leans on what every unit's document keeps: offices are open for some hours a day and close late enough, and so do school desks.
A pair that cannot be proven is no order: a pack that needs it is refused, and two rules that ask for both get the earlier of the two."""

from collections.abc import Callable, Mapping
from datetime import time, timedelta
from typing import Any

from services.routing.core.calendar import EARLIEST_CLOSING, SHORTEST_OFFICE_DAY
from services.routing.core.deadlines.forms import (
    ByDate,
    Daily,
    DayBefore,
    Earlier,
    Elapsed,
    Form,
    FromField,
    NaturalDays,
    NextSchoolDay,
    OpenEnd,
    OpenHours,
    Review,
    SchoolDays,
    SchoolDaysBefore,
    Weekly,
    WorkingDays,
    parse_form,
    repeats,
)
from services.routing.core.deadlines.rules import CAP, NOON

DAY = 24 * 60
_CLOSING = EARLIEST_CLOSING.hour * 60 + EARLIEST_CLOSING.minute
_OFFICE_DAY = SHORTEST_OFFICE_DAY // timedelta(minutes=1)
_CAP = CAP // timedelta(minutes=1)
_AMOUNTS: Mapping[type[Any], Callable[[Any], Any]] = {
    Elapsed: lambda form: form.minutes,
    OpenHours: lambda form: form.hours,
    NextSchoolDay: lambda form: form.minutes,
    SchoolDays: lambda form: form.days,
    WorkingDays: lambda form: form.days,
    NaturalDays: lambda form: form.days,
    Review: lambda form: form.days,
    Daily: lambda form: form.at,
}
"""Of the forms that come in amounts: less is earlier."""


def never_later(form: str, other: str) -> bool:
    """Whether ``form`` is due no later than ``other`` whenever, wherever and about whatever both are asked for.

    False also where that cannot be proven. A form without a clock is never the earlier one; one that falls due again and again is only
    matched by its like. An unknown form is a ValueError."""
    return _never_later(parse_form(form), parse_form(other))


def earlier_of(form: str | None, other: str | None) -> str | None:
    """The form that asks for both: the earlier of two where that can be proven, else ``X≤Y``. One that repeats stands for itself."""
    if form is None or other is None:
        return form or other
    if never_later(form, other):
        return form
    if never_later(other, form):
        return other
    return other if repeats(other) and not repeats(form) else form if repeats(form) else f"{form}≤{other}"


def _never_later(one: Form, other: Form) -> bool:
    if one == other:
        return True
    if isinstance(other, Daily | Weekly | Review) and type(one) is not type(other):
        return False
    match one, other:
        case _, Earlier(left, right):
            return _never_later(one, left) and _never_later(one, right)
        case Earlier(left, right), _:
            return _never_later(left, other) or _never_later(right, other)
        case OpenEnd(), _:
            return False
        case _, OpenEnd():
            return True
        case FromField(inner, field), FromField(wanted, named):
            return field == named and _never_later(inner, wanted)
        case DayBefore(at, field), DayBefore(latest, named):
            return field == named and at <= latest
        case DayBefore(_, field), ByDate(named):
            return field == named
        case SchoolDaysBefore(days, field), SchoolDaysBefore(least, named):
            return field == named and days >= least
        case _:
            return _of_one_family(one, other) or _by_days(one, other) or _by_bounds(one, other)


def _of_one_family(one: Form, other: Form) -> bool:
    if type(one) is not type(other) or type(one) not in _AMOUNTS:
        return False
    if isinstance(one, Elapsed) and isinstance(other, Elapsed) and one.of_known_at != other.of_known_at:
        return False
    amount = _AMOUNTS[type(one)]
    return bool(amount(one) <= amount(other))


def _by_days(one: Form, other: Form) -> bool:
    """Forms of two families that count days: whatever the calendars say, the first is over when the second ends."""
    match one, other:
        case NaturalDays(days), (WorkingDays(wanted) | SchoolDays(wanted)):
            return days < wanted
        case OpenHours(hours), WorkingDays(wanted):
            return hours * 60 <= wanted * _OFFICE_DAY
        case NextSchoolDay(minutes), SchoolDays(wanted):
            return minutes <= (wanted - 1) * DAY + _CLOSING
        case _:
            return False


def _by_bounds(one: Form, other: Form) -> bool:
    latest, earliest = _at_latest(one), _at_earliest(other)
    return latest is not None and earliest is not None and latest <= earliest


def _at_latest(form: Form) -> int | None:
    """Minutes after the start by which a form is due at the latest; None where breaks may put it off."""
    match form:
        case Elapsed(minutes, of_known_at=False):
            return minutes
        case NextSchoolDay(minutes):
            return max(minutes, _CAP)
        case NaturalDays(days) | Review(days):
            return (days + 1) * DAY
        case Daily(at):
            return _minutes(NOON) + _minutes(at)
        case _:
            return None


def _at_earliest(form: Form) -> int | None:
    """Minutes after the start before which a form is never due; None where nothing is known."""
    match form:
        case Elapsed(minutes, of_known_at=False):
            return minutes
        case OpenHours(hours):
            return hours * 60
        case NextSchoolDay(minutes):
            return min(minutes, _CAP)
        case WorkingDays(days) | SchoolDays(days):
            return (days - 1) * DAY + _CLOSING
        case NaturalDays(days):
            return days * DAY
        case _:
            return None


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
