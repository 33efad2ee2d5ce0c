import asyncio
from collections.abc import AsyncIterator
from itertools import count as count_up

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from infra.embedded import Servers
from infra.errors import Unavailable
from infra.messaging.admin import restore
from infra.messaging.consumer import Progress
from infra.messaging.ledger import align_apart
from infra.messaging.producer import Producer
from infra.messaging.relay import Relay
from infra.postgres.pool import Pool
from tests.integration.messaging.mail import CATALOGUE, Noting, answer, count, effects, publish, told, writer
from tests.integration.messaging.road import all_sent, committed, consuming, handled, produce, running
from tests.servers import Topics, until

TO_POLICE = "xietong.routing.to-police.v1"


@pytest.fixture
async def topic(topics: Topics) -> str:
    return await topics.make("answers")


@pytest.fixture
async def producer(servers: Servers) -> AsyncIterator[Producer]:
    made = Producer(servers.bootstrap, client_id="test")
    yield made
    await made.stop()


async def test_everything_in_the_log_is_handled_in_order(servers: Servers, pool: Pool, topic: str) -> None:
    heard: list[Progress] = []
    await produce(servers, topic, [answer(number) for number in range(120)])
    async with running(consuming(servers, pool, Noting(), topic, on_progress=heard.append)):
        assert await handled(pool, 120) == list(range(120))
        await produce(servers, topic, [answer(200)])
        await handled(pool, 121)
        await until(lambda: sum(one.settled for one in heard) == 121)
    assert heard[-1].lag == 0
    assert await pool.fetchval("select next_offset from ledger where topic = $1", topic) == 121
    assert await committed(servers, "routing", topic) == 121


async def test_poison_in_the_log_delays_nobody(servers: Servers, pool: Pool, topic: str) -> None:
    await produce(servers, topic, [answer(number) for number in range(20)], raw=[b"\xff", b"{}"])
    await produce(servers, topic, [answer(20)])
    async with running(consuming(servers, pool, Noting(poison=frozenset({3})), topic)):
        assert await handled(pool, 20) == [number for number in range(21) if number != 3]
    assert await count(pool, "dead_letters") == 3


@pytest.mark.parametrize("told_offset", [7, 0])
async def test_the_ledger_is_the_truth_and_kafkas_offset_only_a_hint(servers: Servers, pool: Pool, topic: str, told_offset: int) -> None:
    await produce(servers, topic, [answer(number) for number in range(5)])
    async with running(consuming(servers, pool, Noting(), topic)):
        await handled(pool, 5)
    await produce(servers, topic, [answer(number) for number in range(5, 10)])
    kafka = AIOKafkaConsumer(bootstrap_servers=list(servers.bootstrap), group_id="routing", enable_auto_commit=False)
    await kafka.start()
    kafka.assign([TopicPartition(topic, 0)])
    await kafka.commit({TopicPartition(topic, 0): told_offset})
    await kafka.stop()
    handlers = Noting()
    async with running(consuming(servers, pool, handlers, topic)):
        await handled(pool, 10)
    assert [number for call in handlers.calls for number in call] == [5, 6, 7, 8, 9]


async def test_killed_between_commit_and_acknowledgement_it_repeats_harmlessly(servers: Servers, pool: Pool, topic: str) -> None:
    await produce(servers, topic, [answer(number) for number in range(30)])
    task = asyncio.create_task(consuming(servers, pool, Noting(), topic)(asyncio.Event()))
    await handled(pool, 30)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await pool.execute("delete from ledger")
    handlers = Noting()
    async with running(consuming(servers, pool, handlers, topic)):
        await produce(servers, topic, [answer(30)])
        assert await handled(pool, 31) == list(range(31))
    assert handlers.calls == [[30]]


async def test_while_postgresql_is_away_nothing_is_lost_and_readiness_hears_of_it(servers: Servers, pool: Pool, topic: str) -> None:
    heard: list[Progress] = []
    handlers = Noting()
    async with running(consuming(servers, pool, handlers, topic, on_progress=heard.append)):
        await produce(servers, topic, [answer(0)])
        await handled(pool, 1)
        await servers.postgres.stop()
        await produce(servers, topic, [answer(number) for number in range(1, 20)])
        await until(lambda: any(one.waiting for one in heard))
        await servers.postgres.start()
        assert await handled(pool, 20) == list(range(20))
        await until(lambda: not heard[-1].waiting)


