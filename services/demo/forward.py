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

_FORM = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?)\s*(?P<unit>s|min|h|d|秒|分钟?|小时|天)")
_SECONDS = {"s": 1, "秒": 1, "min": 60, "分": 60, "分钟": 60, "h": 3600, "小时": 3600, "d": 86400, "天": 86400}
_SETTLE_SECONDS = 15.0
_LONGEST = timedelta(days=60)


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
    duration = timedelta(seconds=float(match["number"]) * _SECONDS[match["unit"]])
    if not timedelta() < duration <= _LONGEST:
        raise WrongUse("时长应大于 0，至多 60 天", en="a duration is more than 0 and at most 60 days")
    return duration


async def move_on(place: Place, by: timedelta) -> Moved:
    """Move it on and wait until the clock process has looked at everything that is due."""
    async with connect(place.dsn, application="xietong-forward") as connection:
        earlier = await connection.fetchrow(QUERIES["waiting"])
        row = await connection.fetchrow(QUERIES["move_on"], by)
        later = await _settled(connection)
    if earlier is None or row is None:
        raise RuntimeError("the database answered without a row")
    return Moved(row["before"], row["after"], later["missed"] - earlier["missed"], later["told"] - earlier["told"])


async def _settled(connection: Connection) -> Any:
    ends = monotonic() + _SETTLE_SECONDS
    while True:
        row = await connection.fetchrow(QUERIES["waiting"])
        if row is None or row["due"] == 0 or monotonic() > ends:
            return row
        await asyncio.sleep(0.2)
