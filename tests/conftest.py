"""The real servers, started once per session, and a fresh database and fresh topics for whoever asks."""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings

from infra.embedded import Servers, embedded_servers
from infra.log import allow_listed, error_class
from infra.postgres.pool import connect
from tests.servers import Database, Databases, Topics

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
CACHE = Path(__file__).parents[1] / ".xietong" / "cache"


@pytest.fixture(scope="session", autouse=True)
def quiet_log() -> None:
    """The log as in production, but through pytest's own capture."""
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, error_class, allow_listed, structlog.processors.JSONRenderer()],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


@pytest.fixture(scope="session")
async def servers() -> AsyncIterator[Servers]:
    """Real Kafka and PostgreSQL with data that nobody else has; outside pytest's own folders, whose rights change with every other run."""
    with tempfile.TemporaryDirectory(prefix="xietong-tests-", ignore_cleanup_errors=True) as folder:
        async with embedded_servers(Path(folder), cache=CACHE) as running:
            await without_the_disk(running.postgres_dsn)
            yield running


async def without_the_disk(dsn: str) -> None:
    """Most of a copied database's time was the disk's; what is left in memory outlives a killed server, and nothing here outlives the machine."""
    async with connect(dsn, application="test") as owner:
        await owner.execute("alter system set fsync = off")
        await owner.execute("select pg_reload_conf()")


@pytest.fixture(scope="session")
def databases(servers: Servers) -> Databases:
    return Databases(servers.postgres_dsn)


@pytest.fixture
async def database(databases: Databases) -> AsyncIterator[Database]:
    """A fresh database with infra's tables for police, schools and routing."""
    made = await databases.fresh()
    yield made
    await made.close()


@pytest.fixture(scope="session")
def topics(servers: Servers) -> Topics:
    return Topics(servers.bootstrap)
