"""What requests leave behind is deleted after its time (machine time), every hour."""

import asyncio
from datetime import timedelta
from pathlib import Path

import structlog

from infra.http.idempotency import KEPT
from infra.http.idempotency import queries as requests
from infra.postgres.errors import describe, is_transient
from infra.postgres.pool import Pool
from infra.postgres.queries import load
from infra.postgres.unit_of_work import unit_of_work
from infra.waiting import first_of
from services.chassis.guard.board import queries as guard

EVERY_SECONDS = 3600.0
CHANGES_KEPT = timedelta(days=30)
POSTS_KEPT = timedelta(days=31)
"""How long a unit can look back at its gates (ours)."""
queries = load(Path(__file__).parent / "reading" / "queries.sql")
log = structlog.get_logger()


async def sweep(pool: Pool) -> None:
    """Ended sessions, used tickets, old answers, change numbers that no stream asks for any more, gates of past days."""
    async with unit_of_work(pool) as uow:
        await uow.fetchval(requests["purge_requests"], KEPT)
        await uow.execute(queries["purge_changes"], uow.now - CHANGES_KEPT)
        await uow.execute(guard["purge_posts"], (uow.now - POSTS_KEPT).date())
        await uow.execute(guard["purge_confirmations"], uow.now - POSTS_KEPT)


async def sweep_loop(pool: Pool, stop: asyncio.Event) -> None:
    """Until ``stop``; several processes of one schema may run it."""
    while not stop.is_set():
        try:
            await sweep(pool)
        except Exception as error:
            if not is_transient(error):
                raise
            log.warning("sweep_retry", error=describe(error))
        await first_of(stop, seconds=EVERY_SECONDS)
