import asyncio
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import asyncpg
import pytest

from infra.errors import Unavailable
from infra.messaging.delivery import DeadLetter, Done, Outcome, Poison, Received, Record, Retry, deliver, deliver_steadily
from infra.messaging.delivery.machine import SLOW_ATTEMPTS
from infra.messaging.outbox import MAX_VALUE
from infra.postgres.pool import Pool
from infra.postgres.unit_of_work import UnitOfWork
from tests.integration.messaging.mail import (
    ANSWERS,
    DELIVERED,
    STATION,
    Noting,
    answer,
    count,
    effects,
    record,
    records,
    spoiled,
    told,
    writer,
)  # fmt: skip
from tests.servers import until

OUTBOX = writer()
STRUCTURED = (("content-type", b"application/cloudevents+json"),)
RED = Path(__file__).parents[2] / "contract" / "golden" / "school.psych-risk.assessed.v1" / "red.json"
YELLOW = RED.read_bytes().replace(b'"level": "red"', b'"level": "yellow"')


async def give(pool: Pool, batch: Sequence[Record], handlers: Noting, **more: object) -> list[Outcome]:
    settled = await deliver(batch, handlers, consumer="routing", pool=pool, outbox=OUTBOX, **more)  # type: ignore[arg-type]
    assert [one for one, _ in settled] == list(batch)
    return [outcome for _, outcome in settled]


async def test_a_seen_event_is_never_handled_twice(pool: Pool) -> None:
    """INVARIANT: effects happen once per (source, id) — broken by handling before the inbox was asked."""
    handlers = Noting()
    assert await give(pool, records([1, 2]), handlers) == [Done(), Done()]
    assert await give(pool, records([1, 2, 3]), handlers) == [Done(), Done(), Done()]
    assert await give(pool, [record(answer(3), 99, topic="xietong.schools.answer.v1")], handlers) == [Done()]
    assert await effects(pool) == [1, 2, 3]
    assert handlers.calls == [[1, 2], [3]]


async def test_an_event_that_comes_twice_in_one_batch_is_handled_once(pool: Pool) -> None:
    handlers = Noting()
    batch = [record(answer(1), 1), record(answer(2), 2), record(answer(1), 3)]
    assert await give(pool, batch, handlers) == [Done()] * 3
    assert await effects(pool) == [1, 2]


async def test_another_consumer_of_the_same_schema_sees_the_event_too(pool: Pool) -> None:
    await give(pool, records([1]), Noting())
    await deliver(records([1]), Noting(), consumer="statistics", pool=pool, outbox=OUTBOX)
    assert await effects(pool) == [1, 1]


@pytest.mark.parametrize("bad", [0, 24, 49])
async def test_poison_in_a_batch_of_fifty_stands_alone_and_the_rest_is_in(pool: Pool, bad: int) -> None:
    def fail(number: int) -> None:
        if number == bad:
            raise KeyError("a defect of the handler")

    handlers = Noting(before=fail)
    outcomes = await give(pool, records(range(50)), handlers)
    assert outcomes == [DeadLetter("handler-error") if number == bad else Done() for number in range(50)]
    assert await effects(pool) == [number for number in range(50) if number != bad]
    assert await count(pool, "inbox") == 49
    (letter,) = await pool.fetch("select * from dead_letters")
    assert (letter["event_id"], letter["reason"], letter["detail"]) == (answer(bad).envelope.id, "handler-error", "KeyError")
    assert await pool.fetchval("select next_offset from ledger") == 50
    calls = len(handlers.calls)
    assert calls <= 2 * 6 + 1, f"halving took {calls} transactions"


async def test_poison_named_by_the_handler_costs_one_more_transaction(pool: Pool) -> None:
    handlers = Noting(poison=frozenset({7}))
    outcomes = await give(pool, records(range(20)), handlers)
    assert outcomes[7] == DeadLetter("contradiction")
    assert len(await effects(pool)) == 19
    assert len(handlers.calls) == 2


async def test_data_that_the_database_refuses_is_a_dead_letter_without_its_values(pool: Pool) -> None:
    outcomes = await give(pool, records([1, 1000, 2]), Noting())
    assert outcomes == [Done(), DeadLetter("data-error"), Done()]
    detail = await pool.fetchval("select detail from dead_letters")
    assert detail == "CheckViolationError 23514 effects_number_check"


