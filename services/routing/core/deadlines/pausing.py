"""A close clock that stood still: by how much its due moves (clocks §7).

A form that runs day and night moves by the time that was paused, one in working days by the working days that were paused. A working day
is paused when its office closing falls into the pause, so that no due ever comes to lie within one.
"""

from datetime import datetime

from services.routing.core.calendar import ONE_DAY, DayUnknown, DeskTime, local_day, moment
from services.routing.core.deadlines.compute import Due, compute_due, pending_words
from services.routing.core.deadlines.forms import Elapsed, NaturalDays, OpenEnd, WorkingDays, parse_form
from services.routing.core.deadlines.words import end_words, moment_words, span

MINUTE = 60


def can_pause(form: str) -> bool:
    """Whether it is known what a pause does to a form; a form that a ``from`` counts from elsewhere, or of two sides, has no such rule."""
    return isinstance(parse_form(form), Elapsed | NaturalDays | OpenEnd | WorkingDays)


def moved_by(form: str, due: datetime, start: datetime, end: datetime, desk: DeskTime) -> Due:
    """The due after a pause from ``start`` to ``end``, which began by the due. A day that no calendar covers: pending, never a guess."""
    if not isinstance(parse_form(form), WorkingDays):
        at = due + (end - start)
        return Due(at, None, f"顺延 {span(round((end - start).total_seconds() / MINUTE))}至 {end_words(at, end)}", "")
    try:
        days = paused_days(start, end, desk)
    except DayUnknown as unknown:
        return Due(None, unknown.pending, pending_words(unknown.pending), desk.calendars.working_version())
    if days == 0:
        return Due(due, None, f"未满一个工作日，期限不变，仍为 {end_words(due, end)}", desk.calendars.working_version())
    moved = compute_due(f"{days}wd", due, desk, duty="close")
    if moved.at is None:
        return moved
    return Due(moved.at, None, f"顺延 {days} 个工作日至 {end_words(moved.at, end)}", moved.calendar_version)


def paused_days(start: datetime, end: datetime, desk: DeskTime) -> int:
    """The working days whose office closing falls into a pause; DayUnknown past the calendars."""
    day, last, count = local_day(start), local_day(end), 0
    while day <= last:
        if desk.calendars.working(day) and start <= moment(day, desk.office_hours(day)[1]) < end:
            count += 1
        day += ONE_DAY
    return count


def pause_words(start: datetime, end: datetime | None, lab: str) -> str:
    """``9月22日 10:00 起等待……检验结果，期限暂停`` and, of one that is over, until when."""
    if end is None:
        return f"自 {moment_words(start, start)} 起等待{lab}的检验结果，期限暂停"
    return f"{moment_words(start, start)} 至 {moment_words(end, start)} 等待{lab}的检验结果而暂停"
