import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
import pytest

from infra.messaging.delivery import deliver
from infra.messaging.outbox import OutboxWriter
from infra.postgres.herald import Herald
from infra.postgres.pool import Pool
from infra.postgres.unit_of_work import unit_of_work
from tests.integration.messaging.mail import ANSWERS, Noting, answer, count, records, told, with_effects, writer
from tests.servers import Database
from topics.catalogue import NotOwned

OUTBOX = writer("police")


@pytest.fixture
async def pool(database: Database) -> Pool:
    """One connection alone, so that every statement can be watched."""
    await with_effects(database, "police")
    return await database.pool("police", size=(1, 1))


@contextmanager
def watched(connection: asyncpg.Connection) -> Iterator[list[str]]:  # type: ignore[type-arg]
    statements: list[str] = []

    def note(record: asyncpg.connection.LoggedQuery) -> None:
        statements.append(" ".join(record.query.split())[:40])

    connection.add_query_logger(note)
    yield statements
    connection.remove_query_logger(note)


async def statements_of(pool: Pool, numbers: range, handlers: Noting) -> list[str]:
    spoken = OutboxWriter(OUTBOX.catalogue, "police", herald=Herald(pool))
    await deliver(records(range(900, 901)), handlers, consumer="warm", pool=pool, outbox=OUTBOX)
    await pool.execute("delete from outbox")
    async with pool.acquire() as connection:
        inner = connection._con
    with watched(inner) as statements:
        await deliver(records(numbers), handlers, consumer="police", pool=pool, outbox=spoken)
    return statements


class Bulk(Noting):
    async def handle(self, uow, events) -> None:  # type: ignore[no-untyped-def]
        await uow.execute("insert into effects (number) select unnest($1::int[])", [1] * len(events))
        for number, _ in enumerate(events):
            uow.publish(answer(number))


@pytest.mark.parametrize("size", [1, 50])
async def test_a_batch_costs_five_round_trips_whatever_its_size(pool: Pool, size: int) -> None:
    """begin · inbox, ledger and business time · the handler's · outbox · commit; the herald tells of many works at once."""
    statements = await statements_of(pool, range(size), Bulk())
    assert len(statements) == 5, statements
    assert (statements[0], statements[-1]) == ("BEGIN;", "COMMIT;")
    assert await count(pool, "outbox") == size


async def test_what_was_seen_costs_three(pool: Pool) -> None:
    await statements_of(pool, range(1), Bulk())
    assert len(await statements_of(pool, range(1), Bulk())) == 3


async def test_messages_and_rows_are_in_together_or_not_at_all(pool: Pool) -> None:
    async def fails() -> None:
        async with unit_of_work(pool, outbox=OUTBOX) as uow:
            await uow.execute("insert into effects (number) values (1)")
            uow.publish(answer(1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails()
    assert [await count(pool, "effects"), await count(pool, "outbox")] == [0, 0]
    async with unit_of_work(pool, outbox=OUTBOX) as uow:
        await uow.execute("insert into effects (number) values (1)")
        uow.publish(answer(1))
    assert [await count(pool, "effects"), await count(pool, "outbox")] == [1, 1]


async def test_messages_keep_the_order_in_which_they_were_said(pool: Pool) -> None:
    async with unit_of_work(pool, outbox=OUTBOX) as uow:
        for number in (3, 1, 2):
            uow.publish(answer(number))
    rows = await pool.fetch("select headers from outbox order by seq")
    assert [row["headers"]["ce_id"] for row in rows] == [answer(number).envelope.id for number in (3, 1, 2)]


async def test_what_the_service_may_not_say_is_refused_at_once(pool: Pool) -> None:
    async with unit_of_work(pool, outbox=OUTBOX) as uow:
        for topic in (None, "xietong.routing.to-police.v1", "xietong.schools.answer.v1", "no.such.topic"):
            with pytest.raises(NotOwned):
                uow.publish(told(1), topic=topic) if topic else writer("nobody").row(told(1))
        uow.publish(answer(1), topic=ANSWERS)
    assert await count(pool, "outbox") == 1


async def test_a_reader_cannot_publish(pool: Pool) -> None:
    async with unit_of_work(pool) as uow:
        with pytest.raises(RuntimeError):
            uow.publish(answer(1))


async def test_callbacks_run_after_the_commit_and_only_then(pool: Pool) -> None:
    called: list[str] = []
    async with unit_of_work(pool) as uow:
        uow.after_commit(lambda: called.append("kept"))
        assert called == []
    assert called == ["kept"]

    async def fails() -> None:
        async with unit_of_work(pool) as uow:
            uow.after_commit(lambda: called.append("lost"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails()
    assert called == ["kept"]


async def test_a_callback_that_fails_harms_neither_the_work_nor_the_others(pool: Pool) -> None:
    called: list[str] = []
    async with unit_of_work(pool) as uow:
        await uow.execute("insert into effects (number) values (1)")
        uow.after_commit(lambda: called.append(str(1 / 0)))
        uow.after_commit(lambda: called.append("second"))
    assert called == ["second"]
    assert await count(pool, "effects") == 1


async def test_a_desk_may_publish_in_its_request(pool: Pool) -> None:
    async with unit_of_work(pool, outbox=OUTBOX, role="xt_police_desk", units=("3701025003",), service="police") as uow:
        uow.publish(answer(1))
    assert await count(pool, "outbox") == 1


async def test_a_cancelled_unit_of_work_leaves_nothing_and_gives_its_connection_back(pool: Pool) -> None:
    begun = asyncio.Event()

    async def work() -> None:
        async with unit_of_work(pool, outbox=OUTBOX) as uow:
            await uow.execute("insert into effects (number) values (1)")
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await count(pool, "effects") == 0


async def test_json_columns_take_and_give_python_objects(pool: Pool) -> None:
    value = {"名": ["张*", 1, None, True], "n": 1.5}
    assert await pool.fetchval("select $1::jsonb", value) == value
    assert await pool.fetchval("select $1::json", value) == value
    assert await pool.fetchval("select $1::jsonb ->> '名'", value) == '["张*", 1, null, true]'


async def test_a_stopped_process_loses_its_locks(pool: Pool, database: Database) -> None:
    """What if a worker is suspended inside a transaction: the server ends it, and others go on."""
    settings = dict(await pool.fetch("select name, setting from pg_settings where name like '%timeout' and source = 'client'"))
    assert settings["idle_in_transaction_session_timeout"] == "15000"
    assert settings["lock_timeout"] == "10000"
    assert settings["statement_timeout"] == "30000"
