"""One deadline to be computed, and what was found for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from services.routing.core.calendar import DeskTime, local_day, midnight_after, moment
from services.routing.core.deadlines.words import moment_words


@dataclass(frozen=True, slots=True)
class Case:
    """One deadline to be computed: counted from ``start``, with the closures published by ``as_of`` (the delivery)."""

    start: datetime
    as_of: datetime
    desk: DeskTime
    known_at: datetime | None
    fields: Mapping[str, Any]
    ack: datetime | None
    verb: str
    origin: str = "送达"

    @property
    def day(self) -> date:
        return local_day(self.start)

    @property
    def since(self) -> str:
        return f"{self.origin} {moment_words(self.start, self.start)}"

    def at(self, clock_time: time) -> datetime:
        return moment(self.day, clock_time)

    def end_of(self, day: date) -> datetime:
        return midnight_after(day)

    def begin_of(self, day: date) -> datetime:
        return moment(day, time.min)

    def working(self, day: date) -> bool:
        return self.desk.calendars.working(day)

    def school_day(self, day: date) -> bool:
        return self.desk.school_day(day, self.as_of)


@dataclass(frozen=True, slots=True)
class Found:
    """A due with its derivation; ``at`` None = no clock; ``pending`` set = ``at`` is provisional."""

    at: datetime | None
    words: str
    version: str = ""
    pending: str | None = None


def value_of(fields: Mapping[str, Any], field: str) -> datetime:
    """The instant in a field: a time as it is, a date at its 00:00 in Beijing; absent or unreadable is a ValueError that names it."""
    value = fields.get(field)
    if isinstance(value, str):
        value = date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return moment(value, time.min)
    raise ValueError(f"the deadline needs a date or time in the field {field!r}")
