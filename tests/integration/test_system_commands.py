"""What commands do on a real database: business time that only moves on, the Directory in parts, waiting that ends."""

import asyncio
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.clock import BEIJING, machine_now
from infra.postgres.pool import connect
from services.__main__ import run
from services.commands import dead_letters
from services.commands.both import both
from services.commands.checks.servers import check_directory, check_letters
from services.commands.system.looking import DirectoryLate, business_now, directory_arrived, stored_units
from services.commands.system.place import Place
from services.commands.system.prepare import BUS_UNIT, bring_directory
from services.commands.system.secrets import Secrets
from services.demo.business import FIRST_MORNING, BusinessClock, next_morning, set_business_time, stored_business_time
from services.demo.forward import move_on
from services.routing.directory import DirectoryRefused, load_documents
from services.schemas import SCHEMA_PLANS
from tests.servers import Databases
from tests.unit.routing.packs.small import OTHER as NEW_RULE
from tests.unit.routing.packs.small import write_pack
from topics.catalogue import Catalogue


@pytest.fixture
async def place(databases: Databases, tmp_path: Path) -> Place:
    return Place(tmp_path, (await databases.fresh(SCHEMA_PLANS)).owner_dsn, ())


async def bring(place: Place, *documents: dict[str, Any]) -> int:
    return await bring_directory(place, Secrets.of(place.home), Catalogue.load(), documents)


def renamed(unit: str, name: str) -> dict[str, Any]:
    document = next(one for one in load_documents() if one["unit"] == unit)
    return {**document, "rows": [{**document["rows"][0], "name": name}]}


async def test_a_few_units_are_checked_together_with_what_is_stored(place: Place) -> None:
    everything = load_documents()
    assert await bring(place, *everything) == len(everything)
    assert await bring(place, *everything) == 0
    assert await bring(place, renamed("2199000101", "泉西第一小学")) == 1
    (school,) = await stored_units(place, "2199000101")
    assert school["document"]["rows"][0]["name"] == "泉西第一小学"
    (bus,) = await stored_units(place, BUS_UNIT)
    assert set(bus["document"]["seal_keys"]) == set(Catalogue.load().services())


async def test_a_faulty_unit_names_itself_and_nothing_is_stored(place: Place) -> None:
    await bring(place, *load_documents())
    faulty = {**renamed("2199000101", "泉西小学"), "colour": "green"}
    with pytest.raises(DirectoryRefused) as refused:
        await bring(place, faulty, renamed("3199000102", "改名初中"))
    assert refused.value.fields[0].field == "2199000101.colour"
    (school,) = await stored_units(place, "3199000102")
    assert school["document"]["rows"][0]["name"] != "改名初中"


async def test_a_unit_that_a_file_names_twice_is_refused(place: Place) -> None:
    await bring(place, *load_documents())
    with pytest.raises(DirectoryRefused) as refused:
        await bring(place, renamed("2199000101", "泉西一小"), renamed("2199000101", "泉西二小"))
    assert [(fault.field, fault.zh) for fault in refused.value.fields] == [("2199000101.unit", "单位编号重复")]
    assert str(refused.value) == "名录有误，未导入。"


async def test_the_doctor_says_what_the_directory_lacks(place: Place) -> None:
    found = [await check_directory(place)]
    for units in ([one for one in load_documents() if one["unit"] != BUS_UNIT], load_documents()):
        await bring(place, *units)
        found.append(await check_directory(place))
    assert [(one.state, BUS_UNIT in one.words) for one in found] == [
        ("note", False),
        ("note", True),
        ("ok", False),
    ]


