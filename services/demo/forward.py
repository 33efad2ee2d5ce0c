"""`xietong demo forward`: business time moves on, and what falls due happens."""

import asyncio
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from infra.clock import BEIJING, monotonic
from infra.postgres.pool import Connection, connect
from services.commands.both import both, joined
from services.commands.errors import WrongUse
from services.commands.system.place import Place
from services.demo.business import QUERIES
from services.demo.crews import EARLY

_FORM = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?)\s*(?P<unit>s|min|h|d|秒|分钟?|小时|天)")
_SECONDS = {"s": 1, "秒": 1, "min": 60, "分": 60, "分钟": 60, "h": 3600, "小时": 3600, "d": 86400, "天": 86400}
_SETTLE_SECONDS = 15.0
_LONGEST = timedelta(days=60)
WALKED = timedelta(hours=12)
"""From here on it may take a while, and that is said first."""
_LEAP = timedelta(days=30)
"""The clock plans no gate window of a day that it slept through and that lies further back than a month."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long, in seconds of the machine: to go from window to window at all, and to wait for the crews of one."""

    walk: float = 120.0
    crews: float = 10.0


USUAL = Pace()


@dataclass(frozen=True, slots=True)
class Moved:
    """Where business time was and is, and what fell due because of it. ``leapt``: from when on no crew was waited for, and ``unattended``:
    how many gate windows were passed over by that, without a roster and a check-in."""

    before: datetime
    after: datetime
    missed: int
    escalated: int
    leapt: datetime | None = None
    unattended: int = 0

    def record(self) -> dict[str, Any]:
        gates = {"leapt_from": _text(self.leapt) if self.leapt else None, "unattended_windows": self.unattended}
        return {"from": _text(self.before), "to": _text(self.after), "missed": self.missed, "escalations": self.escalated, **gates}

    @property
    def words(self) -> str:
        said = both(
            f"业务时间 {_text(self.before)} → {_text(self.after)}；新逾期 {self.missed} 件，新督办 {self.escalated} 件",
            f"business time {_text(self.before)} → {_text(self.after)}; {self.missed} newly missed, {self.escalated} new escalations",
        )
        return joined(said, self._left_out())

    def _left_out(self) -> str:
        if self.leapt is None or not self.unattended:
            return ""
        return both(
            f"；{_text(self.leapt)} 之后没有逐个时段停留，{self.unattended} 个护学岗时段无人签到、未补报排班，按缺岗计",
            f"; nobody was waited for after {_text(self.leapt)}: {self.unattended} gate windows without check-ins and rosters count as gaps",
        )


def _text(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"


def parse_duration(text: str) -> timedelta:
    """``6min``, ``2h``, ``1d``, ``90s``, ``6分钟``. WrongUse for anything else, for nothing, and for going back."""
    if text.strip().startswith("-"):
        raise WrongUse("业务时间只能向前，不能倒退", en="business time only moves on, never back")
    match = _FORM.fullmatch(text.strip())
    if match is None:
        raise WrongUse(f"时长应如 30s、6min、2h、1d，不是 {text}", en=f"a duration is like 30s, 6min, 2h, 1d, not {text}")
    seconds = float(match["number"]) * _SECONDS[match["unit"]]
    if not 0 < seconds <= _LONGEST.total_seconds():
        raise WrongUse("时长应大于 0，至多 60 天", en="a duration is more than 0 and at most 60 days")
    return timedelta(seconds=seconds)


async def move_on(place: Place, by: timedelta, pace: Pace = USUAL) -> Moved:
    """Move it on from gate window to gate window, so that the crews get there, as long as the pace allows; the rest at one leap.

    Returns when the clock process has looked at everything that is due."""
    async with connect(place.dsn, application="xietong-forward") as connection:
        earlier = await connection.fetchrow(QUERIES["waiting"])
        now = await connection.fetchrow(QUERIES["look"])
        if earlier is None or now is None:
            raise RuntimeError("the database answered without a row")
        target = now["now"] + by
        leapt = await _by_the_gates(connection, target, pace)
        await _leap(connection, target, pace)
        later = await _settled(connection)
        unattended = await connection.fetchval(QUERIES["unattended"], leapt or target, target)
    return Moved(now["now"], target, later["missed"] - earlier["missed"], later["told"] - earlier["told"], leapt, unattended)


async def _by_the_gates(connection: Connection, target: datetime, pace: Pace) -> datetime | None:
    """Stop whenever crews are due at their gates, until they are there, and when the next day is planned. Where it was given up, because
    crews did not come or because it took too long; None when it came to the end."""
    ends = monotonic() + pace.walk
    while (stop := await connection.fetchval(QUERIES["next_stop"], target, EARLY)) is not None:
        if monotonic() > ends:
            return await _now(connection)
        await connection.fetchrow(QUERIES["move_to"], stop)
        if not await _come(connection, QUERIES["crews_awaited"], EARLY, seconds=pace.crews, wanted=0):
            return await _now(connection)
    return None


async def _leap(connection: Connection, target: datetime, pace: Pace) -> None:
    """Go there, a month at a time, and wait until the days on the way are planned."""
    while (now := await _now(connection)) < target:
        stop = min(target, now + _LEAP)
        await connection.fetchrow(QUERIES["move_to"], stop)
        await _come(connection, QUERIES["planned"], stop, seconds=pace.crews, wanted=True)


async def _now(connection: Connection) -> datetime:
    row = await connection.fetchrow(QUERIES["look"])
    if row is None:
        raise RuntimeError("the database answered without a row")
    moment: datetime = row["now"]
    return moment


async def _come(connection: Connection, query: str, argument: Any, *, seconds: float, wanted: Any) -> bool:
    """Whether a query came to answer what is wanted."""
    ends = monotonic() + seconds
    while await connection.fetchval(query, argument) != wanted:
        if monotonic() > ends:
            return False
        await asyncio.sleep(0.1)
    return True


async def _settled(connection: Connection) -> Any:
    ends = monotonic() + _SETTLE_SECONDS
    while True:
        row = await connection.fetchrow(QUERIES["waiting"])
        if row is None or row["due"] == 0 or monotonic() > ends:
            return row
        await asyncio.sleep(0.2)
