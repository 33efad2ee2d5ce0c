"""Business time during the demo: where it starts, how fast it runs, and waiting in it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path

from infra.clock import BEIJING, monotonic
from infra.errors import XietongError
from infra.postgres.pool import Connection, connect
from infra.postgres.queries import load
from services.routing.calendars import load_calendars
from services.routing.core.calendar import Calendars, DayUnknown

QUERIES = load(Path(__file__).with_name("business.sql"))
FIRST_MORNING = datetime(2026, 9, 21, 6, 50, tzinfo=BEIJING)
DAWN = timedelta(minutes=30)
"""How long before the play the crews of the first gates are there."""
CITY, KIND = "990100", "primary"
_LOOK_SECONDS = 0.25
_FAR = 400


class NoMorningLeft(XietongError):
    """日历中已没有可演的上学日：请载入下一年的日历，或删除数据目录重新开始。"""

    code = "no-morning-left"
    title_en = "The calendars hold no further school day: load next year's, or delete the data root and start again"


def next_morning(after: datetime | None, calendars: Calendars | None = None) -> datetime:
    """06:50 of the first school day not before ``after``; without data the demo's first morning. NoMorningLeft."""
    if after is None:
        return FIRST_MORNING
    calendars = calendars or load_calendars()
    start = after.astimezone(BEIJING)
    day = start.date() if start.time() <= FIRST_MORNING.time() else start.date() + timedelta(days=1)
    for ahead in range(_FAR):
        if is_school_day(day + timedelta(days=ahead), calendars):
            return datetime.combine(day + timedelta(days=ahead), time(6, 50), tzinfo=BEIJING)
    raise NoMorningLeft()


def is_school_day(day: date, calendars: Calendars | None = None) -> bool:
    """Whether primary schools of the city are taught on a day. NoMorningLeft beyond the calendars."""
    calendars = calendars or load_calendars()
    try:
        return calendars.working(day) and calendars.in_term(CITY, day, KIND)
    except DayUnknown:
        raise NoMorningLeft() from None


async def stored_business_time(connection: Connection) -> datetime | None:
    """How far business time has come on this database; None when nothing has happened on it yet."""
    moment: datetime | None = await connection.fetchval(QUERIES["reached"])
    return moment


async def set_business_time(connection: Connection, business: datetime, speed: float) -> None:
    """Never back: the database refuses it."""
    await connection.execute(QUERIES["set_time"], business, speed)


class BusinessClock:
    """Business time as the demo follows it: looked up a few times a second, carried on in between."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._moment = FIRST_MORNING
        self._speed = 0.0
        self._looked = 0.0
        self._one_at_a_time = asyncio.Lock()

    @property
    def speed(self) -> float:
        return self._speed

    def now(self) -> datetime:
        return self._moment + timedelta(seconds=(monotonic() - self._looked) * self._speed)

    async def look(self) -> None:
        async with self._one_at_a_time:
            row = await self._connection.fetchrow(QUERIES["look"])
        if row is not None:
            self._moment, self._speed, self._looked = row["now"], row["speed"], monotonic()

    async def run_at(self, speed: float) -> None:
        """Go on from here at another speed."""
        async with self._one_at_a_time:
            await self._connection.execute(QUERIES["go_on"], speed)
        await self.look()

    async def set(self, moment: datetime) -> None:
        """Go on to a moment and stand there."""
        async with self._one_at_a_time:
            await set_business_time(self._connection, moment, 0)
        await self.look()

    async def until(self, moment: datetime) -> None:
        """Return when business time has come there; somebody may move it on meanwhile."""
        while (left := (moment - self.now()).total_seconds()) > 0:  # noqa: ASYNC110  the time is the database's
            await asyncio.sleep(min(left / self._speed, _LOOK_SECONDS) if self._speed > 0 else _LOOK_SECONDS)

    async def wait(self, seconds: float) -> None:
        await self.until(self.now() + timedelta(seconds=seconds))

    async def follow(self) -> None:
        """Keep looking, until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(_LOOK_SECONDS)


@asynccontextmanager
async def business_clock(dsn: str) -> AsyncIterator[BusinessClock]:
    """A clock that follows the database's business time for the length of the block."""
    async with connect(dsn, application="xietong-demo-clock") as connection:
        clock = BusinessClock(connection)
        await clock.look()
        following = asyncio.create_task(clock.follow(), name="follow-business-time")
        try:
            yield clock
        finally:
            following.cancel()
            await asyncio.wait([following])