async def test_every_dead_letter_is_listed(place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("XIETONG_DATABASE_DSN", place.dsn)
    monkeypatch.setenv("XIETONG_KAFKA", "127.0.0.1:1")
    monkeypatch.setattr(dead_letters, "PAGE", 2)
    async with connect(place.dsn, application="test") as connection:
        await connection.execute(
            """insert into routing.dead_letters
                   (consumer, topic, partition, "offset", timestamp_ms, header_names, header_values, reason, detail)
               select 'routing', 't', 0, number, 0, '{}', '{}', 'bad-json', '' from generate_series(1, 5) as number"""
        )
    assert await asyncio.to_thread(run, ["dead-letters", "list", "--json"]) == 0
    assert [one["offset"] for one in json.loads(capsys.readouterr().out)] == [5, 4, 3, 2, 1]
    assert await asyncio.to_thread(run, ["dead-letters", "show", "routing/1"]) == 0
    shown = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())
    assert (shown["状态"], shown["类型"], shown["原因"], shown["次数"]) == ("待处理", "—", "bad-json", "1")
    assert datetime.strptime(shown["首见"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING) <= machine_now()
    told = await check_letters(place)
    assert (told.state, told.words) == ("note", both("routing 5：xietong dead-letters list", "routing 5: xietong dead-letters list"))
    async with connect(place.dsn, application="test") as connection:
        await connection.execute("update routing.dead_letters set status = 'replayed', replayed_at = clock_timestamp()")
    assert (await check_letters(place)).state == "ok"


async def test_an_agency_without_the_directory_is_waited_for_and_then_named(place: Place) -> None:
    await directory_arrived(place, ("schools",), within=0)
    await bring(place, *load_documents())
    with pytest.raises(DirectoryLate):
        await directory_arrived(place, ("schools",), within=0.3)


async def test_a_new_database_begins_with_the_first_morning_and_goes_on_from_there(place: Place) -> None:
    async with connect(place.dsn, application="test") as connection:
        assert await stored_business_time(connection) is None
        await set_business_time(connection, next_morning(None), 0)
        reached = await stored_business_time(connection)
    assert reached == FIRST_MORNING
    assert next_morning(reached + timedelta(minutes=20)) == FIRST_MORNING + timedelta(days=1)
    assert await business_now(place) == FIRST_MORNING


async def test_business_time_moves_on_and_keeps_its_speed(place: Place) -> None:
    async with connect(place.dsn, application="test") as connection:
        await set_business_time(connection, FIRST_MORNING, 0)
    moved = await move_on(place, timedelta(minutes=6))
    assert (moved.before, moved.after) == (FIRST_MORNING, FIRST_MORNING + timedelta(minutes=6))
    assert (moved.missed, moved.escalated) == (0, 0)
    assert await business_now(place) == FIRST_MORNING + timedelta(minutes=6)


async def test_business_time_never_goes_back(place: Place) -> None:
    async with connect(place.dsn, application="test") as connection:
        await set_business_time(connection, FIRST_MORNING, 0)
        with pytest.raises(Exception, match="never goes back"):
            await set_business_time(connection, FIRST_MORNING - timedelta(seconds=1), 0)


async def test_the_demos_clock_follows_the_speed_and_a_move_of_somebody_else(place: Place) -> None:
    async with connect(place.dsn, application="test") as connection, connect(place.dsn, application="other") as other:
        await set_business_time(connection, FIRST_MORNING, 0)
        clock = BusinessClock(connection)
        await clock.look()
        assert (clock.now(), clock.speed) == (FIRST_MORNING, 0)
        await clock.run_at(600)
        following = asyncio.create_task(clock.follow())
        await clock.until(FIRST_MORNING + timedelta(minutes=2))
        await set_business_time(other, FIRST_MORNING + timedelta(days=1), 1)
        await clock.until(FIRST_MORNING + timedelta(days=1))
        following.cancel()
    assert clock.now() >= datetime(2026, 9, 22, 6, 50, tzinfo=BEIJING)


async def test_a_pack_is_activated_by_the_command_and_seen_by_the_others(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XIETONG_HOME", str(tmp_path))
    monkeypatch.setenv("XIETONG_DATABASE_DSN", place.dsn)
    monkeypatch.setenv("XIETONG_KAFKA", "127.0.0.1:1")
    await bring(place, *load_documents())
    async with connect(place.dsn, application="test") as connection:
        await set_business_time(connection, FIRST_MORNING, 0)
    rules = NEW_RULE.replace("inform, view: E", "acknowledge, view: E, ack: 2h")
    good = write_pack(tmp_path, "huxi@1 county 990102 2026-09-22", rules)
    late = write_pack(tmp_path, "late@1 county 990102 2026-09-21", rules)
    for line, code, said in (
        (["activate", str(good), "--dry-run"], 0, "校验通过，未启用"),
        (["deadlines"], 0, "POL-01"),
        (["activate", str(late)], 1, "effective_from 2026-09-21 已过，规则包不得追溯"),
        (["activate", str(good)], 0, "已启用 huxi@1，自 2026-09-22 00:00 起生效"),
        (["activate", str(good)], 0, "huxi@1 此前已启用，没有变化"),
        (["activate", str(good), "--json"], 0, '"already": true'),
        (["activate", str(good), "--dry-run"], 0, "校验通过，未启用"),
        (["check"], 0, "检查了 110 条规则"),
    ):
        assert await asyncio.to_thread(run, ["mandates", *line]) == code, line
        heard = capsys.readouterr()
        assert said in heard.out + heard.err, (line, heard)
    async with connect(place.dsn, application="test") as connection:
        await set_business_time(connection, FIRST_MORNING + timedelta(days=1), 0)
    assert await asyncio.to_thread(run, ["mandates", "deadlines", "--json"]) == 0
    mine = [row for row in json.loads(capsys.readouterr().out) if row["pack"] == "huxi@1"]
    assert [(row["rule"], row["who"], row["form"]) for row in mine] == [
        ("N-02", "police.station-duty", "30min"), ("N-02", "education.duty-officer", "2h")]  # fmt: skip
