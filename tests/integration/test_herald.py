import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from infra.messaging.outbox import OutboxWriter
from infra.postgres.herald import Herald
from infra.postgres.listen import Bell
from infra.postgres.pool import Pool, connect
from infra.postgres.unit_of_work import SOON, OutboxRow, unit_of_work
from tests.integration.messaging.mail import ANSWERS, CATALOGUE, answer
from tests.servers import Database, until


@pytest.fixture
async def pool(database: Database) -> Pool:
    return await database.pool("routing")


class Ear:
    """What a connection of its own hears on a channel."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    @asynccontextmanager
    async def listening(self, database: Database, channel: str) -> AsyncIterator["Ear"]:
        def note(_connection: object, _pid: int, _channel: str, payload: object) -> None:
            self.heard.append(str(payload))

        async with connect(database.owner_dsn, application="ear") as connection:
            await connection.add_listener(channel, note)
            yield self
            await connection.remove_listener(channel, note)


@asynccontextmanager
async def speaking(herald: Herald) -> AsyncIterator[None]:
    stop = asyncio.Event()
    running = asyncio.create_task(herald.run(stop))
    try:
        yield
    finally:
        stop.set()
        await running


async def test_what_a_work_tells_is_heard_when_it_is_durable_and_never_when_it_is_not(pool: Pool, database: Database) -> None:
    async with Ear().listening(database, "word") as ear:

        async def fails() -> None:
            async with unit_of_work(pool) as uow:
                uow.tell("word", "lost")
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await fails()
        async with unit_of_work(pool) as uow:
            uow.tell("word", "kept")
        await until(lambda: bool(ear.heard))
    assert ear.heard == ["kept"]


async def test_a_herald_tells_the_same_once_however_often_it_was_said(pool: Pool, database: Database) -> None:
    herald = Herald(pool)
    for _ in range(50):
        herald.tell([("word", "again"), ("word", "other")])
    async with Ear().listening(database, "word") as ear, speaking(herald):
        await until(lambda: len(ear.heard) >= 2)
        herald.tell([("word", "end")])
        await until(lambda: "end" in ear.heard)
    assert sorted(ear.heard) == ["again", "end", "other"]


async def test_an_ear_of_the_own_process_hears_at_once_and_alone_spares_the_others(pool: Pool, database: Database) -> None:
    herald, heard, alone = Herald(pool), list[str](), [True]
    herald.serve("word", lambda _channel, payload: heard.append(payload), alone=lambda: alone[0])
    async with Ear().listening(database, "word") as ear, speaking(herald):
        herald.tell([("word", "here")])
        assert heard == ["here"]
        alone[0] = False
        herald.tell([("word", "everywhere")])
        await until(lambda: bool(ear.heard))
    assert (heard, ear.heard) == (["here", "everywhere"], ["everywhere"])


async def test_a_connection_that_is_lost_costs_a_wake_up_and_no_more(database: Database) -> None:
    pool = await database.pool("routing", size=(1, 1))
    pid = await pool.fetchval("select pg_backend_pid()")
    async with connect(database.owner_dsn, application="owner") as owner:
        await owner.execute("select pg_terminate_backend($1)", pid)
    herald = Herald(pool)
    async with Ear().listening(database, "word") as ear, speaking(herald):

        async def heard() -> bool:
            herald.tell([("word", "somebody")])
            return bool(ear.heard)

        await until(heard)
    assert set(ear.heard) == {"somebody"}


async def test_only_what_is_patient_as_a_whole_may_wait(pool: Pool, database: Database) -> None:
    async with Ear().listening(database, "outbox_routing") as ear:
        async with unit_of_work(pool, outbox=OutboxWriter(CATALOGUE, "police")) as uow:
            uow.publish(answer(1))
        async with unit_of_work(pool, outbox=OutboxWriter(CATALOGUE, "police")) as uow:
            uow.publish(answer(2))
            uow.enqueue(OutboxRow(ANSWERS, b"k", {}, b"now"))
        await until(lambda: len(ear.heard) == 2)
    assert ear.heard == [SOON, ""]


async def test_patience_ends_when_something_hurries(pool: Pool) -> None:
    """A bell that would ring later rings at once for what does not wait, and not a second time for what went along."""
    bell, stop = Bell(pool, "word"), asyncio.Event()
    bell.heeds = lambda _channel, payload: 3600.0 if payload == SOON else 0.0
    bell.hear("word", SOON)
    waiting = asyncio.create_task(bell.wait(3600, stop))
    await asyncio.sleep(0)
    assert not waiting.done()
    bell.hear("word", "")
    await until(waiting.done)
    assert bell._later is None


async def test_patience_ends_by_itself(pool: Pool) -> None:
    bell, stop = Bell(pool, "word"), asyncio.Event()
    bell.heeds = lambda _channel, _payload: 0.01
    bell.hear("word", SOON)
    await asyncio.wait_for(bell.wait(3600, stop), 60)
    assert not stop.is_set()
