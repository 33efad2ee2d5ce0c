"""One rule per form: when it falls due for a desk, and how that was derived."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import assert_never

from services.routing.core.calendar import BEIJING, INSTANT, ONE_DAY, DayUnknown, local_day, midnight_after, moment
from services.routing.core.deadlines.case import Case, Found, value_of
from services.routing.core.deadlines.forms import (
    OPEN_ENDS,
    ByDate,
    Daily,
    DayBefore,
    DayEnd,
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
    WindowEnd,
    WorkingDays,
)
from services.routing.core.deadlines.words import clock, day_words, end_words, moment_words, span, which_day

CAP = timedelta(hours=72)
WEEKLY_AT = time(17, 30)
NOON = time(12, 0)
PERIOD = ("from", "to")
"""Fields of an event that is about a period, both days included."""


def apply_form(form: Form, case: Case) -> Found:  # noqa: C901 - one case per form
    """The rule of a single form; DayUnknown when it needs a day that no calendar covers."""
    local_day(case.start)
    match form:
        case Elapsed(minutes, of_known_at):
            return _elapsed(minutes, of_known_at, case)
        case OpenHours(hours):
            return _open_hours(hours, case)
        case NextSchoolDay(minutes):
            return _next_school_day(minutes, case)
        case SchoolDays(days):
            return _school_days(days, case)
        case WorkingDays(days):
            return _working_days(days, case)
        case NaturalDays(days):
            return _whole_day(case.day + days * ONE_DAY, f"{case.since} 起第 {days} 个自然日 ", case)
        case Review(days):
            return _whole_day(case.day + days * ONE_DAY, f"{case.since} 起每 {days} 个自然日复评一次，本次于 ", case)
        case DayEnd():
            return _day_end(case)
        case Daily(at):
            return _daily(at, case)
        case Weekly():
            return _weekly(case)
        case ByDate(field):
            return _whole_day(local_day(value_of(case.fields, field)), "事件所载日期 ", case)
        case DayBefore(at, field):
            return _day_before(at, local_day(value_of(case.fields, field)), case)
        case SchoolDaysBefore(days, field):
            return _school_days_before(days, local_day(value_of(case.fields, field)), case)
        case WindowEnd():
            return _window_end(case)
        case OpenEnd(word):
            return Found(None, OPEN_ENDS[word])
        case Earlier() | FromField():
            raise ValueError("a nested form")
        case _:
            assert_never(form)


def _weekly(case: Case) -> Found:
    """Inside the period that the event states (``from`` to ``to``), where it states one."""
    begins, ends = (value_of(case.fields, side) if side in case.fields else None for side in PERIOD)
    within = replace(case, start=max(case.start, begins)) if begins is not None else case
    return weekly_from(within, local_day(ends) if ends is not None else None) or _no_clock("期间内没有工作日", case)


def weekly_from(case: Case, until: date | None) -> Found | None:
    """17:30 on the last working day of the week, the first one after the start; None when ``until`` comes first."""
    monday = case.day - case.day.weekday() * ONE_DAY
    while until is None or monday <= until:
        week = [monday + n * ONE_DAY for n in range(7)]
        worked = [day for day in week if (until is None or day <= until) and case.working(day)]
        if worked and moment(worked[-1], WEEKLY_AT) > case.start:
            words = f"本周最后一个工作日 {_named(worked[-1], case, '上班')}17:30 前{case.verb}"
            return Found(moment(worked[-1], WEEKLY_AT), words, case.desk.calendars.working_version())
        monday += 7 * ONE_DAY
    return None


def _elapsed(minutes: int, of_known_at: bool, case: Case) -> Found:
    begin, origin = case.start, case.since
    if of_known_at:
        if case.known_at is None:
            raise ValueError("a form of known_at needs known_at")
        begin, origin = case.known_at, f"获悉 {moment_words(case.known_at, case.start)}"
    due = begin + timedelta(minutes=minutes)
    return Found(due, f"{origin} 起 {span(minutes)}内{case.verb}，至 {moment_words(due, case.start)}")


def _open_hours(hours: int, case: Case) -> Found:
    left = timedelta(hours=hours)
    for day in _days(case.day):
        if not case.working(day):
            continue
        opens, closes = (moment(day, at) for at in case.desk.office_hours(day))
        begin = max(opens, case.start.astimezone(BEIJING))
        if begin < closes and begin + left <= closes:
            words = f"{case.since} 起累计 {hours} 个办公小时，至 {moment_words(begin + left, case.start)} {case.verb}"
            return Found(begin + left, words, case.desk.calendars.working_version())
        left -= max(closes - begin, timedelta())
    raise AssertionError("days never end")


def _next_school_day(minutes: int, case: Case) -> Found:
    floor, cap = case.start + timedelta(minutes=minutes), case.start + CAP
    version = case.desk.calendars.school_version(case.desk.the_school().city)
    try:
        begin = _next_begin(case, cap)
    except DayUnknown as unknown:
        return Found(cap, "", version, unknown.pending)
    if begin == case.start:
        return Found(floor, f"{case.since} 在上学时间内；{span(minutes)}内{case.verb}，至 {moment_words(floor, case.start)}", version)
    outside = f"{case.since} 不在上学时间"
    if begin is None:
        return Found(cap, f"{outside}；72 小时内没有上学日开始，由假期值班于 {moment_words(cap, case.start)} 前{case.verb}", version)
    named = f"下一上学日 {_named(local_day(begin), case, '上学')}{clock(begin)} 开始"
    if begin < floor:
        return Found(floor, f"{outside}；{named}，但不少于 {span(minutes)}，至 {moment_words(floor, case.start)} {case.verb}", version)
    return Found(begin, f"{outside}；{named}前{case.verb}", version)


def _next_begin(case: Case, cap: datetime) -> datetime | None:
    """``case.start`` itself inside desk hours; else the next school-day begin before ``cap``; else None."""
    school = case.desk.the_school()
    for day in _days(case.day):
        if moment(day, time.min) >= cap:
            return None
        if not case.school_day(day):
            continue
        begin = moment(day, school.begin(day))
        if begin <= case.start < moment(day, school.close(day)):
            return case.start
        if case.start < begin:
            return begin if begin < cap else None
    raise AssertionError("days never end")


def _school_days(days: int, case: Case) -> Found:
    day = _nth(days, case.day, case.school_day)
    school = case.desk.the_school()
    due = moment(day, school.close(day))
    words = f"{case.since} 起第 {days} 个上学日 {_named(day, case, '上学')}{clock(due)} 校内值守结束前{case.verb}"
    return Found(due, words, case.desk.calendars.school_version(school.city))


def _day_before(at: time, day: date, case: Case) -> Found:
    due = moment(day - ONE_DAY, at)
    return Found(due, f"事件所载日期 {day_words(day, case.day)} 前一日 {end_words(due, case.start)} 前{case.verb}")


def _school_days_before(days: int, day: date, case: Case) -> Found:
    school = case.desk.the_school()
    taught = _nth(days, day, case.school_day, back=True)
    due = moment(taught, school.close(taught))
    named = f"{_named(taught, case, '上学')}{clock(due)} 校内值守结束前{case.verb}"
    words = f"事件所载日期 {day_words(day, case.day)} 前第 {days} 个上学日 {named}"
    return Found(due, words, case.desk.calendars.school_version(school.city))


def _working_days(days: int, case: Case) -> Found:
    day = _nth(days, case.day, case.working)
    due = moment(day, case.desk.office_hours(day)[1])
    words = f"{case.since} 起第 {days} 个工作日 {_named(day, case, '上班')}{clock(due)} 下班前{case.verb}"
    return Found(due, words, case.desk.calendars.working_version())


def _whole_day(day: date, reason: str, case: Case) -> Found:
    due = midnight_after(day)
    return Found(due, f"{reason}{day_words(day, case.day)} 24:00 前{case.verb}")


def _day_end(case: Case) -> Found:
    if case.ack is None:
        raise ValueError("day-end needs the ack due")
    day = local_day(case.ack - INSTANT)
    return _whole_day(day, f"以签收期限（{end_words(case.ack, case.start)}）当日计，", case)


def _daily(at: time, case: Case) -> Found:
    early = case.start < case.at(NOON)
    day = case.day if early else case.day + ONE_DAY
    reason = "12:00 前，自当日起" if early else "已过 12:00，自次日起"
    return Found(moment(day, at), f"{case.since} 在{reason}每日 {clock(at)} 前{case.verb}，首次 {day_words(day, case.day)} {clock(at)}")


def _window_end(case: Case) -> Found:
    """The window named by gate, peak and date of the event, else the one that is open or comes next on the day of start.

    A named window that is over sets no clock: whoever hears of it now is not late."""
    named = case.fields.get("date")
    day = local_day(value_of(case.fields, "date")) if named else case.day
    windows = case.desk.the_school().windows_on(day, gate=case.fields.get("gate_id"), peak=case.fields.get("peak"))
    ends = [moment(day, w.ends) for w in windows if moment(day, w.ends) > case.start]
    if named and windows and not ends:
        return _no_clock("护学时段已结束", case)
    if not ends:
        raise ValueError(f"no gate window ends on {day.isoformat()} after the start")
    return Found(min(ends), f"护学时段 {moment_words(min(ends), case.start)} 结束前{case.verb}")


def _no_clock(reason: str, case: Case) -> Found:
    return Found(None, f"{reason}，不设{case.verb}期限")


def _nth(count: int, start: date, counts: Callable[[date], bool], *, back: bool = False) -> date:
    """The ``count``-th day after (``back``: before) ``start`` that counts; runs into DayUnknown at the end of the calendars."""
    step = -ONE_DAY if back else ONE_DAY
    for day in _days(start + step, step):
        count -= counts(day)
        if count == 0:
            return day
    raise AssertionError("days never end")


def _days(day: date, step: timedelta = ONE_DAY) -> Iterator[date]:
    while True:
        yield day
        day += step


def _named(day: date, case: Case, word: str) -> str:
    return f"{day_words(day, case.day)}{which_day(day, case.desk.calendars, word)}"
