"""Row level security as the real roles see it, never as the owner."""

from collections.abc import Sequence

import asyncpg
import pytest

from infra.postgres.migrate import SchemaPlan
from infra.postgres.pool import Pool, connect
from infra.postgres.unit_of_work import unit_of_work
from services.schemas import SCHEMA_PLANS
from tests.servers import Database, Databases

DESK = "xt_police_desk"


@pytest.fixture
async def rows(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Pool:
    """A table with a unit column, rows of two units in it."""
    folder = tmp_path_factory.mktemp("room") / "migrations"
    folder.mkdir()
    (folder / "pre_0001_rows.sql").write_text(
        "create table desk_rows (unit text not null, word text); grant select, insert, update, delete on desk_rows to {service}, {desk};"
    )
    database = await databases.fresh([SchemaPlan("police", (folder,))])
    pool = await database.pool("police")
    await pool.execute("insert into desk_rows values ('u1', 'one'), ('u2', 'two'), ('u2', 'three')")
    return pool


async def words(pool: Pool, units: Sequence[str], role: str | None = DESK) -> list[str]:
    async with unit_of_work(pool, role=role, units=units) as uow:
        return sorted(row["word"] for row in await uow.fetch("select word from desk_rows"))


async def test_the_service_sees_all_and_a_desk_its_own_units(rows: Pool) -> None:
    assert await words(rows, (), role=None) == ["one", "three", "two"]
    assert await words(rows, ("u1",)) == ["one"]
    assert await words(rows, ("u1", "u2")) == ["one", "three", "two"]
    assert await words(rows, ("u3",)) == []


async def test_a_desk_whose_unit_is_not_set_sees_nothing(rows: Pool) -> None:
    """INVARIANT: unset means 0 rows — broken by a setting that stays from an earlier transaction of the connection."""
    assert await words(rows, ("u2",)) == ["three", "two"]
    for _ in range(8):
        assert await words(rows, ()) == []


async def test_a_desk_writes_for_its_own_units_alone(rows: Pool) -> None:
    async with unit_of_work(rows, role=DESK, units=("u1",)) as uow:
        await uow.execute("insert into desk_rows values ('u1', 'four')")
        assert await uow.execute("update desk_rows set word = 'x' where unit = 'u2'") == "UPDATE 0"
        assert await uow.execute("delete from desk_rows where unit = 'u2'") == "DELETE 0"
    for sql in ("insert into desk_rows values ('u2', 'five')", "update desk_rows set unit = 'u2'"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with unit_of_work(rows, role=DESK, units=("u1",)) as uow:
                await uow.execute(sql)


@pytest.mark.parametrize("units", [("u1,u2",), ("",), ("u1", "")])
async def test_a_unit_that_could_widen_the_list_is_refused(rows: Pool, units: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="unit"):
        await words(rows, units)


async def test_the_role_of_a_request_ends_with_it(rows: Pool) -> None:
    await words(rows, ("u1",))
    async with unit_of_work(rows) as uow:
        assert await uow.fetchval("select current_user") == "xt_police"
        assert await uow.fetchval("select current_setting('xietong.unit', true)") in (None, "")


async def test_every_table_with_a_unit_is_forced_and_has_policies(databases: Databases) -> None:
    """INVARIANT: a table with a unit column is guarded, whoever made it — broken by a policy that a migration forgot."""
    database = await databases.fresh(SCHEMA_PLANS)
    async with connect(database.owner_dsn, application="test") as owner:
        tables = await owner.fetch(
            """select n.nspname as schema, c.relname as name, c.relforcerowsecurity and c.relrowsecurity as forced,
                      (select count(*) from pg_policy where polrelid = c.oid) as policies
               from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
               join pg_attribute as a on a.attrelid = c.oid and a.attname = 'unit' and not a.attisdropped
               where c.relkind in ('r', 'p') and n.nspname !~ '^(pg_|information_schema)'"""
        )
    assert tables
    assert [dict(table) for table in tables if not table["forced"] or table["policies"] < 2] == []


async def test_no_service_reaches_into_the_schema_of_another(database: Database) -> None:
    police = await database.pool("police")
    for table in ("schools.outbox", "routing.inbox", "routing.dead_letters", "schools.migrations"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await police.fetch(f"select * from {table}")


async def test_a_desk_reads_neither_outbox_nor_inbox_nor_dead_letters(database: Database) -> None:
    police = await database.pool("police")
    for table in ("outbox", "inbox", "dead_letters", "ledger", "leases"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with unit_of_work(police, role=DESK, units=("u1",)) as uow:
                await uow.fetch(f"select * from {table}")


async def test_a_service_becomes_no_role_but_its_own_desk(database: Database) -> None:
    police = await database.pool("police")
    for role in ("xt_schools_desk", "xt_schools", "xt_routing", "postgres"):
        with pytest.raises(asyncpg.PostgresError):
            async with unit_of_work(police, role=role, units=("u1",)):
                pass


async def test_no_role_may_do_more_than_its_migrations_say(database: Database) -> None:
    async with connect(database.owner_dsn, application="test") as owner:
        strong = await owner.fetch(
            """select rolname from pg_roles where rolname like 'xt\\_%'
               and (rolsuper or rolcreatedb or rolcreaterole or rolbypassrls or rolreplication or rolinherit)"""
        )
        owned = await owner.fetch("select relname from pg_class where relowner::regrole::text like 'xt\\_%'")
    assert strong == []
    assert owned == []
