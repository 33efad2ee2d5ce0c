"""Canaries: a name, a phone and a number in every field that takes them, failures included; none may sing where it has no business."""

import logging
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import asyncpg
import httpx
import pytest

from infra.embedded import Servers
from infra.postgres.pool import Connection, connect
from tests.acceptance.city import City, Refused, Stated
from tests.acceptance.city.places import A_DUTY, A_PRINCIPAL, B_DUTY, POLICE_110, STATION, A, B
from tests.acceptance.city.wire import records, schema_text, texts

NAME, CLASS, PUPIL_NO, PHONE = "金丝雀", "八年级金丝雀班", "G3799202606060001", "13900006666"
IDENTITY = "370102201509091234"
LOOK, INJURY, PLACE = "金丝雀黄上衣", "金丝雀式骨折", "金丝雀路七号"
SEALED = (NAME + "甲", NAME + "乙", CLASS, PUPIL_NO, PHONE)
PUPILS = [
    {"school_id": A, "name": NAME + "甲", "class": CLASS, "pupil_no": PUPIL_NO, "age_band": "6-13", "guardian_phone": PHONE},
    {"school_id": B, "name": NAME + "乙", "class": CLASS, "pupil_no": PUPIL_NO, "age_band": "14-15", "guardian_phone": PHONE},
]
NUMBERS = (IDENTITY, PHONE, "370102 20150909 123X", "139 0000 6666")
SERVICES = ("police", "health", "market", "cyberspace", "schools", "partners")
# Where a field in clear may lie: with its publisher, with routing that cuts the views, and with the services of its views.
AT_HOME = {
    LOOK: {"police", "schools", "routing"},
    INJURY: {"police", "health", "routing"},
    PLACE: {"police", "schools", "health", "routing"},
}
FREE_TEXTS = ("place_text", "injury_note", "suspect_look", "kind_note")


async def sing(city: City) -> Stated:
    """An alarm with two schools and a canary in each field, acted upon, parked once, escalated once."""
    await city.at("2026-09-21 10:00")
    alarm = await city.police.raises(
        kind="weapon", severity="life-risk", relation="perimeter", schools=[A, B], casualties=2,
        place_text=PLACE, injury_note=INJURY, suspect_look=LOOK, pupils=PUPILS,
    )  # fmt: skip
    for desk in (STATION, A_DUTY):
        await city.desk(desk).signs()
        await city.desk(desk).reports("started")
    await city.desk(POLICE_110).act(f"/alarms/{alarm.key}9/supplemented", {"revision": 2, "data": {"added": {"suspect_look": LOOK}}})
    city.take_everything()
    city.audited = False  # the head of the supplement never comes
    await city.at("10:07")
    city.take_everything()
    return alarm


