"""A city for each story: an empty database, a time of its own, and topics read from where the last story ended."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Generator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient

from infra.embedded import Servers
from infra.messaging.admin import TopicsDiffer, apply, plan
from infra.messaging.outbox import OutboxWriter
from infra.postgres.pool import Connection, connect, open_pool
from services.chassis.agency import Agency
from services.routing.calendars import load_calendars
from services.routing.directory import load_documents
from services.routing.directory_import import import_directory
from services.routing.packs import FOUNDING
from services.schemas import SCHEMA_PLANS
from tests.acceptance.city import City
from tests.acceptance.city.engine import Engine, Keys, with_seal_keys
from tests.acceptance.city.quiet import Road
from tests.acceptance.city.times import BEIJING
from tests.servers import Database, Databases
from topics.catalogue import Catalogue

NIGHTLY = "GOV-05"
OPENS = datetime(2026, 9, 1, 0, 0, tzinfo=BEIJING)
Documents = list[dict[str, Any]]
Change = Callable[[Documents], Documents]
Founding = Callable[..., Awaitable[City]]
TOLD_TO_THE_END = pytest.StashKey[bool]()


@dataclass(frozen=True)
class Wider:
    """What a story is founded on: the project's own catalogue and agencies, or more of them."""

    catalogue: Catalogue
    stage: Database
    more: Mapping[str, Agency] = field(default_factory=dict)
    mandates: Path | None = None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember how the story itself ended: only one that came to its end is asked for what it did not expect."""
    report = yield
    if report.when == "call":
        item.stash[TOLD_TO_THE_END] = report.passed
    return report


@pytest.fixture(scope="session")
async def catalogue(servers: Servers) -> Catalogue:
    """The catalogue, made real on the cluster; topics that other tests left with other partitions are made anew."""
    loaded = Catalogue.load()
    try:
        await apply(loaded, servers.bootstrap)
    except TopicsDiffer:
        admin = AIOKafkaAdminClient(bootstrap_servers=list(servers.bootstrap))
        await admin.start()
        await admin.delete_topics([one.topic for one in await plan(loaded, servers.bootstrap) if one.kind == "differ"])
        await admin.close()
        await apply(loaded, servers.bootstrap)
    return loaded


@pytest.fixture(scope="session")
async def stage(databases: Databases) -> AsyncIterator[Database]:
    """The one database that all stories are told on, one after another."""
    made = await databases.fresh(SCHEMA_PLANS)
    yield made
    await made.close()


@pytest.fixture(scope="session")
async def logs(servers: Servers) -> AsyncIterator[AIOKafkaConsumer]:
    """Asks the brokers where the logs end; reads nothing."""
    async with AIOKafkaConsumer(bootstrap_servers=list(servers.bootstrap)) as kafka:
        yield kafka


@pytest.fixture
async def found_city(
    request: pytest.FixtureRequest, servers: Servers, stage: Database, logs: AIOKafkaConsumer, catalogue: Catalogue, tmp_path: Path
) -> AsyncIterator[Founding]:
    """Found the city; ``change`` may alter the directory first. At its end nothing unexpected has happened, and the audit is clean.

    Gates are watched in the schools that a story names as ``guarded``, and of the periodic duties and cross-checks those ``awaited``:
    a story is not about the lists, drills and checks that nobody states in it."""
    async with AsyncExitStack() as stack:
        cities: list[City] = []

        async def found(
            change: Change = as_it_is, *, wider: Wider | None = None, guarded: Collection[str] = (), awaited: Collection[str] = ()
        ) -> City:
            ground = wider or Wider(catalogue, stage)
            owner = await stack.enter_async_context(connect(ground.stage.owner_dsn, application="city"))
            await clear(owner, ground.catalogue)
            road = Road(owner, logs, ground.catalogue)
            engine = Engine(
                keys=Keys(tmp_path, ground.catalogue), dsn=ground.stage.dsn, kafka=servers.bootstrap, folder=tmp_path,
                more=ground.more, mandates=ground.mandates or with_duties(awaited, tmp_path),
            )  # fmt: skip
            await apply(ground.catalogue, servers.bootstrap)  # an earlier story may have wiped the brokers
            begin = await road.begin_here()
            documents = with_seal_keys(with_gates_of(guarded, load_documents()), engine.keys.public_seals())
            await _import(ground.stage, change(documents), ground.catalogue)
            stack.push_async_callback(engine.stop)
            await engine.start()
            city = City(engine, owner, road, servers.kafka, owner_dsn=ground.stage.owner_dsn, opens=OPENS)
            city.begin = begin
            cities.append(city)
            await city.settle()
            return city

        yield found
        for city in cities:
            if request.node.stash.get(TOLD_TO_THE_END, False):
                city.nothing_else()
                await city.audit()


def as_it_is(documents: Documents) -> Documents:
    return documents


def with_duties(awaited: Collection[str], folder: Path) -> Path:
    """The founding pack below ``folder``, with these of its periodic duties and cross-checks alone, and without a word each night (GOV-05)."""
    packs = Path(shutil.copytree(FOUNDING, folder / "mandates"))
    government = packs / "national" / "government.yaml"
    rules = [rule for rule in yaml.safe_load(government.read_text(encoding="utf-8")) if rule["id"] != NIGHTLY or NIGHTLY in awaited]
    government.write_text(yaml.safe_dump(rules, allow_unicode=True, sort_keys=False), encoding="utf-8")
    for path in (packs / "national" / name for name in ("periodic.yaml", "crosschecks.yaml")):
        kept = [rule for rule in yaml.safe_load(path.read_text(encoding="utf-8")) if rule["id"] in awaited]
        path.write_text(yaml.safe_dump(kept, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return packs


def with_gates_of(guarded: Collection[str], documents: Documents) -> Documents:
    """The documents with gates in these schools alone; their windows stay, for school days begin with them."""
    return [one if one["unit"] in guarded else {key: value for key, value in one.items() if key != "gates"} for one in documents]


async def clear(owner: Connection, catalogue: Catalogue) -> None:
    """An empty database on Tue 2026-09-01 00:00: business time goes back only because everything else is gone."""
    schemas = [*catalogue.services(), "routing"]
    tables = await owner.fetch(
        "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = any ($1) and tablename <> all ($2)",
        schemas, ["migrations", "reference_versions"],
    )  # fmt: skip
    await owner.execute(f"truncate {', '.join(table['name'] for table in tables)} restart identity cascade")
    await owner.execute("delete from bus.business_time")
    await owner.execute("insert into bus.business_time values (true, clock_timestamp(), $1, 0)", OPENS)
    await owner.execute("update routing.reference_versions set version = 0")


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