async def test_bad_bytes_and_unexpected_types_are_dead_letters_at_once(pool: Pool) -> None:
    handlers = Noting(accepts=frozenset({"bus.part.reported"}))
    outcomes = await give(pool, [spoiled(0), *records([1]), record(answer(2), 2)], handlers)
    assert [type(one) for one in outcomes] == [DeadLetter] * 3
    assert outcomes[1] == DeadLetter("unexpected-type")
    assert handlers.calls == []
    assert await count(pool, "inbox") == 0
    assert await pool.fetchval("select next_offset from ledger") == 3


async def test_a_dead_letter_is_stored_announced_and_copied_once_however_often_it_comes(pool: Pool) -> None:
    handlers = Noting(poison=frozenset({1}))
    for _ in range(3):
        assert await give(pool, [*records([1]), spoiled(2)], handlers) == [DeadLetter("contradiction"), DeadLetter("bad-envelope")]
    assert await count(pool, "dead_letters") == 2
    rows = await pool.fetch("select topic, headers, value from outbox order by seq")
    assert [row["topic"] for row in rows] == ["xietong.routing.to-police.v1", f"dlq.routing.{ANSWERS}", f"dlq.routing.{ANSWERS}"]
    parked, copy, undecodable = rows
    assert parked["headers"]["ce_type"] == "xietong.bus.message.parked.v1"
    assert parked["headers"]["ce_recipient"] == STATION
    assert parked["headers"]["ce_causationid"] == answer(1).envelope.id
    assert copy["headers"]["xt_reason"] == "contradiction"
    assert copy["value"] == records([1])[0].value
    assert not any(name.startswith("ce_") for name in copy["headers"])
    assert undecodable["value"] == b"{not json"


async def test_what_should_never_have_left_a_school_is_parked_without_its_content_and_told_to_operations(pool: Pool) -> None:
    """INVARIANT: the bus holds no yellow case, not even among its dead letters — broken by keeping the value of a record it refused."""
    yellow = Record("xietong.schools.psych.v1", 0, 1, 1, b"PR-0102-0007", STRUCTURED, YELLOW)
    for _ in range(2):
        assert await give(pool, [yellow], Noting()) == [DeadLetter("local-only")]
    letter = await pool.fetchrow("select reason, value from dead_letters")
    assert tuple(letter) == ("local-only", None)
    rows = await pool.fetch("select topic, headers, value from outbox order by seq")
    told = [(row["topic"], row["headers"]["ce_recipient"]) for row in rows if "ce_recipient" in row["headers"]]
    assert told == [
        ("xietong.routing.to-schools.v1", "school.psych-teacher@3199000102"),
        ("xietong.routing.to-partners.v1", "bus.ops-desk@bus-990100"),
    ]
    assert not any(b"suicide-plan" in row["value"] for row in rows)


async def test_two_bad_records_at_the_same_offset_of_two_generations_are_both_kept(pool: Pool) -> None:
    older, newer = spoiled(5), spoiled(5)
    newer = Record(newer.topic, 0, 5, newer.timestamp_ms + 1, newer.key, newer.headers, b"{other")
    await give(pool, [older], Noting())
    await give(pool, [newer], Noting())
    assert await count(pool, "dead_letters") == 2


async def test_a_parked_message_about_a_parked_message_is_not_announced_again(pool: Pool, police: Pool) -> None:
    """INVARIANT: two consumers never park each other's announcements in turn — broken by announcing every dead letter."""
    await give(pool, records([1]), Noting(poison=frozenset({1})))
    row = await pool.fetchrow("select * from outbox where topic = 'xietong.routing.to-police.v1'")
    headers = tuple((name, text.encode()) for name, text in row["headers"].items())
    announcement = Record(row["topic"], 0, 0, 1, row["key"], headers, row["value"])
    ((_, outcome),) = await deliver([announcement], Noting(), consumer="police", pool=police, outbox=writer("police"))
    assert outcome == DeadLetter("unexpected-type")
    assert [one["topic"] for one in await police.fetch("select topic from outbox")] == ["dlq.police.xietong.routing.to-police.v1"]


