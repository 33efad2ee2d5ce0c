"""Rows that have done their work are deleted after their time, a few at once, every hour: what travels by machine time."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from infra.metrics import PURGED
from infra.postgres.errors import describe, is_transient
from infra.postgres.pool import Pool
from infra.postgres.queries import Queries, load
from infra.waiting import first_of

QUERIES = load(Path(__file__).with_name("retention.sql"))
DAYS: Mapping[str, int] = {"outbox": 7, "inbox": 30, "dead_letters": 30}
EVERY_SECONDS, AT_ONCE = 3600.0, 2000
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Kept:
    """Tables with a time of their own: a statement for each, which takes the ``days`` and how many rows at once."""

    queries: Queries
    days: Mapping[str, int]


async def purge_loop(pool: Pool, *, schema: str, stop: asyncio.Event, more: Sequence[Kept] = ()) -> None:
    """Until ``stop``; several processes of one schema may run it. ``more``: tables of the schema's own."""
    while not stop.is_set():
        try:
            await purge(pool, schema=schema, more=more)
        except Exception as error:
            if not is_transient(error):
                raise
            log.warning("purge_retry", schema=schema, error=describe(error))
        await first_of(stop, seconds=EVERY_SECONDS)


async def purge(pool: Pool, *, schema: str, more: Sequence[Kept] = ()) -> dict[str, int]:
    """Delete everything that is over its time; returns the rows per table."""
    rooms = (Kept(QUERIES, DAYS), *more)
    gone = {table: await _purge_table(pool, kept.queries[table], days) for kept in rooms for table, days in kept.days.items()}
    for table, count in gone.items():
        PURGED.labels(schema, table).inc(count)
    if any(gone.values()):
        log.info("purged", schema=schema, count=sum(gone.values()))
    return gone


async def _purge_table(pool: Pool, statement: str, days: int) -> int:
    total = 0
    while True:
        count = int((await pool.execute(statement, days, AT_ONCE)).rpartition(" ")[2])
        total += count
        if count < AT_ONCE:
            return total