@pytest.fixture
def log_lines(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        for noisy in ("aiokafka", "asyncio"):
            logging.getLogger(noisy).setLevel(logging.WARNING)
        yield caplog
    for noisy in ("aiokafka", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.NOTSET)


async def everywhere(city: City, servers: Servers) -> Mapping[str, str]:
    """All text there is, by whose machine it lies on: each schema as its own role sees it, and each topic with those who read it."""
    found = {schema: await schema_text(city.dsn(f"xt_{schema}"), schema) for schema in (*SERVICES, "routing")}
    for topic in city.catalogue.topics():
        text = texts(await records(servers.bootstrap, topic.name, city.begin)) if not topic.dead_letters_of else ""
        for reader in (topic.owner, *topic.readers):
            found[reader] += text
    return found


async def test_sealed_identities_are_in_clear_nowhere_at_all(city: City, servers: Servers, log_lines: pytest.LogCaptureFixture) -> None:
    """INVARIANT: who a pupil is rests encrypted — broken by one plain copy in a table, a topic, a dead letter, a log or a metric."""
    await sing(city)
    found = await everywhere(city, servers)
    metrics = [await metrics_of(port) for port in city.engine.ports.values()]
    for canary in SEALED:
        assert [place for place, text in found.items() if canary in text] == []
        assert canary not in log_lines.text
        assert not any(canary in text for text in metrics)
    assert "ciphertext" in found["police"]


async def test_a_field_in_clear_lies_only_with_those_whose_view_holds_it(
    city: City, servers: Servers, log_lines: pytest.LogCaptureFixture
) -> None:
    """INVARIANT: a canary is at home or nowhere — broken by a view cut after sending, a reason that quotes, or a log that tells."""
    await sing(city)
    found = await everywhere(city, servers)
    metrics = [await metrics_of(port) for port in city.engine.ports.values()]
    for canary, homes in AT_HOME.items():
        assert {place for place, text in found.items() if canary in text} == homes
        assert canary not in log_lines.text
        assert not any(canary in text for text in metrics)


async def metrics_of(port: int) -> str:
    async with httpx.AsyncClient() as client:
        return (await client.get(f"http://127.0.0.1:{port}/metrics")).text


async def test_a_school_gets_the_sealed_rows_of_its_own_pupils_alone(city: City) -> None:
    await sing(city)
    rows = {row["desk"]: row for row in city.board.rows["notifications"] if row["event_name"] == "police.alarm.raised"}
    assert len(rows[STATION]["message"]["payload"]["pupils"]) == 2
    assert len(rows[A_DUTY]["message"]["payload"]["pupils"]) == 1
    held = await city.owner.fetch("select unit, sealed ->> 'school_id' as school from schools.vault")
    assert {(row["unit"], row["school"]) for row in held} == {(A, A), (B, B)}


async def test_only_a_role_that_may_opens_a_sealed_row_and_it_is_noted_before(city: City) -> None:
    await sing(city)
    notice = city.desk(A_DUTY).holds()
    row = notice["message"]["payload"]["pupils"][0]["row"]
    body = {"row": row, "purpose": "联系班主任核实"}
    with pytest.raises(Refused) as refused:
        await city.desk(A_DUTY).ask("POST", f"/notifications/{notice['id']}/open", body)
    assert refused.value.status == 403
    with pytest.raises(Refused) as refused:
        await city.desk(B_DUTY).ask("POST", f"/notifications/{notice['id']}/open", body)
    assert refused.value.status == 404
    opened = await city.desk(A_PRINCIPAL).ask("POST", f"/notifications/{notice['id']}/open", body)
    assert NAME + "甲" in str(opened)
    openings = await city.owner.fetch("select person ->> 'ref' as who, purpose from schools.openings")
    assert [(one["who"], one["purpose"]) for one in openings] == [(f"p-{A_PRINCIPAL}", "联系班主任核实")]


async def test_a_personal_number_in_free_text_is_refused_and_not_echoed(city: City, log_lines: pytest.LogCaptureFixture) -> None:
    """INVARIANT: numbers of people travel sealed — broken by storing what was refused, or by an error that repeats it."""
    for field, number in product(FREE_TEXTS, NUMBERS):
        with pytest.raises(Refused) as refused:
            await city.police.raises(schools=[A], **{field: f"联系{number}转", **({"kind": "other"} if field == "kind_note" else {})})
        assert refused.value.status == 422
        problem = refused.value.problem
        assert [fault["field"] for fault in problem["errors"]] == [f"data.{field}"]
        assert number not in str(problem)
    held = await schema_text(city.dsn("xt_police"), "police")
    for number in NUMBERS:
        assert number not in log_lines.text
        assert number not in held


async def test_no_service_can_look_into_the_schema_of_another(city: City) -> None:
    """INVARIANT: agencies share topics, never a table — broken by a grant too many."""
    for service in SERVICES:
        async with connect(city.dsn(f"xt_{service}"), application="canary") as connection:
            shut = [other for other in {*SERVICES, "routing"} - {service} if await _is_shut(connection, other)]
        assert {service, *shut} == {*SERVICES, "routing"}


async def _is_shut(connection: Connection, schema: str) -> bool:
    try:
        await connection.fetch(f"select * from {schema}.outbox")
    except asyncpg.InsufficientPrivilegeError:
        return True
    return False


async def test_a_desk_sees_the_rows_of_its_own_unit_alone(city: City) -> None:
    """INVARIANT: row level security holds under a careless query — broken by a table without FORCE or without a policy."""
    await sing(city)
    async with connect(city.dsn("xt_schools"), application="canary", search_path="schools") as connection:
        tables = await connection.fetch(TABLES_OF_UNITS)
        seen: dict[str, set[Any]] = {}
        for table in tables:
            async with connection.transaction():
                await connection.execute("select set_config('role', 'xt_schools_desk', true), set_config('xietong.unit', $1, true)", B)
                seen[table["name"]] = {row["unit"] for row in await connection.fetch(f"select unit from {table['name']}")}
    assert seen["notifications"] == {B}
    assert all(units <= {B} for units in seen.values()), seen


TABLES_OF_UNITS = """
select c.relname as name from pg_class as c join pg_attribute as a on a.attrelid = c.oid and a.attname = 'unit'
where c.relnamespace = 'schools'::regnamespace and c.relkind = 'r' and has_table_privilege('xt_schools_desk', c.oid, 'select')
"""
