"""责任网核查 at 02:00 on a real database: each night once, in the words of ``xietong mandates check``, also when nothing is amiss."""

import asyncio
from typing import Any

import pytest

from contracts.coordination import NotificationIssued
from infra.postgres.unit_of_work import unit_of_work
from services.routing.directory import load_documents
from services.routing.directory_import import import_directory
from services.routing.packs import OF_THE_NET, Ground, check
from services.routing.rounds import NetRound
from services.routing.rounds.net import examine
from tests.integration.routing.quarter import moves, quiet
from tests.integration.routing.town import CALENDARS, CATALOGUE, Town, outbox, reference
from tests.unit.routing.core.bench import at, clock_text
from tests.unit.routing.core.places import OPS

HEAD = "bus.net.checked"


@pytest.fixture
async def net(town: Town) -> Town:
    """Mon 09-21 10:00, its net checked each night."""
    town.rounds = lambda: (NetRound(CATALOGUE),)
    return town


async def nights(town: Town) -> list[tuple[str, Any]]:
    said = [event.data for event in await town.told() if isinstance(event.data, NotificationIssued)]
    assert all((one.desk, one.kind, one.view, one.forms) == (OPS, "inform", "L", ()) for one in said)
    return [(clock_text(one.event.time), one.payload) for one in said if one.event.type == HEAD]


async def changes(town: Town, **units: dict[str, Any]) -> None:
    documents = [document | units.get(document["unit"].replace("-", "_"), {}) for document in load_documents()]
    await import_directory(town.pool, documents, outbox(), CALENDARS)


async def test_a_night_is_told_at_two_to_operations_with_what_it_looked_at(net: Town) -> None:
    clock = await net.clock()
    await moves(net, clock, "09-21 12:00:00", "09-22 01:59:59")
    assert await nights(net) == [], "there was no directory at 02:00 of the first day"
    await moves(net, clock, "09-22 02:00:00", "09-22 09:00:00")
    ((when, said),) = await nights(net)
    assert (when, said["day"], said["schools_checked"], said["errors"]) == ("09-22 02:00", "2026-09-22", 8, 0)
    assert said["rules_checked"] >= 109
    assert said["warnings"] == len(said["findings"])
    await moves(net, clock, "09-23 02:00:00")
    assert [night for night, _ in await nights(net)] == ["09-22 02:00", "09-23 02:00"]


async def test_it_says_what_the_check_of_the_packs_says_about_the_net(net: Town) -> None:
    """INVARIANT: one net — broken by a second way of looking for desks."""
    single = [{"role": "education.duty-officer", "by": []}]
    await changes(net, cdc_990102={"rosters": []}, edu_990102={"channels": single})
    await net.at("09-22 02:00:00")
    async with unit_of_work(net.pool) as uow:
        world = await reference().current(uow)
        found = examine(world, CATALOGUE, at("09-22 02:00:00").date(), uow.now)
        same = [one for one in check(world.book, Ground(world.directory, CATALOGUE, uow.now)) if one.code in OF_THE_NET]
    await quiet(await net.clock())
    ((_, said),) = await nights(net)
    assert (said["errors"], said["warnings"]) == (found.errors, found.warnings)
    assert said["errors"] == sum(one.level == "error" for one in same) > 0
    assert any("没有具名值守人员：疾控值班" in line and line.startswith("法定") for line in said["findings"])
    assert any("只有一种送达渠道：教育局总值班" in line for line in said["findings"])


async def test_a_clock_that_slept_tells_the_last_night_alone(net: Town) -> None:
    await net.at("09-25 08:00:00")
    await quiet(await net.clock())
    assert [night for night, _ in await nights(net)] == ["09-25 02:00"]


async def test_two_clocks_at_once_tell_a_night_once(net: Town) -> None:
    await net.at("09-22 02:00:00")
    await asyncio.gather(*[quiet(await net.clock()) for _ in range(2)])
    assert (len(await nights(net)), await net.count("net_checks")) == (1, 1)


async def test_a_clock_that_dies_while_it_tells_has_told_nothing_and_another_tells_it(net: Town) -> None:
    await net.at("09-22 02:00:00")
    pool = await net.database.pool("routing", role="xt_clock")

    async def begin() -> None:
        async with unit_of_work(pool, outbox=outbox()) as uow:
            assert await NetRound(CATALOGUE).look(uow, at("09-22 02:00:00").date(), await reference().current(uow)) is not None
            raise ConnectionError("killed")

    with pytest.raises(ConnectionError, match="killed"):
        await begin()
    assert (await nights(net), await net.count("net_checks")) == ([], 0)
    await quiet(await net.clock())
    assert len(await nights(net)) == 1
