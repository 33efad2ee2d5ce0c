"""`xietong demo forward`: from gate window to gate window while crews come, the rest at one leap, and what was left out is said."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from infra.clock import BEIJING
from infra.postgres.pool import Connection, connect
from services.commands.both import pick
from services.commands.system.place import Place
from services.demo.business import set_business_time
from services.demo.crews import EARLY
from services.demo.forward import Moved, Pace, move_on
from services.schemas import SCHEMA_PLANS
from tests.servers import Databases

FRIDAY = datetime(2026, 9, 18, 12, 0, tzinfo=BEIJING)
WINDOWS = {"am": (time(7, 0), time(7, 40)), "pm": (time(16, 30), time(17, 20))}
RESTED = {date(2026, 9, 19)}
"""The Saturday; the Sunday after it is a make-up day, which is taught."""


@pytest.fixture
async def place(databases: Databases, tmp_path: Path) -> Place:
    made = Place(tmp_path, (await databases.fresh(SCHEMA_PLANS)).owner_dsn, ())
    async with connect(made.dsn, application="test") as connection:
        await set_business_time(connection, FRIDAY, 0)
        await plan(connection, FRIDAY.date())
    return made


async def now(connection: Connection) -> datetime:
    moment: datetime = await connection.fetchval("select bus.business_now()")
    return moment


async def plan(connection: Connection, day: date) -> None:
    """As the clock process does: the windows of a day, none on a day of rest."""
    for peak, (starts, ends) in WINDOWS.items() if day not in RESTED else ():
        await connection.execute(
            """insert into routing.guard_posts (day, unit, gate, peak, county, starts, ends, required)
               values ($1, '2199000101', 'A-G1', $2, '990102', $3, $4, '{}')""",
            day, peak, datetime.combine(day, starts, BEIJING), datetime.combine(day, ends, BEIJING),
        )  # fmt: skip
    await connection.execute("insert into routing.guard_days (day, basis, planned_at, pending) values ($1, '1', now(), '{}')", day)


async def plan_further(connection: Connection) -> None:
    """Today, and from 18:00 on tomorrow."""
    until = (await now(connection) + timedelta(hours=6)).astimezone(BEIJING).date()
    last: date = await connection.fetchval("select max(day) from routing.guard_days")
    for ahead in range((until - last).days):
        await plan(connection, last + timedelta(days=ahead + 1))


async def check_in(connection: Connection) -> None:
    """Who is due at a gate is there."""
    await connection.execute(
        """insert into routing.guard_checkins
               (device, item, event, batch, day, unit, gate, peak, slot, person, act, checked_at, uploaded_at, received_at, flag)
           select 'D-' || day || peak, 1, 'e', 'b', day, unit, gate, peak, 'police', 'p', 'in', starts, starts, starts, ''
           from routing.guard_posts where starts > bus.business_now() and starts - $1::interval <= bus.business_now()
           on conflict do nothing""",
        EARLY,
    )


@asynccontextmanager
async def city(place: Place, *, crews: bool = True) -> AsyncIterator[None]:
    """A clock that plans, and (``crews``) people who come."""

    async def live() -> None:
        async with connect(place.dsn, application="city") as connection:
            while True:
                await plan_further(connection)
                if crews:
                    await check_in(connection)
                await asyncio.sleep(0.02)

    living = asyncio.create_task(live())
    try:
        yield
    finally:
        living.cancel()
        with suppress(asyncio.CancelledError):
            await living


async def attended(place: Place) -> list[str]:
    async with connect(place.dsn, application="test") as connection:
        rows = await connection.fetch("select day, peak from routing.guard_checkins order by day, peak")
    return [f"{row['day']:%m-%d} {row['peak']}" for row in rows]


async def forward(place: Place, pace: Pace, *, crews: bool = True, **by: int) -> Moved:
    async with city(place, crews=crews):
        return await move_on(place, timedelta(**by), pace)


async def test_a_week_is_walked_and_every_window_of_it_is_attended(place: Place) -> None:
    """INVARIANT: crews come on each day that is passed — broken by a walk that ends where no further window is planned yet, as before a weekend."""
    moved = await forward(place, Pace(walk=60, crews=30), days=5)
    expected = ["09-18 pm", *(f"09-{day} {peak}" for day in range(20, 23) for peak in ("am", "pm")), "09-23 am"]
    assert await attended(place) == expected
    assert (moved.after, moved.leapt, moved.unattended) == (FRIDAY + timedelta(days=5), None, 0)
    assert "无人签到" not in moved.words
    assert moved.record()["leapt_from"] is None


async def test_what_takes_too_long_is_leapt_over_and_said_so(place: Place) -> None:
    moved = await forward(place, Pace(walk=0, crews=30), days=40)
    assert moved.after == FRIDAY + timedelta(days=40)
    assert (moved.leapt, moved.unattended) == (FRIDAY, 78)
    assert pick(moved.words, "zh").endswith(
        "；2026-09-18 12:00:00 之后没有逐个时段停留，78 个护学岗时段无人签到、未补报排班，按缺岗计"
    )
    assert "78 gate windows without check-ins" in pick(moved.words, "en")
    assert (moved.record()["leapt_from"], moved.record()["unattended_windows"]) == ("2026-09-18 12:00:00", 78)


async def test_where_no_crew_comes_nobody_is_waited_for_twice(place: Place) -> None:
    moved = await forward(place, Pace(walk=60, crews=0.3), crews=False, days=3)
    at_the_gate = datetime(2026, 9, 18, 16, 27, tzinfo=BEIJING)
    assert (moved.leapt, moved.unattended) == (at_the_gate, 4)
    assert await attended(place) == []


async def test_a_leap_over_no_window_says_nothing(place: Place) -> None:
    moved = await forward(place, Pace(walk=0, crews=30), hours=2)
    assert (moved.leapt, moved.unattended) == (None, 0)
    assert "无人签到" not in moved.words
