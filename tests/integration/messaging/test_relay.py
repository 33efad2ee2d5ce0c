import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest
from aiokafka import AIOKafkaConsumer

from infra.embedded import Servers
from infra.errors import Unavailable
from infra.messaging.lease import Lease
from infra.messaging.outbox import MAX_VALUE, MessageTooLarge
from infra.messaging.producer import Acked, Producer
from infra.messaging.relay import Relay
from infra.postgres.pool import Pool
from infra.postgres.unit_of_work import OutboxRow, unit_of_work
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
    monkeypatch.setattr("infra.messaging.relay.POLL_SECONDS", 3600.0)
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
    """INVARIANT: one relay per schema sends, broken by two relays sharing the rows (order of a key)."""
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


class Scripted:
    """A producer in memory that does to each message what a test says."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.gate: asyncio.Event | None = None
        self.renewed = 0
        self.refuse: set[str] = set()

    async def start(self) -> None:
        return None

    async def stop(self) -> None:
        return None

    async def renew(self) -> None:
        self.renewed += 1

    async def send(self, topic: str, key: bytes, headers: Mapping[str, str], value: bytes) -> "asyncio.Future[Acked]":
        if topic in self.refuse:
            raise Unavailable(en="the topic is not there")
        self.log.append(value.decode())
        return asyncio.ensure_future(self._ack(len(self.log) - 1))

    async def _ack(self, offset: int) -> Acked:
        if self.gate is not None:
            await self.gate.wait()
        return Acked(0, offset)


async def test_a_relay_that_lost_its_lease_midway_marks_nothing(pool: Pool) -> None:
    """INVARIANT: a late write names its lease token, broken by marking by seq alone."""
    script = Scripted()
    script.gate = asyncio.Event()
    relay = Relay(pool, script, schema="routing")  # type: ignore[arg-type]
    stop = asyncio.Event()
    await relay.lease.step()
    await enqueue(pool, "t", "1", "2")
    sending = asyncio.create_task(relay.relay_once(stop))
    await until(lambda: script.log == ["1", "2"])
    await pool.execute("update leases set until = clock_timestamp() - interval '1 second'")
    thief = Lease(pool, "relay", holder="another")
    assert await thief.step()
    script.gate.set()
    assert await sending is False
    assert await unsent(pool) == 2
    assert await count(pool, "relayed") == 0
    assert relay.lease.token is None


async def test_a_relay_that_dies_between_send_and_mark_sends_again(pool: Pool) -> None:
    script = Scripted()
    relay = Relay(pool, script, schema="routing")  # type: ignore[arg-type]
    await relay.lease.step()
    await enqueue(pool, "t", "1")
    script.gate = asyncio.Event()
    dying = asyncio.create_task(relay.relay_once(asyncio.Event()))
    await until(lambda: script.log == ["1"])
    dying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await dying
    assert await unsent(pool) == 1
    script.gate = None
    assert await relay.relay_once(asyncio.Event()) is False
    assert script.log == ["1", "1"]
    assert await unsent(pool) == 0


async def test_a_topic_that_is_not_there_stops_no_other(pool: Pool) -> None:
    script = Scripted()
    script.refuse = {"missing"}
    relay = Relay(pool, script, schema="routing")  # type: ignore[arg-type]
    await relay.lease.step()
    await enqueue(pool, "missing", *map(str, range(600)))
    await enqueue(pool, "there", "good")
    while await relay.relay_once(asyncio.Event()):
        pass
    assert script.log == ["good"]
    assert await unsent(pool) == 600


async def test_an_offset_that_went_back_opens_the_whole_window(pool: Pool) -> None:
    """What if the broker's data is wiped: what was sent within the window is sent again, in order."""
    script = Scripted()
    told_of: list[bool] = []
    relay = Relay(pool, script, schema="routing", on_wiped=lambda: told_of.append(True))  # type: ignore[arg-type]
    await relay.lease.step()
    await enqueue(pool, "t", "0", "1", "2")
    await relay.relay_once(asyncio.Event())
    await pool.execute("update outbox set sent_at = sent_at - interval '8 days' where value = '0'")
    script.log.clear()
    await enqueue(pool, "t", "3")
    assert await relay.relay_once(asyncio.Event()) is True
    assert told_of == [True]
    assert await unsent(pool) == 3
    script.log.clear()
    await relay.relay_once(asyncio.Event())
    assert script.log == ["1", "2", "3"]
    assert await unsent(pool) == 0
    assert told_of == [True]


async def test_a_successor_knows_the_last_offsets_and_sees_the_wipe_too(pool: Pool) -> None:
    script = Scripted()
    first = Relay(pool, script, schema="routing")  # type: ignore[arg-type]
    await first.lease.step()
    await enqueue(pool, "t", "0", "1")
    await first.relay_once(asyncio.Event())
    await first.lease.give_back()
    script.log.clear()
    second = Relay(pool, script, schema="routing")  # type: ignore[arg-type]
    await second.lease.step()
    await enqueue(pool, "t", "2")
    assert await second.relay_once(asyncio.Event()) is True
    assert await unsent(pool) == 3


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
