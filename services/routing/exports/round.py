"""The clock's round of exports (GOV-09): at 00:30 what was closed by the end of the day before is gathered, then written as one file.

A task is gathered once, for good; a file is made of gathered lines alone, so that it is the same whenever it is written again."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Literal, NamedTuple

from infra.postgres.pool import Row
from infra.postgres.queries import load
from infra.postgres.unit_of_work import UnitOfWork
from services.routing.beside import Done
from services.routing.core.bulletins.exporting import Limit, line_of
from services.routing.core.calendar import ONE_DAY, local_day, midnight_after, moment
from services.routing.core.model import World
from services.routing.exports.file import text_of, write_day
from services.routing.store import ADAPTERS

QUERIES = load(Path(__file__).with_name("queries.sql"))
MANDATE = "GOV-09"
AT = time(0, 30)
AT_ONCE = 500


class DayDue(NamedTuple):
    """A day to be gathered or written."""

    act: Literal["gather", "write"]
    day: date


class ExportRound:
    """``folder``: where the files go. Days that a sleeping clock missed get files of their own, the oldest first."""

    name = "exports"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def due(self, uow: UnitOfWork, world: World) -> Sequence[DayDue]:
        """What was begun is ended first; nothing begins while no rule wants it."""
        state = await uow.fetchrow(QUERIES["export_state"])
        if state is not None and state["gathering"] is not None:
            return (DayDue("gather", state["gathering"]),)
        if state is not None and state["unwritten"] is not None:
            return (DayDue("write", state["unwritten"]),)
        last = state["last"] if state is not None else None
        ended = _last_ended(uow.now)
        day = last + ONE_DAY if last is not None else ended
        return (DayDue("gather", day),) if day <= ended and world.book.by_id(MANDATE, uow.now) is not None else ()

    async def look(self, uow: UnitOfWork, thing: DayDue, world: World) -> Done | None:  # noqa: ARG002  the looks of a round have one shape
        """One step of one day; a folder that cannot be written is FolderUnwritable, and the day is tried again."""
        await uow.execute(QUERIES["begin_day"], thing.day)
        held = await uow.fetchrow(QUERIES["hold_day"], thing.day)
        if held is not None and thing.act == "gather" and not held["gathered"]:
            await self._gather(uow, thing.day)
        elif held is not None and thing.act == "write" and held["written_at"] is None:
            lines = [row["line"] for row in await uow.fetch(QUERIES["lines_of"], thing.day)]
            await asyncio.to_thread(write_day, self._folder, thing.day, text_of(lines))
            await uow.execute(QUERIES["written"], thing.day, uow.now)
        return None

    async def _gather(self, uow: UnitOfWork, day: date) -> None:
        rows = await uow.fetch(QUERIES["closed_tasks"], midnight_after(day), AT_ONCE)
        await uow.execute(QUERIES["keep_lines"], day, [_line(row) for row in rows])
        if len(rows) < AT_ONCE:
            await uow.execute(QUERIES["gathered"], day)

    async def next_at(self, uow: UnitOfWork) -> datetime | None:
        """The next 00:30."""
        return moment(_last_ended(uow.now) + timedelta(days=2), AT)


def _last_ended(now: datetime) -> date:
    """The last day whose file is due."""
    today = local_day(now)
    return today - ONE_DAY if now >= moment(today, AT) else today - timedelta(days=2)


def _line(row: Row) -> object:
    incident, task = (ADAPTERS[name].validate_python(row[name]) for name in ("incident", "task"))
    limits = [Limit(one["kind"], _instant(one["due"]), _instant(one["met_at"])) for one in row["limits"]]
    return line_of(incident, task, limits)


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
