"""The round of dues: an expectation whose time has come is met after all, or missed, told of, and cleared when the report comes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import NamedTuple

from infra.postgres.unit_of_work import UnitOfWork
from services.routing.beside import Done
from services.routing.core.calendar import moment
from services.routing.core.expected.exercises import desks_of_county
from services.routing.core.expected.missing import advance, drop
from services.routing.core.expected.once import due_of
from services.routing.core.expected.records import Expectation
from services.routing.core.mandates import AllReported, ExerciseSigned, Expected, PeriodicDuty, RecordConfirmed, Statement
from services.routing.core.model import Fold, IncidentState, World
from services.routing.expected.planning import planned_again
from services.routing.expected.store import QUERIES, duty_of, hold_expectation, keep_expectation
from services.routing.loaded import Loaded
from services.routing.store import lock_and_load

AGAIN = timedelta(days=1)
"""How often the desks of a county are asked after that did not sign."""


class Look(NamedTuple):
    """One expectation to be looked at."""

    expectation: str


class DueRound:
    """Looks at each expectation that is due, in a unit of work of its own. Several clocks may: the row is held by one."""

    name = "expected-dues"

    def __init__(self) -> None:
        self._timed_by = ""

    async def due(self, uow: UnitOfWork, world: World) -> Sequence[Look]:
        """What is due, and what waited for calendars that are loaded now."""
        looks = [Look(row["id"]) for row in await uow.fetch(QUERIES["due_expectations"])]
        calendars = world.directory.calendars.version
        if self._timed_by != calendars:
            waiting = await uow.fetch(QUERIES["without_calendar"], calendars)
            looks += [Look(row["id"]) for row in waiting]
            self._timed_by = self._timed_by if waiting else calendars
        return looks

    async def look(self, uow: UnitOfWork, thing: Look, world: World) -> Done | None:
        """The incident of an earlier miss is locked before the expectation, as everywhere."""
        incident = await uow.fetchval(QUERIES["find_expectation"], thing.expectation)
        loaded = await lock_and_load(uow, (), (incident,)) if incident is not None else Loaded()
        expected = await hold_expectation(uow, thing.expectation, world.directory.calendars.version)
        found = duty_of(world.book, expected) if expected is not None else None
        if expected is None or found is None or expected.incident != incident:
            return None
        if expected.pending is not None:
            expected = _timed(expected, world, found, uow.now)
        elif expected.state in ("open", "missing"):
            expected = await _met_meanwhile(uow, expected, world, found)
        state = loaded.by_incident(incident) if incident is not None else None
        fold = Fold(state or IncidentState(), world, uow.now, f"clock/{thing.expectation}")
        after = _advanced(fold, expected, found)
        await keep_expectation(uow, after, world.directory.calendars.version)
        return Done(loaded, (fold,)) if fold.changed else None

    async def next_at(self, uow: UnitOfWork) -> datetime | None:
        """When an expectation or a cross-check falls due."""
        at: datetime | None = await uow.fetchval(QUERIES["next_look"])
        return at


def _timed(expected: Expectation, world: World, found: tuple[PeriodicDuty, Expected], now: datetime) -> Expectation:
    """A calendar came: the due is computed now, or (of a missed one) when the next is told."""
    if expected.state == "missing":
        return replace(expected, pending=None, next_at=now)
    if found[1].every == "once":
        return _timed_once(expected, world, found[1], now)
    return planned_again(expected, world, found, now)


def _timed_once(expected: Expectation, world: World, part: Expected, now: datetime) -> Expectation:
    """From the begin of the day of the opening statement: its hour is not kept, and a due in days asks for none."""
    due = due_of(world, part, expected.desk, moment(expected.begins, time.min))
    if due.at is None:
        return replace(expected, pending=due.pending)
    over = due.at < now
    timed = replace(expected, state="open", due=due.at, derivation=due.derivation, calendar_version=due.calendar_version, pending=None)
    return replace(timed, by_bus=over, next_at=now if over else due.at)


def _advanced(fold: Fold, expected: Expectation, found: tuple[PeriodicDuty, Expected]) -> Expectation:
    duty, part = found
    if expected.state == "ended":
        return drop(fold, duty, expected, "superseded")
    if expected.next_at is None or expected.next_at > fold.now:
        return expected
    living = fold.world.directory.unit(expected.unit, fold.now)
    if expected.incident is None and (living is None or living.via is not None):
        return replace(expected, state="ended", next_at=None)
    after = advance(fold, duty, part.told, expected)
    asks_again = isinstance(part.met_by, ExerciseSigned) and after.state == "missing" and after.next_at is None
    return replace(after, next_at=fold.now + AGAIN) if asks_again else after


async def _met_meanwhile(uow: UnitOfWork, expected: Expectation, world: World, found: tuple[PeriodicDuty, Expected]) -> Expectation:
    """What meets it without a statement heard for it, looked up at the last moment."""
    met_by = found[1].met_by
    match met_by:
        case AllReported(rule):
            return await _summed(uow, expected, rule)
        case ExerciseSigned():
            return await _signed(uow, expected, world, found[1])
        case RecordConfirmed():
            at = await uow.fetchval(QUERIES["confirmed_at"], expected.unit, expected.begins)
        case Statement() if expected.subject is None:
            at = await uow.fetchval(QUERIES["fitting"], expected.id)
        case _:
            at = None
    return _met(expected, at) if at is not None else expected


async def _summed(uow: UnitOfWork, expected: Expectation, rule: str) -> Expectation:
    """A sum is in when all that it sums is; without anything to sum nothing is owed."""
    row = await uow.fetchrow(QUERIES["summed"], rule, expected.area, expected.begins, expected.ends)
    if row is None or row["owed"] == 0:
        return replace(expected, state="ended", next_at=expected.next_at)
    return _met(expected, row["last"] or expected.due or uow.now) if row["waiting"] == 0 else expected


async def _signed(uow: UnitOfWork, expected: Expectation, world: World, part: Expected) -> Expectation:
    """The desks of a county that have not signed for an exercise: at the due those of the period, later those who still have not."""
    due, begins = expected.due or uow.now, moment(expected.begins, time.min)
    desks = list(expected.missing) if expected.incident is not None else desks_of_county(world, expected.county, due)
    signed = {row["desk"]: row["at"] for row in await uow.fetch(QUERIES["signed_in_exercises"], desks, begins, uow.now)}
    if expected.incident is None:
        missing = tuple(desk for desk in desks if signed.get(desk, uow.now) > due or desk not in signed)
        expected = replace(expected, missing=missing, in_a_row=await _in_a_row(uow, expected, part, missing))
        return expected if missing else _met(expected, max(signed.values(), default=due))
    left = tuple(desk for desk in desks if desk not in signed)
    return replace(expected, missing=left) if left else _met(expected, max(signed.values(), default=uow.now))


async def _in_a_row(uow: UnitOfWork, expected: Expectation, part: Expected, missing: Sequence[str]) -> int:
    """For how many periods, this one included, one desk at least was missing every time."""
    most = max(row.in_a_row for row in part.told)
    rows = await uow.fetch(QUERIES["missing_before"], expected.rule, expected.part, expected.unit, expected.begins, most - 1)
    still, count = set(missing), 1
    for row in rows:
        still &= set(row["missing"])
        if not still:
            break
        count += 1
    return count


def _met(expected: Expectation, at: datetime) -> Expectation:
    late = expected.due is not None and at > expected.due
    return replace(expected, state="late" if late else "met", met_at=at)
