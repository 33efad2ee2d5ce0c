import asyncio

import pytest

from infra.messaging.dead_letters import ask_replay, list_letters, replay_loop, replay_requested, show_letter
from infra.messaging.delivery import DeadLetter, Done, Outcome, Retry, deliver
from infra.messaging.retention import purge
from infra.postgres.pool import Pool
from infra.postgres.unit_of_work import unit_of_work
from tests.integration.messaging.mail import ANSWERS, Noting, answer, count, effects, publish, records, spoiled, told, writer
from tests.integration.messaging.road import running
from tests.servers import until

OUTBOX = writer()


async def park(pool: Pool, *numbers: int) -> None:
    await deliver(records(numbers), Noting(poison=frozenset(numbers)), consumer="routing", pool=pool, outbox=OUTBOX)


async def ask(pool: Pool, letter: int) -> bool:
    async with unit_of_work(pool) as uow:
        return await ask_replay(uow, letter, by="person-7")


async def letters(pool: Pool) -> list[tuple[int, str, str, int]]:
    rows = await pool.fetch("select id, status, reason, attempts from dead_letters order by id")
    return [tuple(row) for row in rows]


async def replay(pool: Pool, handlers: Noting) -> int:
    return await replay_requested(pool, handlers, consumer="routing", outbox=OUTBOX)


async def test_a_dead_letter_has_no_inbox_row_and_its_replay_is_a_first_arrival(pool: Pool) -> None:
    """INVARIANT: parked means not seen — broken by an inbox row that would make the replay a duplicate."""
    await park(pool, 1)
    assert await count(pool, "inbox") == 0
    assert await ask(pool, 1)
    assert await replay(pool, Noting()) == 1
    assert await effects(pool) == [1]
    assert await letters(pool) == [(1, "replayed", "contradiction", 1)]
    assert await count(pool, "inbox") == 1
    assert await replay(pool, Noting()) == 0


async def test_a_replay_leaves_the_ledger_alone(pool: Pool) -> None:
    """INVARIANT: a replay's offset is past — broken by moving the ledger to the offset of an older generation."""
    await park(pool, 500)
    await pool.execute("update ledger set generation = 1, next_offset = 3")
    await ask(pool, 1)
    await replay(pool, Noting())
    assert await pool.fetchval("select next_offset from ledger") == 3


async def test_a_replay_that_fails_again_says_why_and_can_be_asked_for_again(pool: Pool) -> None:
    await park(pool, 1)
    await ask(pool, 1)
    assert await replay(pool, Noting(sql={1: "select 1 / 0"})) == 0
    assert await letters(pool) == [(1, "parked", "data-error", 2)]
    assert await count(pool, "outbox") == 2
    assert await ask(pool, 1)
    assert await replay(pool, Noting()) == 1


async def test_a_replay_that_dies_after_its_commit_is_repeated_harmlessly(pool: Pool) -> None:
    await park(pool, 1)
    await ask(pool, 1)
    await replay(pool, Noting())
    await pool.execute("update dead_letters set status = 'requested', replayed_at = null")
    handlers = Noting()
    assert await replay(pool, handlers) == 1
    assert handlers.calls == []
    assert await effects(pool) == [1]
    assert [status for _, status, _, _ in await letters(pool)] == ["replayed"]


async def test_while_the_database_of_the_effects_is_away_a_replay_waits(pool: Pool) -> None:
    await park(pool, 1, 2)
    await ask(pool, 1)
    await ask(pool, 2)
    assert await replay(pool, Noting(sql={1: "select * from not_yet"})) == 0
    assert [status for _, status, _, _ in await letters(pool)] == ["requested", "requested"]


async def test_redelivered_by_kafka_after_its_replay_it_is_a_duplicate(pool: Pool) -> None:
    await park(pool, 1)
    await ask(pool, 1)
    await replay(pool, Noting())
    ((_, outcome),) = await deliver(records([1]), Noting(poison=frozenset({1})), consumer="routing", pool=pool, outbox=OUTBOX)
    assert outcome == Done()


async def test_only_what_lies_there_can_be_asked_for_and_only_once(pool: Pool) -> None:
    await park(pool, 1)
    assert [await ask(pool, 99), await ask(pool, 1), await ask(pool, 1)] == [False, True, False]


async def test_the_owners_loop_picks_up_what_was_asked_for(pool: Pool) -> None:
    await park(pool, 1, 2)

    async def loop(stop: asyncio.Event) -> None:
        await replay_loop(pool, Noting(), consumer="routing", outbox=OUTBOX, stop=stop)

    async with running(loop):
        await ask(pool, 2)

        async def there() -> bool:
            return await effects(pool) == [2]

        await until(there)


async def test_letters_are_listed_newest_first_and_shown_with_their_record(pool: Pool) -> None:
    await park(pool, *range(5))
    await deliver([spoiled(9)], Noting(), consumer="routing", pool=pool, outbox=OUTBOX)
    async with unit_of_work(pool) as uow:
        first = await list_letters(uow, limit=4)
        rest = await list_letters(uow, limit=4, before=first[-1].id)
        shown = await show_letter(uow, first[1].id)
        assert await show_letter(uow, 999) is None
    assert [one.offset for one in first + rest] == [9, 4, 3, 2, 1, 0]
    assert (first[0].reason, first[0].event_id, first[0].source) == ("bad-envelope", None, None)
    assert first[1].event_id == answer(4).envelope.id
    assert shown is not None
    assert shown[1] == records([4])[0]


@pytest.mark.parametrize("outcome", [Done(), DeadLetter("x"), Retry(1.0)])
def test_an_outcome_is_one_of_three(outcome: Outcome) -> None:
    match outcome:
        case Done() | DeadLetter(_) | Retry(_):
            pass


async def test_what_is_over_its_time_is_purged_and_nothing_else(pool: Pool) -> None:
    await park(pool, 1, 2)
    await ask(pool, 1)
    await replay(pool, Noting())
    await deliver(records([3, 4]), Noting(), consumer="routing", pool=pool, outbox=OUTBOX)
    await publish(pool, OUTBOX, *(told(number) for number in range(4)))
    await pool.execute("update outbox set sent_at = clock_timestamp() - interval '8 days' where seq % 2 = 0")
    await pool.execute("update outbox set sent_at = clock_timestamp() - interval '6 days' where seq % 4 = 1")
    await pool.execute("update inbox set seen_at = clock_timestamp() - interval '31 days' where id = $1", answer(3).envelope.id)
    await pool.execute("update dead_letters set replayed_at = replayed_at - interval '31 days', parked_at = parked_at - interval '99 days'")
    before = await count(pool, "outbox")
    assert await purge(pool, schema="routing") == {"outbox": before // 2, "inbox": 1, "dead_letters": 1}
    assert await count(pool, "outbox") == before - before // 2
    assert await count(pool, "inbox") == 2
    assert [one[1] for one in await letters(pool)] == ["parked"]


async def test_the_copy_for_people_carries_no_personal_data_in_its_headers(pool: Pool) -> None:
    await park(pool, 1)
    row = await pool.fetchrow("select headers from outbox where topic = $1", f"dlq.routing.{ANSWERS}")
    assert sorted(row["headers"]) == [
        "xt_attempts", "xt_error", "xt_event_id", "xt_event_source", "xt_event_type", "xt_group", "xt_offset", "xt_partition", "xt_reason",
        "xt_timestamp_ms", "xt_topic",
    ]  # fmt: skip
