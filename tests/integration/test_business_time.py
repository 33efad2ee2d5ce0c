import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from infra.postgres.listen import Bell
from infra.postgres.pool import Pool, connect
from infra.postgres.unit_of_work import unit_of_work
from tests.servers import Database, until

LATER = datetime(2031, 3, 1, 7, 0, tzinfo=UTC)


async def set_time(database: Database, business: datetime, speed: float) -> None:
    async with connect(database.owner_dsn, application="test") as owner:
        await owner.execute("select bus.set_business_time($1, $2)", business, speed)


async def now_of(pool: Pool) -> datetime:
    async with unit_of_work(pool) as uow:
        return uow.now


async def test_without_a_row_business_time_is_the_wall_clock(database: Database) -> None:
    pool = await database.pool()
    async with unit_of_work(pool) as uow:
        assert uow.now == await uow.fetchval("select now()")
        assert uow.now.tzinfo is not None


async def test_fixed_time_stands_still_until_it_is_moved(database: Database) -> None:
    pool = await database.pool()
    await set_time(database, LATER, 0)
    assert await now_of(pool) == LATER
    await asyncio.sleep(0.01)
    assert await now_of(pool) == LATER
    await set_time(database, LATER + timedelta(minutes=6), 0)
    assert await now_of(pool) == LATER + timedelta(minutes=6)


async def test_scaled_time_runs_at_its_speed(database: Database) -> None:
    pool = await database.pool()
    await set_time(database, LATER, 3600)
    async with connect(database.owner_dsn, application="test") as owner, owner.transaction():
        row = await owner.fetchrow("select bus.business_now() as b, now() as w, anchor_wall, anchor_business from bus.business_time")
    assert row["b"] - row["anchor_business"] == pytest.approx((row["w"] - row["anchor_wall"]) * 3600, abs=timedelta(milliseconds=1))
    assert await now_of(pool) >= LATER


async def test_business_time_never_goes_back(database: Database) -> None:
    pool = await database.pool()
    await set_time(database, LATER, 1)
    with pytest.raises(asyncpg.CheckViolationError, match="never goes back"):
        await set_time(database, LATER - timedelta(seconds=1), 1)
    with pytest.raises(asyncpg.CheckViolationError):
        await set_time(database, LATER + timedelta(hours=1), -1)
    assert await now_of(pool) >= LATER


async def test_a_transaction_older_than_the_move_sees_no_earlier_time(database: Database) -> None:
    """INVARIANT: no time before the anchor — broken by multiplying the time since the anchor for a transaction that began before it."""
    pool = await database.pool()
    async with unit_of_work(pool) as uow:
        await set_time(database, LATER, 86400)
        assert await uow.fetchval("select bus.business_now()") == LATER


async def test_a_new_world_may_begin_at_any_time(database: Database) -> None:
    """The first setting is no going back: a demo or a story begins on its own day."""
    past = datetime(2020, 1, 1, tzinfo=UTC)
    await set_time(database, past, 0)
    assert await now_of(await database.pool()) == past


async def test_only_the_owner_may_write_it(database: Database) -> None:
    for schema, role in (("police", None), ("routing", "xt_clock"), ("routing", "xt_console"), ("routing", None)):
        pool = await database.pool(schema, role=role)
        for sql in (
            "select bus.set_business_time('2040-01-01', 1)",
            "insert into bus.business_time (anchor_wall, anchor_business, speed) values (now(), now(), 1)",
            "delete from bus.business_time",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await pool.execute(sql)


async def test_one_unit_of_work_has_one_time_and_desks_read_it_too(database: Database) -> None:
    pool = await database.pool()
    await set_time(database, LATER, 1000)
    async with unit_of_work(pool, role="xt_police_desk", units=("u1",)) as uow:
        first = await uow.fetchval("select bus.business_now()")
        await asyncio.sleep(0.005)
        assert uow.now == first == await uow.fetchval("select bus.business_now()")


async def test_whoever_sleeps_is_woken_when_time_moves(database: Database) -> None:
    bell, stop = Bell(await database.pool(), "business_time"), asyncio.Event()
    listening = asyncio.create_task(bell.listen(stop))
    await bell.wait(30, stop)
    woken = asyncio.create_task(bell.wait(3600, stop))
    await set_time(database, LATER, 1)
    await until(woken.done)
    stop.set()
    await listening
