import asyncio

from infra.messaging.lease import Lease
from infra.postgres.pool import Pool
from tests.integration.messaging.road import running
from tests.servers import Database, until


async def test_one_holder_at_a_time_and_a_higher_token_for_the_next(pool: Pool) -> None:
    one, two = Lease(pool, "relay", holder="one"), Lease(pool, "relay", holder="two")
    assert [await one.step(), await two.step(), await one.step()] == [True, False, True]
    assert (one.token, two.token) == (1, None)
    await one.give_back()
    assert await two.step()
    assert (one.token, two.token) == (None, 2)


async def test_leases_of_other_names_are_free(pool: Pool) -> None:
    one, two = Lease(pool, "relay", holder="x"), Lease(pool, "clock", holder="x")
    assert await one.step()
    assert await two.step()


async def test_a_holder_that_slept_too_long_learns_that_it_lost(pool: Pool) -> None:
    sleeper, next_one = Lease(pool, "relay", holder="sleeper"), Lease(pool, "relay", holder="next")
    await sleeper.step()
    await pool.execute("update leases set until = clock_timestamp() - interval '1 second'")
    assert await next_one.step()
    assert not await sleeper.step()
    assert sleeper.token is None
    assert next_one.token == 2


async def test_a_lease_that_ran_out_but_nobody_took_is_simply_renewed(pool: Pool) -> None:
    lease = Lease(pool, "relay", holder="x")
    await lease.step()
    await pool.execute("update leases set until = clock_timestamp() - interval '1 second'")
    assert await lease.step()
    assert lease.token == 1


async def test_many_at_once_and_only_one_gets_it(database: Database, pool: Pool) -> None:
    many = [Lease(await database.pool("routing", size=(1, 1)), "relay", holder=str(number)) for number in range(6)]
    assert sorted(await asyncio.gather(*(one.step() for one in many))) == [False] * 5 + [True]


async def test_kept_it_is_renewed_and_at_the_end_given_back(pool: Pool) -> None:
    lease = Lease(pool, "relay", holder="x", lasts=0.3)
    async with running(lease.keep):
        await until(lambda: lease.token == 1)
        first = await pool.fetchval("select until from leases")

        async def renewed() -> bool:
            return bool(await pool.fetchval("select until > $1 from leases", first))

        await until(renewed)
        assert lease.token == 1
    assert await Lease(pool, "relay", holder="next").step()


async def test_dead_without_a_word_its_time_runs_out(pool: Pool) -> None:
    dead, heir = Lease(pool, "relay", holder="dead", lasts=0.2), Lease(pool, "relay", holder="heir", lasts=0.2)
    await dead.step()
    async with running(heir.keep):
        await until(lambda: heir.token == 2)
