"""What the clock asks of PostgreSQL for each due, while the table of open duties grows: the due roots, the lock, the load, the next wake."""

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from infra.embedded import embedded_servers
from infra.postgres.pool import Connection, Pool, connect, open_pool
from infra.postgres.unit_of_work import unit_of_work
from services.routing.store import QUERIES
from services.schemas import SCHEMA_PLANS
from tests.benchmarks.slope import Series
from tests.conftest import CACHE
from tests.servers import Database, Databases

ROUNDS, DUE = 5, 40
FILL = """
with one as (
    insert into routing.incidents (id, root, status, family, scope, key, county, opened_at, body)
    select id, id, 'actual', 'alarm', '990102', id::text, '990102', now(), jsonb_build_object('id', id)
    from (select uuidv7() as id from generate_series(1, $1::bigint)) as made returning id
)
insert into routing.duties (id, root, incident, unit, desk, kind, state, due, next_at, body)
select uuidv7(), id, id, 'ps-990102-01', 'police.station-duty@ps-990102-01', 'ack', 'open', at, at, jsonb_build_object('id', id)
from (select id, bus.business_now() + $2::interval + random() * $3::interval as at from one) as timed
"""
INDEXES = """
select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
from pg_index where indrelid in ('routing.incidents'::regclass, 'routing.duties'::regclass)
and not exists (select from pg_constraint where conindid = indexrelid)
"""
CHUNK = 1_000_000
EMPTY = "delete from routing.duties where next_at <= bus.business_now()"


async def growing_duties(sizes: Sequence[int]) -> Series:
    """``sizes``: open duties. Of each round's 40 that are due now, the cost of one; the rest fall due over the next month."""
    with tempfile.TemporaryDirectory(prefix="xietong-bench-", ignore_cleanup_errors=True) as folder:
        async with embedded_servers(Path(folder), cache=CACHE) as servers:
            return await _measured(Databases(servers.postgres_dsn), sizes)


async def _measured(databases: Databases, sizes: Sequence[int]) -> Series:
    series = Series("the clock's statements for one due while open duties grow", "open duties")
    pools = {size: await _filled(await databases.fresh(SCHEMA_PLANS), size) for size in sizes}
    for size, (pool, database) in [one for _ in range(ROUNDS) for one in pools.items()]:
        series.take(size, await _round(pool, database))
    for pool, _ in pools.values():
        await pool.close()
    return series


async def _filled(database: Database, size: int) -> tuple[Pool, Database]:
    async with connect(database.owner_dsn, application="bench") as owner:
        await _fill(owner, size)
    return await open_pool(database.dsn("xt_clock"), schema="routing", application="bench", size=(1, 2)), database


async def _fill(owner: Connection, size: int) -> None:
    """Ids in the order of time, as they are in use; indexes and foreign keys after the rows: ten million in minutes instead of an hour."""
    await owner.execute("set synchronous_commit = off; set session_replication_role = replica; set maintenance_work_mem = '1GB'")
    indexes = await owner.fetch(INDEXES)
    for index in indexes:
        await owner.execute(f"drop index {index['name']}")
    for begun in range(0, size, CHUNK):
        await owner.execute(FILL.replace("$1::bigint", str(min(CHUNK, size - begun))).replace("$2::interval", "interval '1 hour'").replace(
            "$3::interval", "interval '30 days'"
        ))  # fmt: skip
    for index in indexes:
        await owner.execute(index["definition"])
    await owner.execute("vacuum analyze routing.duties, routing.incidents")


async def _round(pool: Pool, database: Database) -> float:
    """Seconds of what the clock asks for one due root: who is due, its records under their lock, and when to wake next."""
    async with connect(database.owner_dsn, application="bench") as owner:
        await owner.execute(EMPTY)
        await owner.execute(FILL.replace("$1::bigint", str(DUE)).replace("$2::interval", "interval '-1 minute'").replace(
            "$3::interval", "interval '30 seconds'"
        ))  # fmt: skip
    async with unit_of_work(pool) as uow:
        await uow.fetch(QUERIES["due_roots"], [])
    began = time.perf_counter()
    async with unit_of_work(pool) as uow:
        roots = [row["root"] for row in await uow.fetch(QUERIES["due_roots"], [])]
    for root in roots:
        async with unit_of_work(pool) as uow:
            await uow.fetchrow(QUERIES["lock_roots"], [root], [], [], [], [])
            await uow.fetch(QUERIES["load_roots"], [root])
            await uow.fetchrow(QUERIES["next_wake"], [])
    return (time.perf_counter() - began) / len(roots)
