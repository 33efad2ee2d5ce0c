import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer

from infra.embedded import Servers
from infra.errors import Unavailable
from infra.messaging.lease import Lease
from infra.messaging.outbox import MAX_VALUE, MessageTooLarge
from infra.messaging.producer import Producer
from infra.messaging.relay import Relay
from infra.postgres.pool import Pool
from infra.postgres.unit_of_work import OutboxRow, unit_of_work
from tests.contract.wires import MemoryWire
from tests.integration.messaging.mail import count, publish, told, writer
from tests.integration.messaging.road import all_sent, log_of, running
from tests.servers import Database, Topics, until

OUTBOX = writer()


@pytest.fixture
async def producer(servers: Servers) -> AsyncIterator[Producer]:
    made = Producer(servers.bootstrap, client_id="test")
    yield made
    await made.stop()


async def enqueue(pool: Pool, topic: str, *values: str, key: str = "k") -> None:
    async with unit_of_work(pool, outbox=OUTBOX) as uow:
        for value in values:
            uow.enqueue(OutboxRow(topic, key.encode(), {"n": value, "word": "签收"}, value.encode()))


async def unsent(pool: Pool) -> int:
    return int(await pool.fetchval("select count(*) from outbox where sent_at is null"))


async def test_messages_reach_kafka_in_the_order_of_the_outbox(pool: Pool, producer: Producer, servers: Servers, topics: Topics) -> None:
    topic = await topics.make()
    await enqueue(pool, topic, *map(str, range(700)))
    async with running(Relay(pool, producer, schema="routing").run):
        await all_sent(pool)
        await enqueue(pool, topic, *map(str, range(700, 720)))
        await all_sent(pool)
    assert await log_of(servers, topic) == [str(number) for number in range(720)]
    rows = await pool.fetch("select sent_partition, sent_offset from outbox order by seq")
    assert [row["sent_offset"] for row in rows] == list(range(720))
    assert await pool.fetchval("select last_offset from relayed where topic = $1", topic) == 719


async def test_each_key_keeps_its_order_over_many_partitions(pool: Pool, producer: Producer, servers: Servers, topics: Topics) -> None:
    topic = await topics.make(partitions=4)
    for number in range(30):
        await enqueue(pool, topic, *(f"{key}-{number:02}" for key in "abcdef"), key=f"key-{number % 3}")
    async with running(Relay(pool, producer, schema="routing").run):
        await all_sent(pool)
    logs = [await log_of(servers, topic, partition=partition) for partition in range(4)]
    assert sum(map(len, logs)) == 180
    for key in range(3):
        wanted = [f"{letter}-{number:02}" for number in range(key, 30, 3) for letter in "abcdef"]
        assert [[one for one in log if one in set(wanted)] for log in logs if set(log) & set(wanted)] == [wanted]


async def test_a_message_carries_its_headers_as_they_were(pool: Pool, producer: Producer, servers: Servers, topics: Topics) -> None:
    topic = await topics.make()
    await enqueue(pool, topic, "1")
    async with running(Relay(pool, producer, schema="routing").run):
        await all_sent(pool)
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=list(servers.bootstrap), auto_offset_reset="earliest")
    await consumer.start()
    record = await consumer.getone()
    await consumer.stop()
    assert dict(record.headers) == {"n": b"1", "word": "签收".encode()}
    assert record.key == b"k"


