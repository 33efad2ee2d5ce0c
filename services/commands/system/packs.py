"""Packs of rules brought into a running system, and the folder that its own ones come from."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from infra.messaging.outbox import OutboxWriter
from infra.postgres.pool import open_pool
from services.commands.system.place import Place
from services.routing.activate import Outcome, Registrar
from services.routing.calendars import load_calendars
from services.routing.packs import FOUNDING, Files, Finding, load_shelf
from topics.catalogue import Catalogue

FOLDER = "XIETONG_MANDATES_FOLDER"


def rules_folder(environ: Mapping[str, str] | None = None) -> Path:
    """The folder that the setting of routing and clock names, else the one that is shipped."""
    named = (os.environ if environ is None else environ).get(FOLDER)
    return Path(named) if named else FOUNDING


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
        yield Registrar(pool, OutboxWriter(catalogue, "routing"), load_shelf(rules_folder()), load_calendars(), catalogue)
    finally:
        await pool.close()
