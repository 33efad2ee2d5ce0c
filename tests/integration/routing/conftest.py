from collections.abc import AsyncIterator

import pytest

from infra.postgres.migrate import SchemaPlan
from infra.postgres.pool import connect
from services.routing.directory import load_documents
from services.routing.directory_import import import_directory
from services.schemas import ROUTING_FOLDERS
from tests.integration.routing.guard_town import GuardTown, guarded_documents
from tests.integration.routing.town import CALENDARS, Town, outbox
from tests.servers import Database, Databases

PLAN = (SchemaPlan("routing", ROUTING_FOLDERS, logins=("clock", "console")),)


@pytest.fixture
async def routing_database(databases: Databases) -> AsyncIterator[Database]:
    made = await databases.fresh(PLAN)
    yield made
    await made.close()


@pytest.fixture
async def empty_town(routing_database: Database) -> AsyncIterator[Town]:
    """Routing's tables and no directory yet; Mon 2026-09-21 10:00."""
    async with connect(routing_database.owner_dsn, application="test") as owner:
        town = Town(routing_database, owner, await routing_database.pool("routing"))
        await owner.execute("insert into bus.business_time values (true, clock_timestamp(), '2026-09-01 00:00:00+08', 0)")
        await town.at("09-21 10:00:00")
        yield town


@pytest.fixture
async def town(empty_town: Town) -> Town:
    """The story district, every desk covered."""
    await import_directory(empty_town.pool, load_documents(), outbox(), CALENDARS)
    return empty_town


@pytest.fixture
async def gates(routing_database: Database) -> AsyncIterator[GuardTown]:
    """Sun 2026-09-20 17:00, a make-up school day; schools A and B alone have gates."""
    async with connect(routing_database.owner_dsn, application="test") as owner:
        town = Town(routing_database, owner, await routing_database.pool("routing"))
        await owner.execute("insert into bus.business_time values (true, clock_timestamp(), '2026-09-20 17:00:00+08', 0)")
        await import_directory(town.pool, guarded_documents("A", "B"), outbox(), CALENDARS)
        yield await GuardTown.found(town)
