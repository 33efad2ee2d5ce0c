"""``schema.sql`` beside a folder of migrations is what they add up to, so that the tables can be read in one piece.

A folder with a single migration is its own sum and needs none.
"""

from pathlib import Path

import pytest

from infra.postgres.describe import describe_schema
from infra.postgres.migrate import BUS_FOLDER, SERVICE_FOLDER, SchemaPlan, fill, guard_units, migrate
from infra.postgres.pool import connect
from infra.postgres.roles import ensure_roles, grant_schema
from services.schemas import SCHEMA_PLANS
from tests.servers import Database, Databases

POLICE = next(plan for plan in SCHEMA_PLANS if plan.schema == "police")
ROUTING = next(plan for plan in SCHEMA_PLANS if plan.schema == "routing")


def sum_of(folder: Path) -> Path:
    """The file that says what a folder adds up to."""
    (only, *more) = sorted(folder.glob("*.sql"))
    written = folder.parent / "schema.sql"
    if not more and not written.exists():
        return only
    assert written.exists(), f"{folder.parent.name} has several migrations: write their sum beside them, {folder.parent.name}/schema.sql"
    return written


async def descriptions_of(databases: Databases, plan: SchemaPlan, schema: str) -> list[list[str]]:
    """The schema made by the migrations, and made by the sums."""
    migrated, summed = await databases.empty(), await databases.empty()
    await migrate(migrated.owner_dsn, [plan])
    await built_from_sums(summed, plan)
    found = []
    for database in (migrated, summed):
        async with connect(database.owner_dsn, application="test") as owner:
            found.append(await describe_schema(owner, schema))
    return found


async def built_from_sums(database: Database, plan: SchemaPlan) -> None:
    """The same schemas from the ``schema.sql`` files alone."""
    async with connect(database.owner_dsn, application="test") as owner:
        await ensure_roles(owner, plan.roles, lambda role: role)
        for schema, folders in (("bus", (BUS_FOLDER,)), (plan.schema, (SERVICE_FOLDER, *plan.folders))):
            await owner.execute(f"create schema {schema}")
            for folder in folders:
                await owner.execute(f"set search_path = {schema}, bus")
                await owner.execute(fill(sum_of(folder).read_text(encoding="utf-8"), schema))
        await grant_schema(owner, plan.roles)
        await guard_units(owner, plan.schema)


@pytest.mark.parametrize(("plan", "schema"), [(POLICE, "bus"), (POLICE, "police"), (ROUTING, "routing")], ids=["bus", "agency", "routing"])
async def test_schema_sql_equals_the_sum_of_the_migrations(databases: Databases, plan: SchemaPlan, schema: str) -> None:
    by_migrations, by_sums = await descriptions_of(databases, plan, schema)
    assert by_migrations == by_sums
    assert len(by_migrations) > 5


def test_infra_keeps_its_sums_in_writing() -> None:
    for folder in (BUS_FOLDER, SERVICE_FOLDER):
        assert (folder.parent / "schema.sql").exists()


DRIFT = {
    "a column": "create table things (a int, b int, unit text not null);",
    "a type": "create table things (a bigint, unit text not null);",
    "an index": "create table things (a int, unit text not null); create index on things (a);",
    "a constraint": "create table things (a int check (a > 0), unit text not null);",
    "a right": "create table things (a int, unit text not null); grant select on things to {desk};",
    "a policy": "create table things (a int, unit text not null); create policy p on things using (true);",
    "a function": "create table things (a int, unit text not null); create function f() returns int language sql return 1;",
}


@pytest.mark.parametrize("drift", DRIFT, ids=str)
async def test_a_sum_that_drifted_is_seen(databases: Databases, tmp_path: Path, drift: str) -> None:
    folder = tmp_path / "room" / "migrations"
    folder.mkdir(parents=True)
    (folder / "pre_0001_things.sql").write_text("create table things (unit text not null);")
    (folder / "pre_0002_more.sql").write_text("alter table things add column a int;")
    (folder.parent / "schema.sql").write_text(DRIFT[drift])
    by_migrations, by_sums = await descriptions_of(databases, SchemaPlan("police", (folder,)), "police")
    assert by_migrations != by_sums
