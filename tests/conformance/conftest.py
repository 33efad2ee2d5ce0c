"""Both transports on the same stage."""

import signal
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer

from infra.embedded import Backoff, embedded_servers, supervise
from tests.conformance.eyes import Eyes
from tests.conformance.ground import Ground
from tests.conformance.scene import Scene
from tests.conftest import CACHE
from tests.servers import Databases
from topics.catalogue import Catalogue

ASKED_BEFORE_IT_LISTENED = -signal.SIGTERM
AT_ONCE = Backoff(first=0.05, most=0.5)


@pytest.fixture(scope="package")
async def ground() -> AsyncIterator[Ground]:
    """Servers that nobody else uses: here they are killed and wiped."""
    with tempfile.TemporaryDirectory(prefix="xietong-conformance-", ignore_cleanup_errors=True) as folder:
        async with embedded_servers(Path(folder), cache=CACHE) as servers:
            yield Ground(servers, Databases(servers.postgres_dsn), Catalogue.load())


@pytest.fixture(params=["faust", "plain"])
def transport(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def new_brokers(ground: Ground) -> None:
    """Logs that are new, not emptied: for who kills a broker, which then forgets what was deleted last."""
    await ground.servers.kafka.wipe()
    await ground.servers.kafka.start()


@pytest.fixture
async def scene(ground: Ground, transport: str, tmp_path: Path) -> AsyncIterator[Scene]:
    """An empty road; at the end all workers are stopped, and each of them says that it stopped as it should."""
    database = await ground.furnish()
    eyes = Eyes(database)
    producer = AIOKafkaProducer(bootstrap_servers=list(ground.servers.bootstrap), acks="all", enable_idempotence=True)
    await producer.start()
    try:
        async with supervise(tmp_path, AT_ONCE) as supervisor:
            yield Scene(transport, ground, database, supervisor, tmp_path, eyes, producer)
            await supervisor.stop_all()
            assert {status.last_exit for status in supervisor.status()} <= {0, ASKED_BEFORE_IT_LISTENED}
    finally:
        await producer.stop()
        await eyes.close()
        await database.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The suite has a make target of its own: it kills brokers and waits out dead members of the group."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.slow)
