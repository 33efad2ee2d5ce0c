"""Packs of rules brought into a running system."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from infra.messaging.outbox import OutboxWriter
from infra.postgres.pool import open_pool
from services.commands.system.place import Place
from services.routing.activate import Outcome, Registrar
from services.routing.calendars import load_calendars
from services.routing.packs import Files, Finding, load_shelf
from topics.catalogue import Catalogue


async def bring_pack(place: Place, name: str, files: Files) -> Outcome:
    """Activate a pack. PackInvalid, PackRefused, DirectoryUnusable."""
    async with _registrar(place) as registrar:
        return await registrar.activate(name, files)


async def examine_pack(place: Place, name: str, files: Files) -> tuple[Finding, ...]:
    """What would be found about a pack; errors as above."""
    async with _registrar(place) as registrar:
        return await registrar.examine(name, files)


@asynccontextmanager
async def _registrar(place: Place) -> AsyncIterator[Registrar]:
    catalogue = Catalogue.load()
    pool = await open_pool(place.dsn, schema="routing", application="xietong-packs", size=(1, 2))
    try:
        yield Registrar(pool, OutboxWriter(catalogue, "routing"), load_shelf(), load_calendars(), catalogue)
    finally:
        await pool.close()