async def test_while_kafka_is_away_the_outbox_grows_and_drains_afterwards(
    servers: Servers, pool: Pool, police: Pool, producer: Producer, topics: Topics
) -> None:
    topic = await topics.make(TO_POLICE, exact=True)
    async with running(Relay(pool, producer, schema="routing").run, consuming(servers, police, Noting(), topic, group="police")):
        await publish(pool, writer(), told(0))
        await handled(police, 1)
        await servers.kafka.stop()
        for number in range(1, 20):
            await publish(pool, writer(), told(number))
        assert await pool.fetchval("select count(*) from outbox where sent_at is null") == 19
        await servers.kafka.start()
        assert await handled(police, 20) == list(range(20))
        await all_sent(pool)


async def test_a_wiped_broker_loses_nothing(servers: Servers, pool: Pool, police: Pool, producer: Producer, topics: Topics) -> None:
    """INVARIANT: wiping the broker loses nothing — broken by a relay or a ledger that compares offsets alone."""
    topic = await topics.make(TO_POLICE, exact=True)
    handlers = Noting()
    async with running(Relay(pool, producer, schema="routing").run):
        async with running(consuming(servers, police, handlers, topic, group="police")):
            await publish(pool, writer(), *map(told, range(10)))
            await handled(police, 10)
        await publish(pool, writer(), *map(told, range(10, 20)))
        await all_sent(pool)
        await servers.kafka.wipe()
        await servers.kafka.start()
        await topics.make(TO_POLICE, exact=True)
        async with running(consuming(servers, police, handlers, topic, group="police")):
            await publish(pool, writer(), told(20))
            numbers = await handled(police, 21)
            assert sorted(numbers) == list(range(21))
            await all_sent(pool)
    generation, next_offset = tuple(await police.fetchrow("select generation, next_offset from ledger where topic = $1", topic))
    assert generation == 1
    assert next_offset <= 23


async def test_a_broker_wiped_under_a_running_consumer_loses_nothing(
    servers: Servers, pool: Pool, police: Pool, producer: Producer, topics: Topics
) -> None:
    topic = await topics.make(TO_POLICE, exact=True)
    async with running(Relay(pool, producer, schema="routing").run, consuming(servers, police, Noting(), topic, group="police")):
        await publish(pool, writer(), *map(told, range(10)))
        await handled(police, 10)
        await servers.kafka.wipe()
        await servers.kafka.start()
        await topics.make(TO_POLICE, exact=True)
        for number in range(10, 15):
            await publish(pool, writer(), told(number))
        assert sorted(await handled(police, 15)) == list(range(15))
        await all_sent(pool)


async def test_workers_that_join_and_leave_share_the_partitions(servers: Servers, pool: Pool, topics: Topics) -> None:
    topic = await topics.make("shared", partitions=4)
    incidents = [f"incident-{number}" for number in range(8)]
    numbers = count_up()
    one, two = Noting(), Noting()

    async def more() -> int:
        some = [next(numbers) for _ in range(40)]
        await produce(servers, topic, [answer(number, incident=incidents[number % 8]) for number in some])
        return some[-1] + 1

    async with running(consuming(servers, pool, one, topic)):
        await more()
        async with running(consuming(servers, pool, two, topic)):
            while not two.calls:
                await more()
        total = await more()
        handled_numbers = await handled(pool, total)
    assert sorted(handled_numbers) == list(range(total))
    for place in range(8):
        mine = [number for number in handled_numbers if number % 8 == place]
        assert mine == sorted(mine)


async def test_a_consumer_with_a_client_of_its_own_is_told_the_ledgers_positions(servers: Servers, pool: Pool, topic: str) -> None:
    await produce(servers, topic, [answer(number) for number in range(5)])
    async with running(consuming(servers, pool, Noting(), topic)):
        await handled(pool, 5)
    await pool.execute("update ledger set next_offset = 3")
    assert await align_apart([(topic, 0)], bootstrap=servers.bootstrap, name="routing", pool=pool) == {(topic, 0): 3}
    assert await effects(pool) == list(range(5))


async def test_without_a_broker_nobody_is_told_where_to_read(pool: Pool) -> None:
    with pytest.raises(Unavailable):
        await align_apart([("nowhere", 0)], bootstrap=["127.0.0.1:9"], name="routing", pool=pool)


async def test_a_wiped_broker_heals_by_itself_although_nobody_says_anything(
    servers: Servers, pool: Pool, police: Pool, producer: Producer, topics: Topics
) -> None:
    """What if the broker's data is gone, topics and all, with messages that nobody read: the owner's relay notices and restores."""
    await topics.make(TO_POLICE, exact=True)
    relay = Relay(pool, producer, schema="routing", restore=lambda: restore(CATALOGUE, servers.bootstrap, owner="routing"))
    async with running(relay.run):
        await publish(pool, writer(), *map(told, range(10)))
        await all_sent(pool)
        await servers.kafka.wipe()
        await servers.kafka.start()
        async with running(consuming(servers, police, Noting(), TO_POLICE, group="police")):
            assert sorted(await handled(police, 10)) == list(range(10))
