"""A city for each story: a database of its own, a time of its own, and topics read from where the last story ended."""

from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer

from infra.embedded import Servers
from infra.messaging.admin import apply
from infra.messaging.outbox import OutboxWriter
from infra.postgres.pool import connect, open_pool
from services.routing.calendars import load_calendars
from services.routing.directory import load_documents
from services.routing.directory_import import import_directory
from services.schemas import SCHEMA_PLANS
from tests.acceptance.city import City
from tests.acceptance.city.engine import Engine, Keys, with_seal_keys
from tests.acceptance.city.quiet import Road
from tests.acceptance.city.times import BEIJING
from tests.conftest import Database, Databases
from topics.catalogue import Catalogue

OPENS = datetime(2026, 9, 1, 0, 0, tzinfo=BEIJING)
Documents = list[dict[str, Any]]
Founding = Callable[..., Awaitable[City]]
TOLD_TO_THE_END = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
async def catalogue(servers: Servers) -> Catalogue:
    """The catalogue, made real on the cluster."""
    loaded = Catalogue.load()
    await apply(loaded, servers.bootstrap)
    return loaded


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember how the story itself ended: only one that came to its end is asked for what it did not expect."""
    report = yield
    if report.when == "call":
        item.stash[TOLD_TO_THE_END] = report.passed
    return report


@pytest.fixture
async def found_city(
    request: pytest.FixtureRequest, servers: Servers, databases: Databases, catalogue: Catalogue, tmp_path: Path
) -> AsyncIterator[Founding]:
    """Found a city; ``change`` may alter the directory's documents first. At the end of the story nothing unexpected may have happened."""
    async with AsyncExitStack() as stack:
        cities: list[City] = []

        async def found(change: Callable[[Documents], Documents] = lambda documents: documents) -> City:
            database = await databases.fresh(SCHEMA_PLANS)
            stack.push_async_callback(database.close)
            owner = await stack.enter_async_context(connect(database.owner_dsn, application="city"))
            kafka = AIOKafkaConsumer(bootstrap_servers=list(servers.bootstrap))
            await kafka.start()
            stack.push_async_callback(kafka.stop)
            await owner.execute("insert into bus.business_time values (true, clock_timestamp(), $1, 0)", OPENS)
            road = Road(owner, kafka, catalogue)
            engine = Engine(keys=Keys(tmp_path, catalogue), dsn=database.dsn, kafka=servers.bootstrap, folder=tmp_path)
            begin = await road.begin_here()
            await _import(database, change(with_seal_keys(load_documents(), engine.keys.public_seals())), catalogue)
            stack.push_async_callback(engine.stop)
            await engine.start()
            city = City(engine, owner, road, servers.kafka, OPENS)
            city.begin = begin
            cities.append(city)
            await city.settle()
            return city

        yield found
        for city in cities:
            if request.node.stash.get(TOLD_TO_THE_END, False):
                city.nothing_else()


async def _import(database: Database, documents: Documents, catalogue: Catalogue) -> None:
    pool = await open_pool(database.dsn("xt_routing"), schema="routing", application="city", size=(1, 1))
    try:
        await import_directory(pool, documents, OutboxWriter(catalogue, "routing"), load_calendars())
    finally:
        await pool.close()


@pytest.fixture
async def city(found_city: Founding) -> City:
    """The story district, every desk covered, Tue 2026-09-01 00:00."""
    return await found_city()
