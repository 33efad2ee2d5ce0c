"""The round that plans: what every unit of the Directory owes for the periods that have begun, in steps of many units each."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from infra.postgres.pool import Row
from infra.postgres.unit_of_work import UnitOfWork
from services.routing.beside import Done
from services.routing.core.calendar import ONE_DAY, local_day, moment
from services.routing.core.deadlines import Period
from services.routing.core.expected.choice import Choice
from services.routing.core.expected.periods import periods_from
from services.routing.core.expected.plan import Planning, expectation_of
from services.routing.core.expected.records import Expectation
from services.routing.core.mandates import AllReported, Expected, MetBy, PeriodicDuty, RecordConfirmed
from services.routing.core.model import World
from services.routing.expected.store import QUERIES, as_json

UNITS_AT_ONCE, PLANS_AT_ONCE = 1000, 3
"""How much one tick of the clock plans, so that no other due waits long for it."""
REMEMBERED = timedelta(days=800)
"""How long what was heard may still meet something: the longest period is a year."""
LAST = "~"
"""Stands behind every unit of a version."""


class Plan(NamedTuple):
    """One part of a duty in one period of all units."""

    rule: str
    part: str
    period: str


class PeriodRound:
    """Plans each period once it has begun, and again for the units that a new version of the Directory changed.

    Nothing is looked up again while day, Directory, calendars and packs are those of the last look that found nothing to do."""

    name = "expected-plans"

    def __init__(self) -> None:
        self._settled: tuple[date, int, str, str] | None = None
        self._confirmed = -1
        self._turn = 0

    async def due(self, uow: UnitOfWork, world: World) -> Sequence[Plan]:
        """A few of the plans that are not done for what stands now; each comes to its turn, also when another cannot be done."""
        day, calendars = local_day(uow.now), world.directory.calendars.version
        stands = (day, world.directory.version, calendars, world.pack_version)
        if stands == self._settled:
            return ()
        await self._begin(uow, world, day)
        await self._confirm(uow, world)
        rows = await uow.fetch(QUERIES["open_plans"], world.directory.version, calendars, day - REMEMBERED)
        if not rows:
            self._settled = stands
            return ()
        turns = (rows[(self._turn + n) % len(rows)] for n in range(min(PLANS_AT_ONCE, len(rows))))
        self._turn += PLANS_AT_ONCE
        return [Plan(row["rule"], row["part"], row["period"]) for row in turns]

    async def _begin(self, uow: UnitOfWork, world: World, day: date) -> None:
        last = {(row["rule"], row["part"]): row["begins"] for row in await uow.fetch(QUERIES["last_plans"])}
        rows: list[dict[str, Any]] = []
        for duty in world.book.duties.anywhere(uow.now):
            for part in duty.parts:
                since = min(last.get((duty.id, part.part), day), day)
                rows += [_row(duty, part, period) for period in periods_from(part.every, since, day, world.directory.calendars)]
        if rows:
            await uow.execute(QUERIES["begin_plans"], rows, uow.now, world.directory.calendars.version)
        await uow.execute(QUERIES["forget"], uow.now - REMEMBERED)

    async def _confirm(self, uow: UnitOfWork, world: World) -> None:
        """Records that changed since the last look are confirmed by that."""
        if self._confirmed != world.directory.version:
            await uow.execute(QUERIES["confirm"], uow.now, self._confirmed, None)
            self._confirmed = world.directory.version

    async def look(self, uow: UnitOfWork, thing: Plan, world: World) -> Done | None:
        """Plan the next many units; nothing is told of it."""
        row = await uow.fetchrow(QUERIES["hold_plan"], *thing)
        if row is None:
            return None
        calendars = world.directory.calendars.version
        anew = row["calendars"] != calendars
        place = (-1, "") if anew else (row["version"], row["reached"])
        units = await uow.fetch(QUERIES["next_units"], *place, world.directory.version, UNITS_AT_ONCE)
        choice = Choice(thing.rule, thing.part, Period(row["period"], row["begins"], row["ends"]), world, uow.now)
        await self._expect(uow, choice, row, units)
        if len(units) < UNITS_AT_ONCE:
            await uow.execute(QUERIES["go_on_plan"], *thing, world.directory.version, LAST, True, calendars)
        else:
            await uow.execute(QUERIES["go_on_plan"], *thing, units[-1]["version"], units[-1]["unit"], False, calendars)
        return None

    async def _expect(self, uow: UnitOfWork, choice: Choice, row: Row, units: Sequence[Row]) -> None:
        """What was due before the plan began is not owed, nor what was due before a unit appeared in it."""
        floor = uow.now if row["complete"] else row["owed_from"]
        made: dict[tuple[str | None, bool], list[Expectation]] = {}
        for unit in units:
            planning = choice.planning(unit["unit"])
            one = expectation_of(planning, unit["unit"]) if planning is not None else None
            if planning is not None and one is not None and (one.due is None or one.due > floor):
                made.setdefault(_looked_up(planning.part.met_by), []).append(one)
        for looked_up, expected in made.items():
            await _keep_new(uow, expected, choice.world.directory.calendars.version, *looked_up)

    async def next_at(self, uow: UnitOfWork) -> datetime | None:
        """The next day may begin a period."""
        return moment(local_day(uow.now) + ONE_DAY, time.min)


def _row(duty: PeriodicDuty, part: Expected, period: Period) -> dict[str, Any]:
    return {
        "rule": duty.id,
        "part": part.part,
        "period": period.label,
        "begins": period.first.isoformat(),
        "ends": period.last.isoformat(),
        "opens": moment(period.first, time.min).isoformat(),
    }


def _looked_up(met_by: MetBy) -> tuple[str | None, bool]:
    """Which duty it sums, and whether records confirm it: what meets it without a statement of its own."""
    return met_by.rule if isinstance(met_by, AllReported) else None, isinstance(met_by, RecordConfirmed)


async def _keep_new(uow: UnitOfWork, expected: Sequence[Expectation], calendars: str, sums: str | None, confirms: bool) -> None:
    new = await uow.fetch(QUERIES["expect"], [as_json(one) for one in expected], calendars, sums, confirms)
    await uow.fetch(QUERIES["settle"], [one["id"] for one in new], uow.now)
    if confirms:
        await uow.execute(QUERIES["confirm"], uow.now, -1, None)


def planned_again(expected: Expectation, world: World, found: tuple[PeriodicDuty, Expected], now: datetime) -> Expectation:
    """An expectation that waited for a calendar, by the calendars of now: timed, still waiting, or owed no more."""
    duty, part = found
    planning = Planning(duty, part, Period(expected.period, expected.begins, expected.ends), world, now)
    again = expectation_of(planning, expected.unit)
    if again is None:
        return replace(expected, state="ended", pending=None, next_at=None)
    timed = replace(
        expected, state=again.state, due=again.due, pending=again.pending, next_at=again.due, derivation=again.derivation,
        calendar_version=again.calendar_version,
    )  # fmt: skip
    if expected.met_at is not None:
        late = again.due is not None and expected.met_at > again.due
        return replace(timed, state="late" if late else "met", next_at=None)
    over = again.due is not None and again.due < now
    return replace(timed, by_bus=over, next_at=now if over else again.due)