async def test_a_transient_error_commits_nothing_and_asks_to_retry(pool: Pool) -> None:
    def away(number: int) -> None:
        if number == 1:
            raise Unavailable()

    handlers = Noting(before=away)
    assert await give(pool, records(range(3)), handlers) == [Retry(0.1)] * 3
    assert await give(pool, records(range(3)), handlers, attempt=3) == [Retry(0.8)] * 3
    assert await give(pool, records(range(3)), handlers, attempt=50) == [Retry(5.0)] * 3
    assert [await count(pool, table) for table in ("effects", "inbox", "ledger", "outbox", "dead_letters")] == [0] * 5
    handlers.before = None
    assert await give(pool, records(range(3)), handlers) == [Done()] * 3


@pytest.mark.parametrize(
    "sql",
    [
        "select * from a_table_that_is_not_there_yet",
        "select a_function_that_is_not_there_yet()",
        "select * from police.inbox",
        "select pg_terminate_backend(pg_backend_pid())",
        "do $$ begin raise exception 'x' using errcode = '40001'; end $$",
        "do $$ begin raise exception 'x' using errcode = '53100'; end $$",
    ],
)
async def test_what_time_heals_is_retried_and_never_parked(pool: Pool, sql: str) -> None:
    assert await give(pool, records([1, 2]), Noting(sql={2: sql})) == [Retry(0.1)] * 2
    assert await count(pool, "inbox") == 0
    assert await count(pool, "dead_letters") == 0


async def test_an_event_that_is_too_slow_again_and_again_stops_nobody(pool: Pool) -> None:
    """INVARIANT: what can never succeed stops nobody — broken by retrying for ever what the time-out for statements ends."""
    slow = Noting(sql={2: "set local statement_timeout = '20ms'; select pg_sleep(5)"})
    assert await give(pool, records([1, 2, 3]), slow, attempt=SLOW_ATTEMPTS - 1) == [Retry(5.0)] * 3
    assert await count(pool, "dead_letters") == 0
    first, second, third = await give(pool, records([1, 2, 3]), slow, attempt=SLOW_ATTEMPTS)
    assert (first, third) == (Done(), Done())
    assert isinstance(second, DeadLetter)
    assert await effects(pool) == [1, 3]


async def test_half_a_batch_in_before_the_database_goes_is_known_when_it_comes_again(pool: Pool) -> None:
    """What if PostgreSQL goes while a batch is halved: the first half is committed, all is asked for again."""
    seen: list[int] = []

    def fail(number: int) -> None:
        seen.append(number)
        if number == 3:
            raise Unavailable() if seen.count(0) > 1 else KeyError("first a defect, then the database is away")

    handlers = Noting(before=fail)
    assert await give(pool, records(range(4)), handlers) == [Retry(0.1)] * 4
    assert await effects(pool) == [0, 1]
    handlers.before = None
    assert await give(pool, records(range(4)), handlers) == [Done()] * 4
    assert await effects(pool) == [0, 1, 2, 3]


async def test_an_event_that_meets_the_row_of_another_transaction_is_looked_at_again(pool: Pool) -> None:
    class Meeting(Noting):
        async def handle(self, uow: UnitOfWork, events: Sequence[Received]) -> None:
            if not self.calls:
                self.calls.append([])
                await uow.execute("do $$ begin raise exception 'x' using errcode = 'unique_violation'; end $$")
            await super().handle(uow, events)

    assert await give(pool, records([1]), Meeting()) == [Done()]
    assert await effects(pool) == [1]


async def test_two_consumers_with_the_same_records_share_the_work_and_never_double_it(pool: Pool) -> None:
    batch = records(range(40))
    await asyncio.gather(*(give(pool, batch[start:] + batch[:start], Noting()) for start in (0, 10, 20, 30)))
    assert sorted(await effects(pool)) == list(range(40))


async def test_what_the_service_does_not_own_is_refused_and_parks_the_event(pool: Pool) -> None:
    handlers = Noting(tell=lambda uow, one: uow.publish(told(1), topic=ANSWERS))
    assert await give(pool, records([1]), handlers) == [DeadLetter("handler-error")]
    assert await effects(pool) == []
    assert await pool.fetchval("select detail from dead_letters") == "NotOwned"
    assert await pool.fetchval("select count(*) from outbox where topic = $1", ANSWERS) == 0


