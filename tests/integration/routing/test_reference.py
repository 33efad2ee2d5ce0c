"""Directory and packs as a process holds them: made while no connection is held, and no unit of work decides with an old one."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from infra.messaging.delivery import Done, Retry, deliver_steadily
from infra.postgres.pool import Pool
from services.routing.activate import Registrar
from services.routing.calendars import load_calendars
from services.routing.core.directory import Directory, with_hole
from services.routing.directory import load_documents
from services.routing.directory_import import import_directory
from services.routing.handle import RoutingHandlers
from services.routing.packs import pack_files
from services.routing.speak import Speaker
from services.routing.world import Reference
from tests.integration.routing.test_packs import COUNTY, stricter
from tests.integration.routing.town import CALENDARS, CATALOGUE, SHELF, Town, outbox
from tests.unit.routing.core.bench import at
from tests.unit.routing.core.places import SCHOOL, A
from tests.unit.routing.packs.small import write_pack

DOCUMENTS: dict[str, dict[str, Any]] = {str(document["unit"]): document for document in load_documents()}


class Watching:
    """Makes directories, and notes how many connections of a pool were in use meanwhile."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.held: list[int] = []

    def __call__(self, records: Iterable[Any], version: int, calendars: Any) -> Directory:
        self.held.append(self.pool.get_size() - self.pool.get_idle_size())
        return Directory.build(records, version, calendars)


def holed(unit: str = "edu-990102", role: str = "education.duty-officer") -> dict[str, Any]:
    return with_hole(DOCUMENTS[unit], role, at("09-12 00:00:00"), at("09-12 06:00:00"))


def followed(town: Town) -> tuple[Reference, RoutingHandlers]:
    reference = Reference(SHELF, CALENDARS, followed=True)
    return reference, RoutingHandlers(Speaker(CATALOGUE), reference.world)


@asynccontextmanager
async def following(reference: Reference, pool: Pool) -> AsyncIterator[None]:
    stop = asyncio.Event()
    loop = asyncio.create_task(reference.follow(pool, stop))
    yield
    stop.set()
    await loop


async def stamped(town: Town) -> list[int]:
    rows = await town.owner.fetch(
        "select (decision ->> 'directory_version')::int as version from routing.incident_events order by decided_at, id"
    )
    return [row["version"] for row in rows]


async def test_no_connection_is_held_while_a_directory_is_made(town: Town) -> None:
    """INVARIANT: a directory of any size outlives no transaction — broken by building it in the unit of work that read it."""
    watching = Watching(town.pool)
    reference = Reference(SHELF, CALENDARS, followed=True, build=watching)
    await reference.refresh(town.pool)
    assert watching.held == [0]
    await reference.refresh(town.pool)
    assert watching.held == [0], "nothing has moved"


async def test_no_connection_is_held_while_an_import_is_checked(town: Town) -> None:
    watching = Watching(town.pool)
    assert await import_directory(town.pool, [holed()], outbox(), CALENDARS, build=watching) == 1
    assert watching.held == [0]


async def test_no_connection_is_held_while_a_pack_is_examined(town: Town, tmp_path: Any) -> None:
    watching = Watching(town.pool)
    registrar = Registrar(town.pool, outbox(), SHELF, CALENDARS, CATALOGUE, build=watching)
    files = pack_files(write_pack(tmp_path, COUNTY, stricter()))
    await registrar.examine("huxi-1", files)
    await registrar.activate("huxi-1", files)
    assert watching.held == [0, 0]


async def test_an_import_that_another_one_overtook_is_checked_against_what_stands_then(town: Town) -> None:
    """INVARIANT: the directory is sound as a whole — broken by storing what was checked against an older one."""
    overtaken = asyncio.Event()
    loop = asyncio.get_running_loop()
    versions: list[int] = []

    def build(records: Iterable[Any], version: int, calendars: Any) -> Directory:
        versions.append(len(versions))
        if len(versions) == 1:
            other = import_directory(town.pool, [holed("ps-990102-01", "police.station-duty")], outbox(), CALENDARS)
            asyncio.run_coroutine_threadsafe(other, loop).result()
            loop.call_soon_threadsafe(overtaken.set)
        return Directory.build(records, version, calendars)

    assert await import_directory(town.pool, [holed()], outbox(), CALENDARS, build=build) == 1
    assert (overtaken.is_set(), len(versions)) == (True, 2)
    rows = await town.owner.fetch("select unit, version from routing.directory_units where version > 1 order by version")
    assert [tuple(row.values()) for row in rows] == [("ps-990102-01", 2), ("edu-990102", 3)]


async def test_what_finds_another_version_is_handled_when_that_is_there_and_with_no_older_one(town: Town) -> None:
    """INVARIANT: an event is decided by the directory of its own transaction — broken by going on with the one in hand."""
    reference, handlers = followed(town)
    batch = [town.record(await town.alarm(1))]
    assert await town.give_records(batch, handlers=handlers) == [Retry(0.1)]
    assert (await town.count("inbox"), await town.count("dead_letters")) == (0, 0)
    await reference.refresh(town.pool)
    assert await town.give_records(batch, handlers=handlers) == [Done()]
    await import_directory(town.pool, [holed()], outbox(), CALENDARS)
    later = [town.record(await town.alarm(2))]
    assert await town.give_records(later, handlers=handlers) == [Retry(0.1)]
    await reference.refresh(town.pool)
    assert await town.give_records(later, handlers=handlers) == [Done()]
    assert sorted(await stamped(town)) == [1, 2]


async def test_a_process_that_follows_goes_on_by_itself(town: Town) -> None:
    reference, handlers = followed(town)
    async with following(reference, town.pool):
        for number in (1, 2):
            batch = [town.record(await town.alarm(number))]
            settled = await deliver_steadily(batch, handlers, consumer="routing", pool=town.pool, outbox=outbox())
            assert [outcome for _, outcome in settled] == [Done()]
            await import_directory(town.pool, [holed()], outbox(), CALENDARS)
    assert sorted(await stamped(town)) == [1, 2]
    assert SCHOOL in await town.issued()


async def test_a_directory_that_cannot_be_used_is_named_to_those_who_ask_and_taken_in_once_it_can(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    good = await town.owner.fetchval("select document from routing.directory_units where unit = $1", A)
    await town.owner.execute('update routing.directory_units set document = \'{"unit": "x"}\' where unit = $1', A)
    reference, handlers = followed(town)
    batch = [town.record(await town.alarm())]
    async with following(reference, town.pool):
        while not ("deliver_retry" in caplog.text and "DirectoryUnusable" in caplog.text):
            assert await town.give_records(batch, handlers=handlers) == [Retry(0.1)]
            await asyncio.sleep(0)
        await town.owner.execute("update routing.directory_units set document = $2 where unit = $1", A, good)
        settled = await deliver_steadily(batch, handlers, consumer="routing", pool=town.pool, outbox=outbox())
    assert [outcome for _, outcome in settled] == [Done()]
    assert caplog.text.count("reference_waits") == 1, "said once"


def test_calendars_are_those_it_was_given() -> None:
    assert Reference(SHELF, load_calendars()).calendar_covers("state-council/2026")
