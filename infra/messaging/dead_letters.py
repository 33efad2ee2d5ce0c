"""Dead letters: listed, shown, and delivered once more on their owner's process when a person asks."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from infra.messaging.delivery import DeadLetter, Done, Handlers, Record, Retry, deliver
from infra.messaging.outbox import OutboxWriter
from infra.metrics import REPLAYED
from infra.postgres.errors import describe, is_transient
from infra.postgres.pool import Pool, Row
from infra.postgres.queries import load
from infra.postgres.unit_of_work import UnitOfWork
from infra.waiting import first_of

QUERIES = load(Path(__file__).with_name("dead_letters.sql"))
POLL_SECONDS, AT_ONCE = 2.0, 20
OPEN = ("parked", "requested")
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Letter:
    """One dead letter without its content. ``requested_by``: the reference of the person who asked for its replay."""

    id: int
    consumer: str
    source: str | None
    event_id: str | None
    type: str | None
    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    reason: str
    detail: str
    attempts: int
    parked_at: datetime
    status: str
    requested_at: datetime | None
    requested_by: str | None
    replayed_at: datetime | None


async def list_letters(uow: UnitOfWork, *, before: int | None = None, limit: int = 50, status: Sequence[str] = OPEN) -> list[Letter]:
    """Newest first; ``before``: the id of the last one of the page before."""
    return [_letter(row) for row in await uow.fetch(QUERIES.list, before, list(status), limit)]


async def show_letter(uow: UnitOfWork, letter: int) -> tuple[Letter, Record] | None:
    """One with the record it was, whose value may hold personal data; None if there is none."""
    row = await uow.fetchrow(QUERIES.show, letter)
    return (_letter(row), _record(row)) if row is not None else None


async def ask_replay(uow: UnitOfWork, letter: int, *, by: str) -> bool:
    """Ask for a replay; False if there is no such letter, or it was asked for or replayed already."""
    return await uow.fetchval(QUERIES.ask, letter, by) is not None


async def replay_loop(pool: Pool, handlers: Handlers, *, consumer: str, outbox: OutboxWriter, stop: asyncio.Event) -> None:
    """On the owner's process: delivers what was asked for. Killed in between it does so again, and the inbox knows."""
    while not stop.is_set():
        try:
            await replay_requested(pool, handlers, consumer=consumer, outbox=outbox)
        except Exception as error:
            if not is_transient(error):
                raise
            log.warning("replay_retry", consumer=consumer, error=describe(error))
        await first_of(stop, seconds=POLL_SECONDS)


async def replay_requested(pool: Pool, handlers: Handlers, *, consumer: str, outbox: OutboxWriter) -> int:
    """Deliver each requested letter as the first arrival that it is; returns how many were handled now."""
    handled = 0
    for row in await pool.fetch(QUERIES.requested, consumer, AT_ONCE):
        ((_, outcome),) = await deliver([_record(row)], handlers, consumer=consumer, pool=pool, outbox=outbox, ledger=False)
        match outcome:
            case Done():
                await pool.execute(QUERIES.replayed, row["id"])
                REPLAYED.labels(consumer).inc()
                log.info("dead_letter_replayed", consumer=consumer, dead_letter=row["id"])
                handled += 1
            case DeadLetter(reason):
                await pool.execute(QUERIES.refused, row["id"], reason)
            case Retry():
                return handled
    return handled


def _letter(row: Row) -> Letter:
    return Letter(**{name: row[name] for name in Letter.__dataclass_fields__})


def _record(row: Row) -> Record:
    headers = tuple(zip(row["header_names"], row["header_values"], strict=True))
    return Record(row["topic"], row["partition"], row["offset"], row["timestamp_ms"], row["key"], headers, row["value"])
