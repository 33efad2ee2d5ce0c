"""Brings schemas to their head: roles, migrations in the order of history, rights, and row level security on tables of units."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from pydantic import SecretStr

from infra.postgres.errors import MigrationError
from infra.postgres.migration_files import BUS_FOLDER, SERVICE_FOLDER, Migration, SchemaPlan, fill, migrations_of
from infra.postgres.pool import Connection, connect
from infra.postgres.queries import load
from infra.postgres.roles import Password, desk_role, ensure_roles, grant_schema, service_role

__all__ = ["BUS_FOLDER", "SERVICE_FOLDER", "Migration", "Phase", "SchemaPlan", "fill", "guard_units", "migrate", "migrations_of", "pending"]

Phase = Literal["all", "pre", "post"]
QUERIES = load(Path(__file__).with_name("migrate.sql"))
LOCK = 0x58_49_45_54


async def pending(owner_dsn: str | SecretStr, plan: Sequence[SchemaPlan]) -> list[str]:
    """``schema: name`` of every migration that is not applied. Any role that may read the registers can ask."""
    async with connect(owner_dsn, application="xietong-migrate") as connection:
        waiting = [await _waiting(connection, schema, folders) for schema, folders in _schemas(plan)]
    return [f"{one.schema}: {one.name}" for some in waiting for one in some]


async def migrate(
    owner_dsn: str | SecretStr, plan: Sequence[SchemaPlan], phase: Phase = "all", *, password: Password | None = None
) -> list[str]:
    """Bring every schema to its head, or to the end of a phase; returns what was applied. MigrationError, or PostgreSQL's own error.

    Each file is one transaction; two migrations at once wait for each other. ``password`` gives the roles theirs (default: their name).
    """
    applied: list[str] = []
    async with connect(owner_dsn, application="xietong-migrate") as owner:
        await owner.execute("select pg_advisory_lock($1)", LOCK)
        for one in plan:
            await ensure_roles(owner, one.roles, password or _own_name)
        for schema, folders in _schemas(plan):
            await owner.execute(f"create schema if not exists {schema}")
            await owner.execute(fill(QUERIES.make_register, schema))
            applied += await _advance(owner, schema, folders, phase)
        await owner.execute("grant select on bus.migrations to public")
        for one in plan:
            await grant_schema(owner, one.roles)
            await owner.execute(f"grant select on {one.schema}.migrations to {service_role(one.schema)}")
            await guard_units(owner, one.schema)
    return applied


def _own_name(role: str) -> str:
    return role


def _schemas(plan: Sequence[SchemaPlan]) -> list[tuple[str, tuple[Path, ...]]]:
    return [("bus", (BUS_FOLDER,)), *((one.schema, (SERVICE_FOLDER, *one.folders)) for one in plan)]


async def _waiting(connection: Connection, schema: str, folders: Sequence[Path]) -> list[Migration]:
    everything = migrations_of(schema, folders)
    if not await connection.fetchval(QUERIES.has_register, schema):
        return everything
    applied = {row["name"]: row["sha256"] for row in await connection.fetch(fill(QUERIES.applied, schema))}
    for migration in everything:
        if applied.get(migration.name, migration.sha256) != migration.sha256:
            raise MigrationError(
                f"{schema} 的迁移 {migration.name} 在执行后被改动",
                en=f"migration {migration.name} of {schema} was changed after it was applied",
            )
    return [migration for migration in everything if migration.name not in applied]


async def _advance(owner: Connection, schema: str, folders: Sequence[Path], phase: Phase) -> list[str]:
    waiting = await _waiting(owner, schema, folders)
    if phase == "post" and any(one.phase == "pre" for one in waiting):
        raise MigrationError(f"{schema} 的 pre 迁移尚未完成", en=f"the pre migrations of {schema} are not done")
    wanted: Callable[[Migration], bool] = lambda one: phase in ("all", one.phase)  # noqa: E731
    done = [one for one in waiting if wanted(one)]
    for migration in done:
        async with owner.transaction():
            await owner.execute(f"set local search_path = {schema}, bus; set local row_security = off")
            await owner.execute(migration.sql)
            await owner.execute(fill(QUERIES.register, schema), migration.name, migration.sha256)
    return [f"{one.schema}: {one.name}" for one in done]


async def guard_units(owner: Connection, schema: str) -> None:
    """FORCE row level security on every table with a column ``unit``; one that declares no policy gets the usual two."""
    for table in await owner.fetch(QUERIES.tables_of_units, schema):
        name = f'{schema}."{table["name"]}"'
        async with owner.transaction():
            if not table["has_policy"]:
                own = "unit = any (string_to_array(current_setting('xietong.unit', true), ','))"
                await owner.execute(f"create policy service on {name} to {service_role(schema)} using (true) with check (true)")
                await owner.execute(f"create policy own_unit on {name} to {desk_role(schema)} using ({own}) with check ({own})")
            if not table["forced"]:
                await owner.execute(f"alter table {name} enable row level security, force row level security")
