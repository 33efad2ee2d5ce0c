"""Dues of periodic duties: within a month, a quarter, a term or a year, or counted from its begin or its end."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from services.routing.core.calendar import ONE_DAY, DayUnknown, DeskTime, midnight_after, moment
from services.routing.core.deadlines.compute import Due, compute_due, pending_words
from services.routing.core.deadlines.forms import FromField, fields_of, parse_form
from services.routing.core.deadlines.words import day_words, described_from, which_day

_LAST_DAY = re.compile(r"last-(?P<days>sd|wd)(@(?P<at>[0-2][0-9]:[0-5][0-9]))?")
_END = "end"
FIELDS = frozenset({"begin", "end"})
"""What a counted form of a period may count from: ``10sd from begin``, ``10wd from end``."""
_FROM = {"begin": "周期开始", "end": "周期结束", "last": "上一次报送"}


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days, both ends included. Labels of one kind sort by time: ``2026-09``, ``2026-Q3``, ``2026``, a term by its first day."""

    label: str
    first: date
    last: date

    def days(self) -> Iterator[date]:
        return (self.first + n * ONE_DAY for n in range((self.last - self.first).days + 1))


def check_period_form(text: str) -> None:
    """Refuse (ValueError) what is no form of a period: ``last-sd`` (desk close), ``last-sd@17:30``, ``last-wd@17:30``, ``end``, ``10wd from end``."""
    last = _LAST_DAY.fullmatch(text)
    if last is not None and (last["days"] == "sd" or last["at"]):
        return
    if text != _END and set(fields_of(parse_form(text))) - FIELDS != set():
        raise ValueError(f"a period has no such field: {text!r}")
    if text != _END and not fields_of(parse_form(text)):
        raise ValueError(f"counted from begin or end: {text!r}")


def describe_period(text: str) -> str:
    """A form of a period in Chinese, before it is computed: ``last-sd@17:30`` → 周期内最后一个上学日 17:30 前."""
    last = _LAST_DAY.fullmatch(text)
    if last is not None:
        day = "上学日" if last["days"] == "sd" else "工作日"
        return f"周期内最后一个{day}" + (f" {last['at']} 前" if last["at"] else "校内值守结束前")
    form = parse_form(text) if text != _END else None
    return described_from(form.form, _FROM[form.field]) if isinstance(form, FromField) else "周期末日 24:00 前"


def period_due(form: str, period: Period, as_of: datetime, desk: DeskTime) -> Due | None:
    """The due of a periodic duty; None when the period lacks the day that the form names. A day that no calendar covers: pending.

    Closures published by ``as_of`` count. ValueError for a form that is none, and for school days of a desk without a school.
    """
    last = _LAST_DAY.fullmatch(form)
    if last is not None:
        return _last_day(last, period, as_of, desk)
    if form == _END:
        return Due(midnight_after(period.last), None, f"周期末日 {day_words(period.last, period.first)} 24:00 前报送", "")
    return compute_due(form, as_of, desk, fields={"begin": period.first, "end": period.last}, duty="periodic")


def month_end_due(first: date, as_of: datetime, desk: DeskTime) -> Due | None:
    """Desk close of the last school day of the month that begins on ``first``; None when the month has no school day."""
    days = [day for n in range(31) if (day := first + n * ONE_DAY).month == first.month]
    return period_due("last-sd", Period(f"{first:%Y-%m}", first, days[-1]), as_of, desk)


def _last_day(form: re.Match[str], period: Period, as_of: datetime, desk: DeskTime) -> Due | None:
    at_school = form["days"] == "sd"
    try:
        day = last_day(period, _counting(desk, as_of, at_school=at_school))
    except DayUnknown as unknown:
        return Due(None, unknown.pending, pending_words(unknown.pending), _version(desk, at_school=at_school))
    if day is None:
        return None
    closing = time.fromisoformat(form["at"]) if form["at"] else desk.the_school().close(day)
    due = moment(day, closing)
    named = f"最后一个{'上学日' if at_school else '工作日'} {day_words(day, period.first)}"
    ends = f"{due:%H:%M} 前报送" if form["at"] else f"{due:%H:%M} 校内值守结束前报送"
    words = f"{_span_words(period)}{named}{which_day(day, desk.calendars, '上学' if at_school else '上班')}{ends}"
    return Due(due, None, words, _version(desk, at_school=at_school))


def _counting(desk: DeskTime, as_of: datetime, *, at_school: bool) -> Callable[[date], bool]:
    if not at_school:
        return desk.calendars.working
    return lambda day: desk.school_day(day, as_of)


def last_day(period: Period, counts: Callable[[date], bool]) -> date | None:
    """The last day of the period that counts; every later day must be known (DayUnknown)."""
    return next((day for day in reversed(tuple(period.days())) if counts(day)), None)


def _version(desk: DeskTime, *, at_school: bool) -> str:
    return desk.calendars.school_version(desk.the_school().city) if at_school else desk.calendars.working_version()


def _span_words(period: Period) -> str:
    same = (period.first.year, period.first.month) == (period.last.year, period.last.month)
    return "本月" if same else "本周期"
