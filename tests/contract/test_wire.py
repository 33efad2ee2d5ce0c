"""One suite for the relay's port: the fake in memory and the real producer keep the same promises."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from infra.embedded import Servers
from infra.errors import Unavailable
from infra.messaging.producer import Acked, Producer
from infra.messaging.relay import Wire
from tests.contract.wires import MemoryWire
from tests.servers import Topics


@dataclass
class Bench:
    """A wire, not yet started, with a topic of two partitions."""

    wire: Wire
    topic: str


@pytest.fixture(params=["memory", "kafka"])
async def bench(request: pytest.FixtureRequest, servers: Servers, topics: Topics) -> AsyncIterator[Bench]:
    if request.param == "memory":
        yield Bench(MemoryWire({"contract": 2}), "contract")
        return
    producer = Producer(servers.bootstrap, client_id="contract")
    yield Bench(producer, await topics.make("contract", partitions=2))
    await producer.stop()


async def send(bench: Bench, key: str, *values: str) -> list[Acked]:
    futures = [await bench.wire.send(bench.topic, key.encode(), {"h": "头"}, value.encode()) for value in values]
    return list(await asyncio.gather(*futures))


async def test_nothing_is_taken_before_the_start(bench: Bench) -> None:
    with pytest.raises(Unavailable):
        await send(bench, "k", "1")


async def test_messages_of_a_key_lie_one_after_the_other_in_one_partition(bench: Bench) -> None:
    await bench.wire.start()
    acks = await send(bench, "k", *map(str, range(50)))
    assert {ack.partition for ack in acks} == {acks[0].partition}
    assert [ack.offset for ack in acks] == list(range(50))
    assert [ack.offset for ack in await send(bench, "k", "more")] == [50]


async def test_starting_again_is_harmless(bench: Bench) -> None:
    await bench.wire.start()
    await bench.wire.start()
    assert [ack.offset for ack in await send(bench, "k", "1")] == [0]


async def test_a_topic_that_is_not_there_is_refused_and_the_next_is_taken(bench: Bench) -> None:
    await bench.wire.start()
    with pytest.raises(Unavailable):
        await bench.wire.send("there.is.no.such.topic", b"k", {}, b"1")
    assert len(await send(bench, "k", "1")) == 1


async def test_the_ends_are_those_of_every_partition_of_the_topics_that_are_there(bench: Bench) -> None:
    await bench.wire.start()
    (ack, _) = await send(bench, "k", "1", "2")
    ends = await bench.wire.ends({bench.topic, "there.is.no.such.topic"})
    assert ends == {(bench.topic, ack.partition): 2, (bench.topic, 1 - ack.partition): 0}
    assert await bench.wire.ends({"there.is.no.such.topic"}) == {}


async def test_renewed_it_wants_to_be_started_and_then_goes_on(bench: Bench) -> None:
    await bench.wire.start()
    await send(bench, "k", "1")
    await bench.wire.renew()
    with pytest.raises(Unavailable):
        await send(bench, "k", "2")
    await bench.wire.start()
    assert [ack.offset for ack in await send(bench, "k", "2")] == [1]


@pytest.fixture(params=["memory", "kafka"])
def away(request: pytest.FixtureRequest) -> Any:
    """A wire without any broker."""
    if request.param == "kafka":
        return Producer(("127.0.0.1:9",), client_id="contract")
    memory = MemoryWire({"contract": 1})
    memory.away = True
    return memory


async def test_without_a_broker_it_says_so(away: Wire) -> None:
    with pytest.raises(Unavailable):
        await away.start()
    with pytest.raises(Unavailable):
        await away.ends({"contract"})
    await away.renew()
