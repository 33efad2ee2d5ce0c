"""`xietong demo forward`: business time moves on, and what falls due happens."""

import asyncio
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from infra.clock import BEIJING, monotonic
from infra.postgres.pool import Connection, connect
from services.commands.both import both
from services.commands.errors import WrongUse
from services.commands.system.place import Place
from services.demo.business import QUERIES
from services.demo.crews import EARLY

_FORM = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?)\s*(?P<unit>s|min|h|d|秒|分钟?|小时|天)")
_SECONDS = {"s": 1, "秒": 1, "min": 60, "分": 60, "分钟": 60, "h": 3600, "小时": 3600, "d": 86400, "天": 86400}
_SETTLE_SECONDS = 15.0
_LONGEST = timedelta(days=60)
_WALKED, _CREW_SECONDS = timedelta(days=3), 8.0


@dataclass(frozen=True, slots=True)
class Moved:
    """Where business time was and is, and what fell due because of it."""

    before: datetime
    after: datetime
    missed: int
    escalated: int

    def record(self) -> dict[str, Any]:
        return {"from": _text(self.before), "to": _text(self.after), "missed": self.missed, "escalations": self.escalated}

    @property
    def words(self) -> str:
        return both(
            f"业务时间 {_text(self.before)} → {_text(self.after)}；新逾期 {self.missed} 件，新督办 {self.escalated} 件",
            f"business time {_text(self.before)} → {_text(self.after)}; {self.missed} newly missed, {self.escalated} new escalations",
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


async def move_on(place: Place, by: timedelta) -> Moved:
    """Move it on and wait until the clock process has looked at everything that is due; of a few days the crews get to their gates."""
    async with connect(place.dsn, application="xietong-forward") as connection:
        earlier = await connection.fetchrow(QUERIES["waiting"])
        now = await connection.fetchrow(QUERIES["look"])
        if earlier is None or now is None:
            raise RuntimeError("the database answered without a row")
        if by <= _WALKED:
            await _by_the_gates(connection, now["now"] + by)
        await connection.fetchrow(QUERIES["move_to"], now["now"] + by)
        later = await _settled(connection)
    return Moved(now["now"], now["now"] + by, later["missed"] - earlier["missed"], later["told"] - earlier["told"])


async def _by_the_gates(connection: Connection, target: datetime) -> None:
    """Stop whenever crews are due at their gates, until they are there; without crews nobody is waited for twice."""
    while (stop := await connection.fetchval(QUERIES["next_crew"], target, EARLY)) is not None:
        await connection.fetchrow(QUERIES["move_to"], stop)
        ends = monotonic() + _CREW_SECONDS
        while await connection.fetchval(QUERIES["crews_awaited"], EARLY):
            if monotonic() > ends:
                return
            await asyncio.sleep(0.1)


async def _settled(connection: Connection) -> Any:
    ends = monotonic() + _SETTLE_SECONDS
    while True:
        row = await connection.fetchrow(QUERIES["waiting"])
        if row is None or row["due"] == 0 or monotonic() > ends:
            return row
        await asyncio.sleep(0.2)
