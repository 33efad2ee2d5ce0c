"""A second, slow answer to every deadline: it walks day by day and minute by minute over plain tables and shares no code with the core."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Facts:
    """The raw facts of one desk. Minutes count from midnight; a closure is (first, last, published, opens)."""

    first: date
    last: date
    rest: frozenset[date]
    makeup: frozenset[date]
    terms: tuple[tuple[date, date], ...]
    terms_last: date
    summer_begin: int
    winter_begin: int
    desk_end: int
    office: tuple[int, int]
    closures: tuple[tuple[date, date, datetime, bool], ...] = ()


class Beyond(Exception):
    """The walk reached a day that no table covers."""


def begin_minute(facts: Facts, day: date) -> int:
    summer = (5, 1) <= (day.month, day.day) <= (9, 30)
    return facts.summer_begin if summer else facts.winter_begin


def worked(facts: Facts, day: date) -> bool:
    if day < facts.first or day > facts.last:
        raise Beyond
    if day in facts.makeup:
        return True
    return day not in facts.rest and day.isoweekday() <= 5


def taught(facts: Facts, day: date, told: datetime) -> bool:
    work = worked(facts, day)
    if day < facts.first or day > facts.terms_last:
        raise Beyond
    said = None
    for first, last, published, opens in sorted(facts.closures, key=lambda row: row[2]):
        if published <= told and first <= day <= last:
            said = opens
    if said is not None:
        return said
    return work and any(first <= day <= last for first, last in facts.terms)


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=CHINA)


def next_school_begin(facts: Facts, start: datetime) -> tuple[datetime, bool]:
    """(due, pending): the rule of 30 minutes, of the next school-day begin and of 72 hours, walked minute by minute."""
    local = start.astimezone(CHINA)
    cap = start + timedelta(hours=72)
    floor = start + timedelta(minutes=30)
    try:
        if taught(facts, local.date(), start):
            since = local - midnight(local.date())
            if begin_minute(facts, local.date()) * MINUTE <= since < facts.desk_end * MINUTE:
                return floor, False
        minute = local.replace(second=0, microsecond=0) + MINUTE
        known: dict[date, int] = {}
        while minute < cap:
            day = minute.date()
            if day not in known:
                known[day] = begin_minute(facts, day) if taught(facts, day, start) else -1
            if known[day] == minute.hour * 60 + minute.minute:
                return max(floor, minute), False
            minute += MINUTE
    except Beyond:
        return cap, True
    return cap, False


def nth_day(facts: Facts, start: datetime, count: int, *, school: bool) -> datetime | None:
    """End of the count-th school (or working) day after the day of start; None when the tables end first."""
    day = start.astimezone(CHINA).date()
    try:
        while count:
            day += timedelta(days=1)
            if taught(facts, day, start) if school else worked(facts, day):
                count -= 1
    except Beyond:
        return None
    end = facts.desk_end if school else facts.office[1]
    return midnight(day) + end * MINUTE


def open_time(facts: Facts, start: datetime, hours: int) -> datetime | None:
    """The instant at which so many hours of open office have passed, counted minute by minute."""
    left = timedelta(hours=hours)
    minute = start.astimezone(CHINA).replace(second=0, microsecond=0)
    known: dict[date, bool] = {}
    while True:
        day = minute.date()
        if day not in known:
            try:
                known[day] = worked(facts, day)
            except Beyond:
                return None
        if not known[day]:
            minute = midnight(day + timedelta(days=1))
            continue
        number = minute.hour * 60 + minute.minute
        if facts.office[0] <= number < facts.office[1]:
            begin = max(minute, start)
            if begin + left <= minute + MINUTE:
                return begin + left
            left -= minute + MINUTE - begin
        minute += MINUTE


def natural_end(start: datetime, days: int) -> datetime:
    day = start.astimezone(CHINA).date()
    for _ in range(days + 1):
        day += timedelta(days=1)
    return midnight(day)


def weekly(facts: Facts, start: datetime) -> datetime | None:
    """17:30 on the last working day of a week, the first after the start."""
    day = start.astimezone(CHINA).date()
    while day.isoweekday() != 1:
        day -= timedelta(days=1)
    while True:
        try:
            worked_days = [day + timedelta(days=n) for n in range(7) if worked(facts, day + timedelta(days=n))]
        except Beyond:
            return None
        if worked_days and midnight(worked_days[-1]) + timedelta(hours=17, minutes=30) > start:
            return midnight(worked_days[-1]) + timedelta(hours=17, minutes=30)
        day += timedelta(days=7)
