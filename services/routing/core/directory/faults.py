"""Reading fields out of a document so that every fault names unit and field, in Chinese and English."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, TypeVar

from services.routing.core.calendar import BEIJING, Span

T = TypeVar("T")
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of one document."""

    unit: str
    field: str
    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.unit} · {self.field}：{self.zh} ({self.en})"


class DirectoryInvalid(ValueError):
    """名录文档有误; ``problems`` lists every fault with unit and field."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class RowRefused(Exception):
    """This row cannot be read; its fault is already noted."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A part of a unit's document with the path that leads to it."""

    unit: str
    path: str
    data: Mapping[str, Any]
    problems: list[Problem]

    def fault(self, key: str, zh: str, en: str) -> RowRefused:
        """Note a fault; raise what it returns to give the row up."""
        self.problems.append(Problem(self.unit, f"{self.path}{key}", zh, en))
        return RowRefused()

    def value(self, key: str, how: Callable[[Any], T], default: T | object = _ABSENT) -> T:
        """The field ``key`` read by ``how``; absent without a default, or unreadable, refuses the row."""
        found = self.data.get(key)
        if found is None:
            if default is _ABSENT:
                raise self.fault(key, "必填项缺失", "required field is missing")
            return default  # type: ignore[return-value]
        try:
            return how(found)
        except (ValueError, TypeError, KeyError, AttributeError):
            raise self.fault(key, f"无法识别：{found!r}", f"cannot be read: {found!r}") from None

    def rows(self, key: str, make: Callable[["Reader"], T]) -> tuple[T, ...]:
        """Every readable row of the list ``key``."""
        rows = self.data.get(key, [])
        if not isinstance(rows, list | tuple):
            self.fault(key, "应为列表", "must be a list")
            return ()
        made: list[T] = []
        for number, row in enumerate(rows):
            where = f"{self.path}{key}[{number}]"
            if not isinstance(row, Mapping):
                self.problems.append(Problem(self.unit, where, "应为对象", "must be an object"))
                continue
            try:
                made.append(make(Reader(self.unit, f"{where}.", row, self.problems)))
            except RowRefused:
                continue
        return tuple(made)

    def span(self) -> Span:
        """``from`` (included) and ``to`` (excluded, may be absent)."""
        span = Span(self.value("from", read_date), self.value("to", read_date, None))
        if span.end is not None and span.end <= span.first:
            raise self.fault("to", "止日须晚于起日", "must be after from")
        return span


def read_date(value: Any) -> date:
    """A plain date."""
    if isinstance(value, datetime):
        raise ValueError("a date, not a time")
    return value if isinstance(value, date) else date.fromisoformat(value)


def read_clock(value: Any) -> time:
    """``HH:MM``."""
    return value if isinstance(value, time) else time.fromisoformat(value)


def read_instant(value: Any) -> datetime:
    """A time with offset, or a date at its 00:00 in Beijing."""
    if isinstance(value, str):
        value = date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a time without offset")
        return value
    if isinstance(value, date):
        return datetime.combine(value, time.min, tzinfo=BEIJING)
    raise TypeError("not a time")


def read_yes_no(value: Any) -> bool:
    """true or false, never a word for it: any word would be taken for yes."""
    if not isinstance(value, bool):
        raise TypeError("neither true nor false")
    return value


def read_text(value: Any) -> str:
    """A non-empty text."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("not a text")
    return value
