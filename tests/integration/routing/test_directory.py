"""The directory as routing keeps it: accepted whole or not at all, told to everybody, read by workers that are in the middle of their work."""

import asyncio
import copy
from dataclasses import replace
from typing import Any

import pytest

from infra.messaging.delivery import Done, Retry
from services.routing.core.directory import DirectoryInvalid, with_hole
from services.routing.directory import load_documents
from services.routing.directory_import import import_directory
from services.routing.world import NEEDED, PackIncomplete, Reference
from tests.integration.routing.town import CALENDARS, SHELF, Town, outbox
from tests.unit.routing.core.bench import at
from tests.unit.routing.core.places import EDU, SCHOOL, STATION, A

DOCUMENTS: dict[str, dict[str, Any]] = {str(document["unit"]): document for document in load_documents()}


async def take(town: Town, *documents: dict[str, Any]) -> int:
    return await import_directory(town.pool, documents, outbox(), CALENDARS)


async def version(town: Town) -> int:
    found: int = await town.owner.fetchval("select version from routing.reference_versions where name = 'directory'")
    return found


async def told(town: Town) -> list[str]:
    rows = await town.owner.fetch(
        "select convert_from(key, 'utf8') as unit from routing.outbox where topic = 'xietong.routing.directory.v1' order by seq"
    )
    return [row["unit"] for row in rows]


async def test_only_what_changed_is_stored_and_told(town: Town) -> None:
    assert (await version(town), len(await told(town))) == (1, len(DOCUMENTS))
    assert await take(town, *DOCUMENTS.values()) == 0
    assert await version(town) == 1
    holed = with_hole(DOCUMENTS["edu-990102"], "education.duty-officer", at("09-12 00:00:00"), at("09-12 06:00:00"))
    assert await take(town, holed, DOCUMENTS[A]) == 1
    assert (await version(town), (await told(town))[len(DOCUMENTS) :]) == (2, ["edu-990102"])
    versions = await town.owner.fetch("select distinct version from routing.directory_units order by 1")
    assert [row["version"] for row in versions] == [1, 2]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda document: document | {"rows": []},
        lambda document: {name: value for name, value in document.items() if name != "unit"},
        lambda document: document | {"unit": "nonsense"},
        lambda document: document | {"circle": [{**document["circle"][0], "station": "ps-990102-99"}]},
    ],
)
async def test_one_fault_refuses_the_whole_import(town: Town, spoil: Any) -> None:
    """INVARIANT: the directory is sound or as before — broken by storing the good half of an import."""
    before = await town.digest()
    good = with_hole(DOCUMENTS["edu-990102"], "education.duty-officer", at("09-12 00:00:00"), at("09-12 06:00:00"))
    with pytest.raises(DirectoryInvalid):
        await take(town, good, spoil(copy.deepcopy(DOCUMENTS[A])))
    assert (await version(town), await town.digest()) == (1, before)


async def test_a_unit_that_is_named_twice_in_one_import_is_refused(town: Town) -> None:
    with pytest.raises(DirectoryInvalid):
        await take(town, DOCUMENTS[A], DOCUMENTS[A])


async def test_two_imports_at_once_come_one_after_the_other(town: Town) -> None:
    holes = [
        with_hole(DOCUMENTS[unit], role, at("09-12 00:00:00"), at("09-12 06:00:00"))
        for unit, role in (("edu-990102", "education.duty-officer"), ("ps-990102-01", "police.station-duty"))
    ]
    assert await asyncio.gather(*(take(town, hole) for hole in holes)) == [1, 1]
    assert await version(town) == 3


async def test_events_wait_for_the_first_directory_and_lose_nothing(empty_town: Town) -> None:
    """INVARIANT: nobody is decided about in an empty world — broken by routing before the directory is there."""
    town = empty_town
    batch = [town.record(await town.alarm())]
    assert await town.give_records(batch) == [Retry(0.1)]
    assert (await town.count("inbox"), await town.count("dead_letters")) == (0, 0)
    await take(town, *DOCUMENTS.values())
    assert await town.give_records(batch) == [Done()]
    assert SCHOOL in await town.issued()


async def test_a_directory_that_this_program_refuses_holds_events_back_and_parks_none(town: Town) -> None:
    await town.owner.execute('update routing.directory_units set document = \'{"unit": "x"}\' where unit = $1', A)
    await town.owner.execute("update routing.reference_versions set version = 9")
    assert await town.give(await town.alarm()) == [Retry(0.1)]
    assert await town.count("dead_letters") == 0


async def test_a_worker_decides_with_the_directory_of_its_own_transaction(town: Town) -> None:
    """A worker that has a snapshot in hand reads the next one as soon as it is committed, and stamps the version it used."""
    handlers = town.handlers
    await town.give(await town.alarm(1), handlers=handlers)
    moved = copy.deepcopy(DOCUMENTS[A])
    moved["circle"] = [row | {"station": "ps-990102-02"} for row in moved["circle"]]
    await take(town, moved)
    await town.give(await town.alarm(2), handlers=handlers)
    stamped = await town.owner.fetch(
        "select (decision ->> 'directory_version')::int as version from routing.incident_events order by published_at, id"
    )
    assert sorted(row["version"] for row in stamped) == [1, 2]
    stations = {event.envelope.recipient for event in await town.told() if "station" in str(event.envelope.recipient)}
    assert stations == {STATION, "police.station-duty@ps-990102-02"}


async def test_a_desk_whose_unit_has_ended_since_keeps_its_duty_and_harms_no_other(town: Town) -> None:
    """A directory that changes in the middle: the duty of a unit that is gone climbs past it instead of poisoning its root."""
    await town.give(await town.alarm())
    await town.deliver_all()
    ended = copy.deepcopy(DOCUMENTS["edu-990102"])
    ended["rosters"] = [row for row in ended.get("rosters", []) if row["role"] != "education.duty-officer"]
    await take(town, ended)
    await town.at("09-21 10:30:00")
    assert await (await town.clock()).tick() == 1
    missed = {event.data.desk for event in await town.told("bus.duty.missed")}
    assert {SCHOOL, STATION, EDU} <= missed
    duty = await town.owner.fetchval("select body from routing.duties where desk = $1 and kind = 'ack'", SCHOOL)
    assert ("uncovered", EDU) in {(step["jumped"], step["desk"]) for step in duty["told"]}


@pytest.mark.parametrize("missing", NEEDED)
def test_a_pack_without_a_mandate_that_routing_needs_does_not_start(missing: str) -> None:
    packs = tuple(replace(pack, mandates=tuple(rule for rule in pack.mandates if rule.id != missing)) for pack in SHELF.packs)
    with pytest.raises(PackIncomplete, match=missing):
        Reference(replace(SHELF, packs=packs), CALENDARS)
