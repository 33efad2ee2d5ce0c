import asyncio
from pathlib import Path

import asyncpg
import pytest

from infra.postgres.errors import MigrationError
from infra.postgres.migrate import SchemaPlan, migrate, migrations_of, pending
from infra.postgres.pool import connect
from tests.servers import Databases


def folder(root: Path, files: dict[str, str], room: str = "room") -> Path:
    made = root / room / "migrations"
    made.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (made / name).write_text(text)
    return made


STEPS = {
    "pre_0001_begin.sql": "create table things (a int);",
    "pre_0002_more.sql": "alter table things add column b int;",
    "post_0002_less.sql": "alter table things drop column a;",
    "pre_0003_again.sql": "alter table things add column c int;",
}


async def columns(dsn: str, schema: str) -> list[str]:
    async with connect(dsn, application="test") as owner:
        rows = await owner.fetch(
            "select column_name from information_schema.columns where table_schema = $1 and table_name = 'things' order by 1", schema
        )
        return [row[0] for row in rows]


async def test_everything_is_applied_once_in_the_order_of_history(databases: Databases, tmp_path: Path) -> None:
    database = await databases.empty()
    plan = [SchemaPlan("police", (folder(tmp_path, STEPS),))]
    applied = await migrate(database.owner_dsn, plan)
    assert [name for name in applied if "room" in name] == [
        "police: room/pre_0001_begin", "police: room/pre_0002_more", "police: room/post_0002_less", "police: room/pre_0003_again",
    ]  # fmt: skip
    assert await migrate(database.owner_dsn, plan) == []
    assert await pending(database.owner_dsn, plan) == []
    assert await columns(database.owner_dsn, "police") == ["b", "c"]


async def test_pre_runs_before_the_new_code_and_post_when_no_old_code_runs_any_more(databases: Databases, tmp_path: Path) -> None:
    database = await databases.empty()
    plan = [SchemaPlan("police", (folder(tmp_path, STEPS),))]
    with pytest.raises(MigrationError, match="pre"):
        await migrate(database.owner_dsn, plan, "post")
    await migrate(database.owner_dsn, plan, "pre")
    assert await columns(database.owner_dsn, "police") == ["a", "b", "c"]
    assert await pending(database.owner_dsn, plan) == ["police: room/post_0002_less"]
    await migrate(database.owner_dsn, plan, "post")
    assert await columns(database.owner_dsn, "police") == ["b", "c"]


async def test_a_migration_that_fails_leaves_nothing_of_itself(databases: Databases, tmp_path: Path) -> None:
    database = await databases.empty()
    broken = folder(tmp_path, {"pre_0001_begin.sql": "create table things (a int); select 1 / 0;"})
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate(database.owner_dsn, [SchemaPlan("police", (broken,))])
    assert await columns(database.owner_dsn, "police") == []
    folder(tmp_path, {"pre_0001_begin.sql": "create table things (a int);"})
    await migrate(database.owner_dsn, [SchemaPlan("police", (broken,))])
    assert await columns(database.owner_dsn, "police") == ["a"]


async def test_a_migration_that_was_changed_after_it_ran_is_refused(databases: Databases, tmp_path: Path) -> None:
    database = await databases.empty()
    plan = [SchemaPlan("police", (folder(tmp_path, STEPS),))]
    await migrate(database.owner_dsn, plan)
    folder(tmp_path, {"pre_0001_begin.sql": "create table things (a bigint);"})
    with pytest.raises(MigrationError) as caught:
        await migrate(database.owner_dsn, plan)
    assert "room/pre_0001_begin" in caught.value.en


async def test_two_migrations_at_once_wait_for_each_other(databases: Databases, tmp_path: Path) -> None:
    database = await databases.empty()
    plan = [SchemaPlan("police", (folder(tmp_path, STEPS),)), SchemaPlan("schools", ())]
    applied = await asyncio.gather(*(migrate(database.owner_dsn, plan) for _ in range(3)))
    assert sorted(map(len, applied))[:2] == [0, 0]


async def test_two_databases_of_a_cluster_may_be_migrated_at_once(databases: Databases) -> None:
    several = [await databases.empty() for _ in range(3)]
    plan = [SchemaPlan("newcomer", (), logins=("helper",))]
    await asyncio.gather(*(migrate(one.owner_dsn, plan) for one in several))
    async with connect(several[0].owner_dsn, application="test") as owner:
        assert await owner.fetchval("select count(*) from pg_roles where rolname in ('xt_newcomer', 'xt_newcomer_desk', 'xt_helper')") == 3


@pytest.mark.parametrize("name", ["0001_begin.sql", "pre_1_begin.sql", "pre_0001_Begin.sql", "pre_0001.sql"])
def test_a_file_with_another_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(MigrationError):
        migrations_of("police", [folder(tmp_path, {name: "select 1"})])


def test_two_files_of_one_number_and_phase_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MigrationError):
        migrations_of("police", [folder(tmp_path, {"pre_0001_a.sql": "select 1", "pre_0001_b.sql": "select 1"})])


@pytest.mark.parametrize("schema", ["Police", "po-lice", 'x"; drop', "", "1a"])
def test_a_schema_name_is_a_plain_word(schema: str) -> None:
    with pytest.raises(MigrationError):
        migrations_of(schema, [])
