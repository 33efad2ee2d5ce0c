"""What Faust's consumer is told about Kafka's offsets, beside a consumer that only notes what it is asked."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from infra.messaging.ledger import Place
from services.routing.offsets import ledgered

READ, AHEAD, NEW = ("topic", 0), ("topic", 1), ("topic", 2)


class Noting:
    """Kafka's side: its committed offsets; streams that never end."""

    def __init__(self) -> None:
        self.sought: dict[Place, int] = {}

    async def seek_to_committed(self) -> Mapping[Place, int | None]:
        return {READ: 4, AHEAD: 9, NEW: None}

    async def seek_wait(self, places: Mapping[Place, int]) -> None:
        self.sought = dict(places)

    async def wait_empty(self) -> None:
        raise TimeoutError("the streams never end")


async def align(places: Iterable[Place]) -> Mapping[Place, int]:
    """The ledger has read more of one, less of the other, and has the beginning of the third."""
    noted = {READ: 6, AHEAD: 7, NEW: 0}
    return {place: noted[place] for place in places}


def consumer(idle: asyncio.Event, *, stopping: bool) -> Any:
    return ledgered(Noting, align, idle, lambda: stopping)()


async def test_no_hint_is_believed_beyond_the_ledger() -> None:
    """INVARIANT: what is acknowledged and not done is read again — broken by a worker that begins where Kafka says."""
    started = consumer(asyncio.Event(), stopping=False)
    assert await started.seek_to_committed() == {READ: 4, AHEAD: 7, NEW: 0}
    assert started.sought == {AHEAD: 7, NEW: 0}


async def test_a_stop_waits_for_the_batch_in_hand_and_for_nothing_else() -> None:
    """INVARIANT: a stop in a rebalance ends — broken by waiting for acknowledgements that Kafka refuses for ever."""
    idle = asyncio.Event()
    waiting = asyncio.ensure_future(consumer(idle, stopping=True).wait_empty())
    done, _ = await asyncio.wait([waiting], timeout=0.05)
    assert not done, "the batch in hand was left alone"
    idle.set()
    await waiting


async def test_a_partition_that_is_taken_away_waits_for_its_streams() -> None:
    with pytest.raises(TimeoutError):
        await consumer(asyncio.Event(), stopping=False).wait_empty()
