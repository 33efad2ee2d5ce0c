"""Dues of periodic duties: the last school day of a month."""

from datetime import date, datetime

from services.routing.core.calendar import ONE_DAY, DayUnknown, DeskTime, moment
from services.routing.core.deadlines.compute import Due, pending_words
from services.routing.core.deadlines.words import day_words, which_day


def month_end_due(first: date, as_of: datetime, desk: DeskTime) -> Due | None:
    """Desk close of the last school day of the month that begins on ``first``; None when the month has no school day.

    Closures published by ``as_of`` count; a day that no calendar covers gives a pending due.
    """
    school = desk.the_school()
    version = desk.calendars.school_version(school.city)
    days = [day for n in range(31) if (day := first + n * ONE_DAY).month == first.month]
    try:
        taught = [day for day in days if desk.school_day(day, as_of)]
    except DayUnknown as unknown:
        return Due(None, unknown.pending, pending_words(unknown.pending), version)
    if not taught:
        return None
    due = moment(taught[-1], school.close(taught[-1]))
    words = f"本月最后一个上学日 {day_words(taught[-1], first)}{which_day(taught[-1], desk.calendars, '上学')}"
    return Due(due, None, f"{words}{due:%H:%M} 校内值守结束前报送", version)
