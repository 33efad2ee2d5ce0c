"""Reminders of what a unit keeps, on its own desks on the day that was agreed; and the end of what has been over for long enough."""

import asyncio
from collections.abc import Mapping, Sequence

import structlog

from contracts.ids import desk_of
from infra.postgres.errors import describe, is_transient
from infra.postgres.pool import Pool
from infra.postgres.unit_of_work import unit_of_work
from infra.waiting import first_of
from services.chassis.agency import KeptIn
from services.chassis.kept.keep import queries
from services.chassis.marks import Marks

EVERY_SECONDS = 60.0
AT_ONCE = 500
log = structlog.get_logger()


async def remind(pool: Pool, matters: Sequence[KeptIn]) -> int:
    """Ring once for each matter whose day has come (business time); how many there were. Nothing but the desks of the unit hears of it."""
    known: Mapping[str, KeptIn] = {matter.name: matter for matter in matters}
    async with unit_of_work(pool) as uow:
        due = await uow.fetch(queries["remind"], uow.now, AT_ONCE)
        marks = Marks()
        for row in due:
            for role in known[row["name"]].reminded if row["name"] in known else ():
                marks.add(desk_of(role, row["unit"]), "kept", row["id"], "soft")
        await marks.flush(uow)
    return len(due)


async def forget(pool: Pool) -> int:
    """Delete what was over long enough (machine time), with its sealed rows; how many there were."""
    async with unit_of_work(pool) as uow:
        return len(await uow.fetch(queries["forget"], AT_ONCE))


async def kept_loop(pool: Pool, matters: Sequence[KeptIn], stop: asyncio.Event) -> None:
    """Until ``stop``; several processes of one schema may run it."""
    while matters and not stop.is_set():
        try:
            await remind(pool, matters)
            await forget(pool)
        except Exception as error:
            if not is_transient(error):
                raise
            log.warning("kept_retry", error=describe(error))
        await first_of(stop, seconds=EVERY_SECONDS)
    await stop.wait()
