"""The forms a deadline is written in, parsed to values and described in Chinese."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from functools import cache, reduce

OPEN_ENDS = {
    "concluded": "至发布方或主办方办结为止，不设期限",
    "slip accepted": "至医院接收回执为止，不设期限",
    "slip discharged": "至医院出院回执为止，不设期限",
    "both accepted": "至转入学校和转入医院均签收为止，不设期限",
    "accepted": "至转入学校签收为止，不设期限",
}


@dataclass(frozen=True, slots=True)
class Elapsed:
    """``Nmin``, ``Nh``, also ``… of known_at``: elapsed time, day and night."""

    minutes: int
    of_known_at: bool = False


@dataclass(frozen=True, slots=True)
class OpenHours:
    """``Nh/open``: counts only while the receiving office is open."""

    hours: int


@dataclass(frozen=True, slots=True)
class NextSchoolDay:
    """``30min/next-sd``: in desk hours the minutes, else the next school-day begin; never under the minutes, never over 72 hours."""

    minutes: int


@dataclass(frozen=True, slots=True)
class SchoolDays:
    """``Nsd``: end of desk hours on the N-th school day after the day of start."""

    days: int


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """``Nwd``: office closing on the N-th working day after the day of start."""

    days: int


@dataclass(frozen=True, slots=True)
class NaturalDays:
    """``Nnd``: 24:00 of the N-th natural day after the start day."""

    days: int


@dataclass(frozen=True, slots=True)
class Review:
    """``review every Nnd``: 24:00 of the N-th natural day after the start; each review begins the next."""

    days: int


@dataclass(frozen=True, slots=True)
class DayEnd:
    """``day-end``: 24:00 of the day on which the ack due falls."""


@dataclass(frozen=True, slots=True)
class Daily:
    """``daily@HH:MM``: every calendar day until closed."""

    at: time


@dataclass(frozen=True, slots=True)
class Weekly:
    """``weekly``: 17:30 on the last working day of each week (Monday to Sunday)."""


@dataclass(frozen=True, slots=True)
class ByDate:
    """``date:f``: 24:00 of the date in field f."""

    field: str


@dataclass(frozen=True, slots=True)
class DayBefore:
    """``HH:MM before f``: that time on the day before the date in field f."""

    at: time
    field: str


@dataclass(frozen=True, slots=True)
class SchoolDaysBefore:
    """``Nsd before f``: end of desk hours on the N-th school day before the day of field f."""

    days: int
    field: str


@dataclass(frozen=True, slots=True)
class FromField:
    """``X from f``: form X counted from the time or date in field f."""

    form: "Form"
    field: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """``X≤Y``: the earlier of two forms, of ``X≤Y≤Z`` the earliest."""

    left: "Form"
    right: "Form"


@dataclass(frozen=True, slots=True)
class WindowEnd:
    """``window end``: end of the gate window."""


@dataclass(frozen=True, slots=True)
class OpenEnd:
    """No clock of its own: ends with an event."""

    word: str


Form = (
    Elapsed | OpenHours | NextSchoolDay | SchoolDays | WorkingDays | NaturalDays
    | Review | DayEnd | Daily | Weekly | ByDate | DayBefore | SchoolDaysBefore | FromField | Earlier | WindowEnd | OpenEnd
)  # fmt: skip

_SIMPLE: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Form]], ...] = (
    (re.compile(r"(\d+)min( of known_at)?"), lambda m: Elapsed(int(m[1]), m[2] is not None)),
    (re.compile(r"(\d+)h( of known_at)?"), lambda m: Elapsed(int(m[1]) * 60, m[2] is not None)),
    (re.compile(r"([1-9]\d*)h/open"), lambda m: OpenHours(int(m[1]))),
    (re.compile(r"([1-9]\d*)min/next-sd"), lambda m: NextSchoolDay(int(m[1]))),
    (re.compile(r"([1-9]\d*)sd"), lambda m: SchoolDays(int(m[1]))),
    (re.compile(r"([1-9]\d*)wd"), lambda m: WorkingDays(int(m[1]))),
    (re.compile(r"([1-9]\d*)nd"), lambda m: NaturalDays(int(m[1]))),
    (re.compile(r"review every ([1-9]\d*)nd"), lambda m: Review(int(m[1]))),
    (re.compile(r"day-end"), lambda _: DayEnd()),
    (re.compile(r"daily@([01]\d|2[0-3]):([0-5]\d)"), lambda m: Daily(time(int(m[1]), int(m[2])))),
    (re.compile(r"weekly"), lambda _: Weekly()),
    (re.compile(r"date:([a-z][a-z0-9_]*)"), lambda m: ByDate(m[1])),
    (re.compile(r"([01]\d|2[0-3]):([0-5]\d) before ([a-z][a-z0-9_]*)"), lambda m: DayBefore(time(int(m[1]), int(m[2])), m[3])),
    (re.compile(r"([1-9]\d*)sd before ([a-z][a-z0-9_]*)"), lambda m: SchoolDaysBefore(int(m[1]), m[2])),
    (re.compile(r"window end"), lambda _: WindowEnd()),
    (re.compile("|".join(OPEN_ENDS)), lambda m: OpenEnd(m[0])),
)
_FROM = re.compile(r"(?P<form>.+) from (?P<field>[a-z][a-z0-9_]*)")
_COUNTED = (Elapsed, NaturalDays, WorkingDays, SchoolDays, OpenHours)


@cache
def parse_form(text: str) -> Form:
    """The form behind a text of the notation; an unknown one is a ValueError that names it."""
    return reduce(Earlier, [_part(part, text) for part in text.split("≤")])


def repeats(text: str) -> bool:
    """Whether a form falls due again and again: daily, weekly, reviewed."""
    return isinstance(parse_form(text), Daily | Weekly | Review)


def fields_of(form: Form) -> tuple[str, ...]:
    """The event fields a form reads."""
    match form:
        case ByDate(field) | DayBefore(_, field) | SchoolDaysBefore(_, field):
            return (field,)
        case FromField(inner, field):
            return (*fields_of(inner), field)
        case Earlier(left, right):
            return (*fields_of(left), *fields_of(right))
        case _:
            return ()


def _part(text: str, whole: str) -> Form:
    counted = _FROM.fullmatch(text)
    if counted is not None:
        inner = _part(counted["form"], whole)
        if not isinstance(inner, _COUNTED) or (isinstance(inner, Elapsed) and inner.of_known_at):
            raise ValueError(f"this form cannot be counted from a field: {whole!r}")
        return FromField(inner, counted["field"])
    for pattern, make in _SIMPLE:
        found = pattern.fullmatch(text)
        if found is not None:
            return make(found)
    raise ValueError(f"not a deadline form: {whole!r}")