async def test_notify_wakes_the_relay_long_before_its_poll(
    pool: Pool, producer: Producer, topics: Topics, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.messaging.relay.loop.POLL_SECONDS", 3600.0)
    topic = await topics.make()
    async with running(Relay(pool, producer, schema="routing").run):
        for number in range(5):
            await enqueue(pool, topic, str(number))
            await all_sent(pool)


async def test_without_any_notification_the_poll_finds_the_message(pool: Pool, producer: Producer, topics: Topics) -> None:
    topic = await topics.make()
    async with running(Relay(pool, producer, schema="routing").run):
        await pool.execute("insert into outbox (topic, key, headers, value) values ($1, $2, $3, $4)", topic, b"k", {}, b"silent")
        await all_sent(pool)


async def test_of_two_relays_only_the_holder_of_the_lease_sends(pool: Pool, producer: Producer, servers: Servers, topics: Topics) -> None:
    """INVARIANT: one relay per schema sends — broken by two relays sharing the rows (order of a key)."""
    topic = await topics.make()
    other = Producer(servers.bootstrap, client_id="other")
    first, second = Relay(pool, producer, schema="routing"), Relay(pool, other, schema="routing")
    async with running(first.run):
        await until(lambda: first.lease.token == 1)
        async with running(second.run):
            for number in range(20):
                await enqueue(pool, topic, str(number))
            await all_sent(pool)
            assert second.lease.token is None
    assert await log_of(servers, topic) == [str(number) for number in range(20)]
    async with running(second.run):
        await until(lambda: second.lease.token == 2)
        await enqueue(pool, topic, "20")
        await all_sent(pool)
    await other.stop()


@pytest.fixture
def wire() -> MemoryWire:
    return MemoryWire({"t": 1})


async def holding(pool: Pool, wire: MemoryWire, **more: Any) -> Relay:
    """A relay that holds the lease, to be moved by hand."""
    relay = Relay(pool, wire, schema="routing", **more)
    assert await relay.lease.step()
    return relay


GO_ON = asyncio.Event()


async def test_what_follows_an_unacknowledged_message_goes_again_behind_it(
    pool: Pool, wire: MemoryWire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """INVARIANT: a key's messages lie in the order of the outbox — broken by marking the second while the first is sent anew."""
    wire.unheard = {"1"}
    relay = await holding(pool, wire)
    await enqueue(pool, "t", "0", "1", "2")
    assert await relay.relay_once(GO_ON) is False
    assert await pool.fetch("select convert_from(value, 'utf8') as value from outbox where sent_at is not null") == [("0",)]
    monkeypatch.setattr("infra.messaging.relay.window.monotonic", lambda: float("inf"))
    await relay.relay_once(GO_ON)
    assert wire.log("t") == ["0", "1", "2", "1", "2"]
    assert [row["sent_offset"] for row in await pool.fetch("select sent_offset from outbox order by seq")] == [0, 3, 4]


async def test_a_relay_that_lost_its_lease_midway_marks_nothing(pool: Pool, wire: MemoryWire) -> None:
    """INVARIANT: a late write names its lease token — broken by marking by seq alone."""
    wire.gate = asyncio.Event()
    relay = await holding(pool, wire)
    await enqueue(pool, "t", "1", "2")
    sending = asyncio.create_task(relay.relay_once(GO_ON))
    await until(lambda: wire.log("t") == ["1", "2"])
    await pool.execute("update leases set until = clock_timestamp() - interval '1 second'")
    thief = Lease(pool, "relay", holder="another")
    assert await thief.step()
    wire.gate.set()
    assert await sending is False
    assert await unsent(pool) == 2
    assert await count(pool, "relayed") == 0
    assert relay.lease.token is None


async def test_a_relay_that_dies_between_send_and_mark_sends_again(pool: Pool, wire: MemoryWire) -> None:
    wire.gate = asyncio.Event()
    relay = await holding(pool, wire)
    await enqueue(pool, "t", "1")
    dying = asyncio.create_task(relay.relay_once(GO_ON))
    await until(lambda: wire.log("t") == ["1"])
    dying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await dying
    assert await unsent(pool) == 1
    wire.gate = None
    assert await relay.relay_once(GO_ON) is False
    assert wire.log("t") == ["1", "1"]
    assert await unsent(pool) == 0


async def test_what_is_not_acknowledged_in_time_stays_unsent_and_the_rest_goes_on(
    pool: Pool, wire: MemoryWire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.messaging.relay.window.ACK_SECONDS", 0.05)
    relay = await holding(pool, wire)
    wire.gate = asyncio.Event()
    await enqueue(pool, "t", "1")
    with pytest.raises(Unavailable):
        await relay.relay_once(GO_ON)
    assert wire.renewed == 1
    assert await unsent(pool) == 1
    wire.gate.set()
    await relay.relay_once(GO_ON)
    assert await unsent(pool) == 0


async def test_a_topic_that_is_not_there_stops_no_other_and_is_asked_for(
    pool: Pool, wire: MemoryWire, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    relay = await holding(pool, wire, restore=lambda: asked.append(True))
    await enqueue(pool, "missing", *map(str, range(600)))
    await enqueue(pool, "t", "good")
    await enqueue(pool, "missing", "last")
    while await relay.relay_once(GO_ON):
        pass
    assert wire.log("t") == ["good"]
    assert asked == [True]
    assert await unsent(pool) == 601
    monkeypatch.setattr("infra.messaging.relay.window.monotonic", lambda: float("inf"))
    wire.partitions["missing"] = 1
    while await relay.relay_once(GO_ON):
        pass
    assert wire.log("missing") == [*map(str, range(600)), "last"]


@pytest.mark.parametrize("by", ["acknowledgement", "looking"])
async def test_a_wiped_log_opens_the_whole_window(pool: Pool, wire: MemoryWire, by: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What if the broker's data is wiped: what was sent within the window is sent again, in order."""
    monkeypatch.setattr("infra.messaging.relay.probe.CHECK_SECONDS", float("inf") if by == "acknowledgement" else 0.0)
    told_of: list[bool] = []
    relay = await holding(pool, wire, on_wiped=lambda: told_of.append(True))
    await enqueue(pool, "t", "0", "1", "2")
    await relay.relay_once(GO_ON)
    await pool.execute("update outbox set sent_at = sent_at - interval '8 days' where value = '0'")
    wire.wipe()
    if by == "acknowledgement":
        await enqueue(pool, "t", "3")
    await until(lambda: relay.relay_once(GO_ON))
    assert told_of == [True]
    if by == "looking":
        await enqueue(pool, "t", "3")
    assert await unsent(pool) == 3
    await relay.relay_once(GO_ON)
    assert wire.log("t")[-3:] == ["1", "2", "3"]
    assert await unsent(pool) == 0
    assert await relay.relay_once(GO_ON) is False
    assert told_of == [True]


async def test_a_wiped_log_is_seen_although_nothing_is_to_be_sent(pool: Pool, wire: MemoryWire) -> None:
    relay = await holding(pool, wire)
    await enqueue(pool, "t", "0", "1")
    await relay.relay_once(GO_ON)
    wire.wipe()
    await until(lambda: relay.relay_once(GO_ON))
    assert await relay.relay_once(GO_ON) is False
    assert wire.log("t") == ["0", "1"]


async def test_dying_before_the_window_is_open_the_next_relay_does_it_all(pool: Pool, wire: MemoryWire) -> None:
    """INVARIANT: what is to be done about a wipe is done before it is forgotten — broken by telling after the reopening."""

    async def dies() -> None:
        raise asyncio.CancelledError

    first = await holding(pool, wire, on_wiped=dies)
    await enqueue(pool, "t", "0", "1")
    await first.relay_once(GO_ON)
    wire.wipe()
    with pytest.raises(asyncio.CancelledError):
        await until(lambda: first.relay_once(GO_ON))
    await first.lease.give_back()
    told_of: list[bool] = []
    second = await holding(pool, wire, on_wiped=lambda: told_of.append(True))
    await until(lambda: second.relay_once(GO_ON))
    assert told_of == [True]
    assert await unsent(pool) == 2


async def test_a_message_that_could_never_be_sent_does_not_enter_the_outbox(pool: Pool) -> None:
    event = told(1)
    large = event.data.model_copy(update={"notification": "n" * (MAX_VALUE + 1)})
    with pytest.raises(MessageTooLarge):
        await publish(pool, OUTBOX, type(event)(event.envelope, large))
    assert await count(pool, "outbox") == 0


async def test_a_relay_waits_for_the_database_and_goes_on(database: Database, pool: Pool, producer: Producer, topics: Topics) -> None:
    topic = await topics.make()
    relay = Relay(pool, producer, schema="routing")
    async with running(relay.run):
        await until(lambda: relay.lease.token is not None)
        await enqueue(pool, topic, "1")
        await all_sent(pool)
        owner = await database.pool("routing", role="xt_routing", size=(1, 1))
        await owner.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()"
        )
        async with unit_of_work(owner, outbox=OUTBOX) as uow:
            uow.enqueue(OutboxRow(topic, b"k", {}, b"2"))
        await all_sent(owner)