async def test_effects_and_messages_are_one(pool: Pool) -> None:
    handlers = Noting(tell=lambda uow, one: uow.publish(told(1)))
    assert await give(pool, records([1]), handlers) == [Done()]
    (row,) = await pool.fetch("select * from outbox")
    assert (row["topic"], row["key"]) == ("xietong.routing.to-police.v1", b"incident-1")
    assert row["headers"]["ce_type"] == f"xietong.{DELIVERED}.v1"


async def test_a_skipped_offset_is_an_alarm_and_the_ledger_goes_on(pool: Pool) -> None:
    await give(pool, records([1]), Noting())
    await give(pool, records([5]), Noting())
    assert await pool.fetchval("select next_offset from ledger") == 6
    await give(pool, records([2]), Noting())
    assert await pool.fetchval("select next_offset from ledger") == 6


async def test_a_process_that_dies_before_the_commit_leaves_nothing(pool: Pool) -> None:
    handlers = Noting(gate=asyncio.Event(), tell=lambda uow, one: uow.publish(told(1)))
    task = asyncio.create_task(give(pool, records([1]), handlers))
    await until(lambda: bool(handlers.calls))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [await count(pool, table) for table in ("effects", "inbox", "ledger", "outbox")] == [0] * 4


async def test_waiting_inside_ends_when_time_has_healed(pool: Pool) -> None:
    left = [3]
    heard: list[bool] = []

    def away(number: int) -> None:
        left[0] -= 1
        if left[0] > 0:
            raise Unavailable()

    settled = await deliver_steadily(records([1]), Noting(before=away), consumer="routing", pool=pool, outbox=OUTBOX, waiting=heard.append)
    assert [outcome for _, outcome in settled] == [Done()]
    assert heard == [True, True, False]


async def test_asked_to_stop_while_waiting_nothing_is_settled(pool: Pool) -> None:
    def away(number: int) -> None:
        raise Unavailable()

    stop = asyncio.Event()
    stop.set()
    assert await deliver_steadily(records([1]), Noting(before=away), consumer="routing", pool=pool, outbox=OUTBOX, stop=stop) == []


async def test_a_handler_that_names_an_event_outside_its_batch_is_halved_instead(pool: Pool) -> None:
    def wrong(number: int) -> None:
        if number == 2:
            raise Poison("wrong-name", event=answer(77))

    assert await give(pool, records([1, 2, 3]), Noting(before=wrong)) == [Done(), DeadLetter("wrong-name"), Done()]


async def test_poison_of_a_publisher_that_nobody_hosts_is_kept_although_nobody_can_be_told(pool: Pool) -> None:
    """INVARIANT: what cannot be handled can be stored — broken by an announcement whose failure ends the process each time anew."""
    event = answer(1)
    stranger = event.envelope.model_copy(update={"publisher": "stranger.desk@nowhere"})
    assert await give(pool, [record(type(event)(stranger, event.data), 1)], Noting(poison=frozenset({1}))) == [DeadLetter("contradiction")]
    assert [row["topic"] for row in await pool.fetch("select topic from outbox")] == [f"dlq.routing.{ANSWERS}"]
    assert await count(pool, "dead_letters") == 1


async def test_a_dead_letter_too_large_to_send_is_kept_whole_and_copied_without_its_body(pool: Pool) -> None:
    large = Record(ANSWERS, 0, 1, 1, b"k", (), b"x" * (MAX_VALUE + 1))
    assert [type(one) for one in await give(pool, [large], Noting())] == [DeadLetter]
    (row,) = await pool.fetch("select headers, value from outbox")
    assert (row["headers"]["xt_left_out"], row["value"]) == (str(MAX_VALUE + 1), b"")
    assert await pool.fetchval("select length(value) from dead_letters") == MAX_VALUE + 1


async def test_a_handler_that_swallows_a_database_error_is_a_dead_letter_and_no_endless_retry(pool: Pool) -> None:
    class Swallowing(Noting):
        async def handle(self, uow: UnitOfWork, events: Sequence[Received]) -> None:
            with suppress(asyncpg.DivisionByZeroError):
                await uow.execute("select 1 / 0")
            await uow.execute("select 1")

    assert await give(pool, records([1]), Swallowing()) == [DeadLetter("data-error")]
