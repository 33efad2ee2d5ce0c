"""Importing the Directory: validated as a whole, stored with a new version, told to every service over the compacted topic."""

from collections.abc import Mapping, Sequence
from typing import Any

from contracts.coordination import UnitRecord
from infra.messaging.outbox import OutboxWriter
from infra.postgres.pool import Pool
from infra.postgres.unit_of_work import unit_of_work
from services.routing.core.calendar import Calendars
from services.routing.core.directory import Directory
from services.routing.reconcile import publish_unit
from services.routing.store import QUERIES


async def import_directory(pool: Pool, documents: Sequence[Mapping[str, Any]], outbox: OutboxWriter, calendars: Calendars) -> int:
    """Store and tell the units that changed; returns how many. DirectoryInvalid names every fault; nothing is stored then."""
    async with unit_of_work(pool, outbox=outbox) as uow:
        version = int(await uow.fetchval(QUERIES["lock_directory"])) + 1
        stored = {row["unit"]: row["document"] for row in await uow.fetch(QUERIES["load_directory"])}
        named = {document.get("unit") for document in documents}
        Directory.build([*(kept for unit, kept in stored.items() if unit not in named), *documents], version, calendars)
        rows = [{"unit": document["unit"], "document": document} for document in documents]
        changed = await uow.fetch(QUERIES["store_units"], rows, version)
        if changed:
            await uow.execute(QUERIES["bump_directory"], version)
        for row in changed:
            publish_unit(uow, UnitRecord(unit=row["unit"], version=row["version"], document=row["document"]))
    return len(changed)
