"""The whole road for tests: outbox → relay → Kafka → consumer → effects."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from contracts.envelope import Event
from infra.embedded import Servers
from infra.messaging.consumer import run_consumer
from infra.messaging.delivery import Handlers
from infra.postgres.pool import Pool
from tests.integration.messaging.mail import effects, writer
from tests.servers import until
from topics.codec import encode

Loop = Callable[[asyncio.Event], Coroutine[Any, Any, None]]


@asynccontextmanager
async def running(*loops: Loop) -> AsyncIterator[asyncio.Event]:
    """Run loops until the block ends, then stop them in order; a loop that failed fails the test."""
    stop = asyncio.Event()
    tasks = [asyncio.create_task(loop(stop)) for loop in loops]
    try:
        yield stop
    finally:
        stop.set()
        await asyncio.wait_for(asyncio.gather(*tasks), 30)


def consuming(servers: Servers, pool: Pool, handlers: Handlers, *topics: str, group: str = "routing", **more: Any) -> Loop:
    """A consumer as a loop."""

    async def loop(stop: asyncio.Event) -> None:
        await run_consumer(
            topics=topics, group=group, bootstrap=servers.bootstrap, handlers=handlers, pool=pool, outbox=writer(), stop=stop, **more
        )

    return loop


async def produce(servers: Servers, topic: str, events: Sequence[Event], *, raw: Sequence[bytes] = ()) -> None:
    """Straight into a topic, without any outbox; ``raw`` values come last."""
    producer = AIOKafkaProducer(bootstrap_servers=list(servers.bootstrap))
    await producer.start()
    try:
        for event in events:
            encoded = encode(event)
            await producer.send_and_wait(topic, encoded.value, key=encoded.key, headers=list(encoded.headers))
        for value in raw:
            await producer.send_and_wait(topic, value, key=b"raw")
    finally:
        await producer.stop()


async def log_of(servers: Servers, topic: str, *, partition: int = 0) -> list[str]:
    """All values of a partition's log, in order."""
    place = TopicPartition(topic, partition)
    consumer = AIOKafkaConsumer(bootstrap_servers=list(servers.bootstrap))
    await consumer.start()
    try:
        consumer.assign([place])
        await consumer.seek_to_beginning(place)
        end = (await consumer.end_offsets([place]))[place]
        found: list[str] = []
        while await consumer.position(place) < end:
            for records in (await consumer.getmany(timeout_ms=200)).values():
                found += [record.value.decode() for record in records]
        return found
    finally:
        await consumer.stop()


async def committed(servers: Servers, group: str, topic: str) -> int | None:
    """What Kafka was told."""
    consumer = AIOKafkaConsumer(bootstrap_servers=list(servers.bootstrap), group_id=group, enable_auto_commit=False)
    await consumer.start()
    try:
        place = TopicPartition(topic, 0)
        consumer.assign([place])
        answer: int | None = await consumer.committed(place)
        return answer
    finally:
        await consumer.stop()


async def handled(pool: Pool, total: int) -> list[int]:
    """Wait for so many effects, and return them."""

    async def there() -> bool:
        return len(await effects(pool)) >= total

    await until(there)
    return await effects(pool)


async def all_sent(pool: Pool) -> None:
    async def none_unsent() -> bool:
        return bool(await pool.fetchval("select count(*) = 0 from outbox where sent_at is null"))

    await until(none_unsent)
