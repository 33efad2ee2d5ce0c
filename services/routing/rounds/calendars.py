"""The clock's look for duties that wait for a calendar, and its yearly reminder that the next one is not loaded."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from contracts.coordination import CalendarLoaded, CalendarMissing
from contracts.envelope import Envelope, Event, wire_type
from contracts.ids import derived_id, role_of
from infra.postgres.unit_of_work import UnitOfWork
from services.routing.beside import Done
from services.routing.core.calendar import GAZETTE, local_day
from services.routing.core.clocks.waiting import compute_waiting
from services.routing.core.model import OPS_DESK, Fold, World
from services.routing.rounds.drills import QUERIES
from services.routing.speak import ROUTING_DESK, ROUTING_SOURCE
from services.routing.store import lock_and_load

REMINDED_FROM = (12, 1)
"""Month and day from which next year's calendar is missed."""


def year_missed(now: datetime, covers: Callable[[str], bool]) -> int | None:
    """From 1 December on: next year, if no notice covers it; this year at any time."""
    day = local_day(now)
    years = [day.year, *([day.year + 1] if (day.month, day.day) >= REMINDED_FROM else [])]
    return next((year for year in years if not covers(f"{GAZETTE}/{year}")), None)


class CalendarRound:
    """``topic_of`` tells the topic on which a desk is told. What operations were told of is kept in memory: said again, it is the same event.

    So are the roots that were looked at with the calendars as they are now: a school calendar seldom covers a year to its end, and may
    hold the day that is waited for all the same."""

    name = "calendars"

    def __init__(self, topic_of: Callable[[str], str]) -> None:
        self._topic = topic_of(role_of(OPS_DESK))
        self._said: set[str] = set()
        self._looked: tuple[str, set[str]] = ("", set())

    async def due(self, uow: UnitOfWork, world: World) -> Sequence[str | CalendarMissing | CalendarLoaded]:
        """Roots whose calendar is there now, that it is, and a year that is missed."""
        covers, version = world.directory.calendar_covers, world.directory.calendar_version
        if self._looked[0] != version:
            self._looked = (version, set())
        waiting = await uow.fetch(QUERIES["roots_waiting"])
        untried = [row["root"] for row in waiting if row["root"] not in self._looked[1]]
        rows = [row for row in waiting if any(map(covers, row["pending"]))]
        years = sorted({pending for row in rows for pending in row["pending"] if covers(pending)})
        told: list[CalendarMissing | CalendarLoaded] = [
            _loaded(pending, world.directory.calendar_version, len(rows), uow.now) for pending in years
        ]
        missed = year_missed(uow.now, covers)
        told += [CalendarMissing(calendar=GAZETTE, year=missed, waiting=0)] if missed is not None else []
        roots = dict.fromkeys([*(row["root"] for row in rows), *untried])
        return [*roots, *(one for one in told if _name(one) not in self._said)]

    async def look(self, uow: UnitOfWork, thing: Any, world: World) -> Done | None:
        """A root: its waiting dues are computed under its lock. Word of a calendar: operations hear it."""
        if not isinstance(thing, str):
            uow.publish(_event(uow, thing), topic=self._topic)
            uow.after_commit(lambda: self._said.add(_name(thing)))
            return None
        loaded = await lock_and_load(uow, (), (thing,))
        state = loaded.by_incident(thing)
        if state is None:
            return None
        fold = Fold(state, world, uow.now, f"calendar/{world.directory.calendar_version}")
        compute_waiting(fold, thing)
        uow.after_commit(lambda: self._looked[1].add(thing))
        return Done(loaded, (fold,))

    async def next_at(self, uow: UnitOfWork) -> datetime | None:  # noqa: ARG002  the looks of a round have one shape
        return None


def _loaded(pending: str, version: str, computed: int, now: datetime) -> CalendarLoaded:
    calendar, _, year = pending.rpartition("/")
    first, last = date(int(year), 1, 1), date(int(year), 12, 31)
    return CalendarLoaded(
        calendar=calendar, year=int(year), calendar_version=version, covers_from=first, covers_to=last, computed=computed, loaded_at=now
    )


def _name(word: CalendarMissing | CalendarLoaded) -> str:
    return f"{type(word).__name__}/{word.calendar}/{word.year}"


def _event(uow: UnitOfWork, word: CalendarMissing | CalendarLoaded) -> Event:
    """Addressed to operations; its id is that of the calendar and the year."""
    name = "bus.calendar.missing" if isinstance(word, CalendarMissing) else "bus.calendar.loaded"
    envelope = Envelope(
        id=derived_id(datetime(word.year, 1, 1, tzinfo=UTC), name, word.calendar),
        source=ROUTING_SOURCE,
        type=wire_type(name),
        subject=word.calendar,
        time=uow.now,
        dataschema=f"urn:xietong:schema:{name}:v1",
        known_at=uow.now,
        county=OPS_DESK.rpartition("-")[2],
        publisher=ROUTING_DESK,
        recipient=OPS_DESK,
    )
    return Event(envelope, word)
