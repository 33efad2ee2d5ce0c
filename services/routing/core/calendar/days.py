"""Which days are worked and which lie in term: State Council notices and school calendars, Beijing time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")
FIRST_DAY = date(2000, 1, 1)
ONE_DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)
"""What lies between a moment that a span no longer holds and the last one that it does."""
GAZETTE = "state-council"
"""The calendar of working days; a city's school calendar is ``terms-<city>``."""


class DayUnknown(LookupError):
    """No loaded calendar covers ``day``: nothing may be guessed about it."""

    def __init__(self, calendar: str, day: date) -> None:
        super().__init__(f"{calendar} does not cover {day.isoformat()}")
        self.calendar = calendar
        self.day = day

    @property
    def pending(self) -> str:
        """``<calendar>/<year>``: what a waiting duty waits for."""
        return f"{self.calendar}/{self.day.year}"


@dataclass(frozen=True, slots=True)
class Span:
    """Dates a row is valid for: ``first`` included, ``end`` excluded (None = open)."""

    first: date
    end: date | None = None

    def holds(self, day: date) -> bool:
        return self.first <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Gazette:
    """One State Council notice: holidays and make-up working days inside the days it covers (both ends included)."""

    version: str
    first: date
    last: date
    off: frozenset[date]
    makeup: frozenset[date]


@dataclass(frozen=True, slots=True)
class Term:
    """A school term, both ends included; ``kinds`` None = every kind of school."""

    first: date
    last: date
    kinds: frozenset[str] | None = None

    def holds(self, day: date, kind: str) -> bool:
        return self.first <= day <= self.last and (self.kinds is None or kind in self.kinds)


@dataclass(frozen=True, slots=True)
class CityTerms:
    """校历 of one city with the days it covers; a covered day outside every term is a break."""

    city: str
    version: str
    first: date
    last: date
    terms: tuple[Term, ...]

    def in_term(self, day: date, kind: str) -> bool:
        if not self.first <= day <= self.last:
            raise DayUnknown(f"terms-{self.city}", day)
        return any(term.holds(day, kind) for term in self.terms)

    def term_of(self, day: date, kind: str) -> Term | None:
        """The term of one kind of school that holds ``day``, as long as all rows for it together; None in a break or outside."""
        rows = [term for term in self.terms if term.holds(day, kind)]
        return Term(min(row.first for row in rows), max(row.last for row in rows)) if rows else None


class Calendars:
    """Every loaded notice and every city's school terms."""

    def __init__(self, gazettes: Iterable[Gazette] = (), terms: Iterable[CityTerms] = ()) -> None:
        self._gazettes = tuple(sorted(gazettes, key=lambda g: g.first))
        self._terms = {t.city: t for t in terms}
        self._years = {year: g for g in self._gazettes for year in range(g.first.year, g.last.year + 1)}

    def working(self, day: date) -> bool:
        """A weekday that is no holiday, or a make-up day; DayUnknown outside the notices."""
        gazette = self._gazette(day)
        return day in gazette.makeup or (day.weekday() < 5 and day not in gazette.off)

    def makeup(self, day: date) -> bool:
        """A rest day of the week that is worked (调休)."""
        return day in self._gazette(day).makeup

    def in_term(self, city: str, day: date, kind: str) -> bool:
        """Whether ``day`` lies in a term of that city; a city without a school calendar is DayUnknown."""
        terms = self._terms.get(city)
        if terms is None:
            raise DayUnknown(f"terms-{city}", day)
        return terms.in_term(day, kind)

    def term_of(self, city: str, day: date, kind: str) -> Term | None:
        """The term of that city that holds ``day``; None in a break, and where no school calendar says anything."""
        terms = self._terms.get(city)
        return terms.term_of(day, kind) if terms is not None else None

    def terms_around(self, first: date, last: date) -> Iterator[Term]:
        """Every term of any city that has a day from ``first`` to ``last``."""
        return (term for city in self._terms.values() for term in city.terms if term.first <= last and first <= term.last)

    def covers(self, pending: str) -> bool:
        """Whether the whole ``<calendar>/<year>`` that a duty waits for is loaded by now."""
        calendar, _, year = pending.rpartition("/")
        first, last = date(int(year), 1, 1), date(int(year), 12, 31)
        if calendar == GAZETTE:
            found = self._years.get(int(year))
            return found is not None and found.first <= first and last <= found.last
        terms = self._terms.get(calendar.removeprefix("terms-"))
        return terms is not None and terms.last >= last

    def working_version(self) -> str:
        """The versions of the notices, for stamping."""
        return "+".join(g.version for g in self._gazettes)

    def school_version(self, city: str) -> str:
        """The versions behind a school day of that city."""
        terms = self._terms.get(city)
        return "+".join(part for part in (self.working_version(), terms.version if terms else "") if part)

    @property
    def version(self) -> str:
        """The versions of all notices and all terms."""
        return "+".join([self.working_version(), *(self._terms[city].version for city in sorted(self._terms))])

    def _gazette(self, day: date) -> Gazette:
        gazette = self._years.get(day.year)
        if gazette is None or not gazette.first <= day <= gazette.last:
            raise DayUnknown(GAZETTE, day)
        return gazette


def moment(day: date, clock: time) -> datetime:
    """The instant of a Beijing wall-clock time."""
    return datetime.combine(day, clock, tzinfo=BEIJING)


def midnight_after(day: date) -> datetime:
    """24:00 of ``day``."""
    return moment(day + ONE_DAY, time.min)


def local_day(at: datetime) -> date:
    """The Beijing date of an instant; before 2000 there are summer times and no duties: ValueError."""
    if at.tzinfo is None:
        raise ValueError("a time without offset is refused")
    day = at.astimezone(BEIJING).date()
    if day < FIRST_DAY:
        raise ValueError(f"dates before 2000 are refused: {day.isoformat()}")
    return day
