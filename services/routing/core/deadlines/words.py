"""Deadlines in the words of a desk officer."""

from datetime import date, datetime, time
from typing import assert_never

from services.routing.core.calendar import BEIJING, ONE_DAY, Calendars, DayUnknown
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
    parse_form,
)

WEEKDAYS = "一二三四五六日"


def describe_form(form: str) -> str:
    """A form in Chinese, before it is computed: ``5min`` → 送达后 5 分钟."""
    return _describe(parse_form(form), "送达")


def described_from(form: Form, start: str) -> str:
    """A form counted from something else than a delivery."""
    return _describe(form, start)


def _describe(form: Form, start: str) -> str:  # noqa: C901 - one case per form
    match form:
        case Elapsed(minutes, of_known_at):
            return f"{'获悉' if of_known_at else start}后 {span(minutes)}"
        case OpenHours(hours):
            return f"{start}后 {hours} 个办公小时"
        case NextSchoolDay(minutes):
            return f"上学时间内{start}后 {minutes} 分钟，其他时间至下一上学日开始前（至少 {minutes} 分钟，至多 72 小时）"
        case SchoolDays(days):
            return f"{start}后第 {days} 个上学日放学值守结束前"
        case WorkingDays(days):
            return f"{start}后第 {days} 个工作日下班前"
        case NaturalDays(days):
            return f"{start}后第 {days} 个自然日 24:00 前"
        case Review(days):
            return f"{start}后每 {days} 个自然日复评一次"
        case DayEnd():
            return "签收期限当日 24:00 前"
        case Daily(at):
            return f"每日 {clock(at)} 前（12:00 后{start}的从次日起）"
        case Weekly():
            return "每周最后一个工作日 17:30 前"
        case ByDate(field):
            return f"事件所载日期（{field}）当日 24:00 前"
        case DayBefore(at, field):
            return f"事件所载日期（{field}）前一日 {clock(at)} 前"
        case SchoolDaysBefore(days, field):
            return f"事件所载日期（{field}）前第 {days} 个上学日放学值守结束前"
        case FromField(inner, field):
            return _describe(inner, f"事件所载起算时间（{field}）")
        case Earlier(left, right):
            return f"{_describe(left, start)}，且不晚于{_describe(right, start)}"
        case WindowEnd():
            return "护学时段结束前"
        case OpenEnd(word):
            return OPEN_ENDS[word]
        case _:
            assert_never(form)


def span(minutes: int) -> str:
    """Minutes as people say them: 90 → 90 分钟, 120 → 2 小时."""
    return f"{minutes // 60} 小时" if minutes and minutes % 60 == 0 else f"{minutes} 分钟"


def clock(at: time | datetime) -> str:
    return f"{at.hour:02d}:{at.minute:02d}"


def day_words(day: date, since: date) -> str:
    """10月09日, with the year when it is another one than that of ``since``."""
    year = f"{day.year}年" if day.year != since.year else ""
    return f"{year}{day.month:02d}月{day.day:02d}日"


def moment_words(at: datetime, since: datetime) -> str:
    """10月09日 21:40."""
    local = at.astimezone(BEIJING)
    return f"{day_words(local.date(), since.astimezone(BEIJING).date())} {clock(local)}"


def end_words(at: datetime, since: datetime) -> str:
    """A due that may fall on midnight: 00:00 is shown as 24:00 of the day it ends."""
    local = at.astimezone(BEIJING)
    if local.time() != time.min:
        return moment_words(at, since)
    return f"{day_words(local.date() - ONE_DAY, since.astimezone(BEIJING).date())} 24:00"


def which_day(day: date, calendars: Calendars, word: str) -> str:
    """（周五）, or （调休上班） on a make-up day; ``word`` is 上班 or 上学."""
    try:
        made_up = calendars.makeup(day)
    except DayUnknown:
        made_up = False
    return f"（调休{word}）" if made_up else f"（周{WEEKDAYS[day.weekday()]}）"
