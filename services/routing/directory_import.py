"""Importing the Directory: validated as a whole, stored with a new version, told to every service over the compacted topic."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from contracts.coordination import UnitRecord
from infra.messaging.outbox import OutboxWriter
from infra.postgres.pool import Pool, Row
from infra.postgres.unit_of_work import unit_of_work
from services.routing.core.calendar import Calendars
from services.routing.core.directory import Directory
from services.routing.reconcile import publish_unit
from services.routing.store import QUERIES
from services.routing.world import Build, records_of


async def import_directory(
    pool: Pool, documents: Sequence[Mapping[str, Any]], outbox: OutboxWriter, calendars: Calendars, *, build: Build = Directory.build
) -> int:
    """Store and tell the units that changed; returns how many. DirectoryInvalid names every fault; nothing is stored then.

    They are checked together with what is stored, while no connection is held; when another import came first, they are checked again."""
    while True:
        async with unit_of_work(pool) as uow:
            rows = await uow.fetch(QUERIES["read_directory"])
        await asyncio.to_thread(_check, rows, documents, calendars, build)
        stored = await _store(pool, documents, outbox, max((row["version"] for row in rows), default=0))
        if stored is not None:
            return stored


def _check(rows: Sequence[Row], documents: Sequence[Mapping[str, Any]], calendars: Calendars, build: Build) -> None:
    named = {document.get("unit") for document in documents}
    build([*(record.document for record in records_of(rows) if record.unit not in named), *documents], 0, calendars)


async def _store(pool: Pool, documents: Sequence[Mapping[str, Any]], outbox: OutboxWriter, checked: int) -> int | None:
    """None: the directory is not the one they were checked against any more. ``checked``: the version of its newest unit."""
    async with unit_of_work(pool, outbox=outbox) as uow:
        version = int(await uow.fetchval(QUERIES["lock_directory"])) + 1
        if await uow.fetchval(QUERIES["newest_unit"]) != checked:
            return None
        rows = [{"unit": document["unit"], "document": document} for document in documents]
        changed = await uow.fetch(QUERIES["store_units"], rows, version)
        if changed:
            await uow.execute(QUERIES["bump_directory"], version)
        for row in changed:
            publish_unit(uow, UnitRecord(unit=row["unit"], version=row["version"], document=row["document"]))
    return len(changed)
