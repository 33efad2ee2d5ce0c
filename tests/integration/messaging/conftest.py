import pytest

from infra.postgres.pool import Pool
from tests.integration.messaging.mail import with_effects
from tests.servers import Database


@pytest.fixture
async def pool(database: Database) -> Pool:
    """Routing's connections, with a table that shows effects."""
    await with_effects(database, "routing", "police")
    return await database.pool("routing")


@pytest.fixture
async def police(database: Database, pool: Pool) -> Pool:
    """The connections of the police, in the same database."""
    return await database.pool("police")
