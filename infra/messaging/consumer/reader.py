# mypy: untyped-calls-exclude="aiokafka"
"""One membership in the group: which partitions, read from where, delivered how far, and what Kafka is told of it."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError

from infra.clock import machine_now, monotonic
from infra.messaging.delivery import Handlers, Record, deliver_steadily
from infra.messaging.ledger import Place, align
from infra.messaging.outbox import OutboxWriter
from infra.metrics import CONSUME_SECONDS, CONSUMER_LAG
from infra.postgres.pool import Pool

BATCH, POLL_MS = 500, 200
HINT_SECONDS, QUIT_SECONDS = 1.0, 5.0
log = structlog.get_logger()
Fetched: TypeAlias = "ConsumerRecord[bytes, bytes]"


@dataclass(frozen=True, slots=True)
class Progress:
    """How a consumer fares: settled since it last told, records that wait, whether it waits for PostgreSQL itself, what it was given."""

    settled: int
    lag: int
    waiting: bool
    places: frozenset[Place] = frozenset()


OnProgress = Callable[[Progress], None]


def nobody(_: Progress) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Work:
    """What a consumer does, under which name, and who hears of it."""

    name: str
    handlers: Handlers
    pool: Pool
    outbox: OutboxWriter
    stop: asyncio.Event
    tell: OnProgress


class Reader(ConsumerRebalanceListener):
    """One membership in the group. A partition is read only after it was compared with the ledger."""

    def __init__(self, consumer: AIOKafkaConsumer, work: Work) -> None:
        self._consumer = consumer
        self._work = work
        self._unchecked: set[TopicPartition] = set()
        self._expected: dict[TopicPartition, int] = {}
        self._hinted: dict[TopicPartition, int] = {}
        self._told = monotonic()
        self._settled = 0

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:  # noqa: ARG002
        """What is still in hand is finished: the inbox makes it harmless that the next owner reads it too."""
        for topic in {place.topic for place in self._expected}:
            CONSUMER_LAG.labels(self._work.name, topic).set(0)
        self._unchecked.clear()
        self._expected.clear()
        self._hinted.clear()

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Nothing of these is delivered before the ledger was asked."""
        self._unchecked = set(assigned)
        self._tell(0, waiting=False)

    async def read(self) -> None:
        """Until asked to stop; KafkaError leaves."""
        try:
            while not self._work.stop.is_set():
                if self._unchecked:
                    await self._check()
                fetched = await self._consumer.getmany(timeout_ms=POLL_MS, max_records=BATCH)
                batch = [record for place, records in fetched.items() for record in self._usable(place, records)]
                if batch and not await self._deliver(batch):
                    return
                if monotonic() - self._told >= HINT_SECONDS:
                    await self._report()
        finally:
            await self._hint()

    async def _check(self) -> None:
        wanted = frozenset(self._unchecked)
        positions = await align(self._consumer, self._work.pool, name=self._work.name, partitions=wanted)
        for place, offset in positions.items():
            if place not in self._unchecked:
                continue
            try:
                self._consumer.seek(place, offset)
            except IllegalStateError:
                log.info("partition_gone", consumer=self._work.name, topic=place.topic, partition=place.partition)
            else:
                self._expected[place] = offset
            self._unchecked.discard(place)

    def _usable(self, place: TopicPartition, records: Sequence[Fetched]) -> Sequence[Fetched]:
        """Nothing of a partition that came anew meanwhile; nothing of a log that went back: it is compared first."""
        if place in self._unchecked or place not in self._expected:
            return ()
        if records[0].offset < self._expected[place]:
            self._unchecked.add(place)
            return ()
        self._expected[place] = records[-1].offset + 1
        return records

    async def _deliver(self, batch: Sequence[Fetched]) -> bool:
        settled = await deliver_steadily(
            [_record(one) for one in batch], self._work.handlers, consumer=self._work.name, pool=self._work.pool, outbox=self._work.outbox,
            stop=self._work.stop, waiting=lambda waits: self._tell(0, waiting=waits),
        )  # fmt: skip
        if not settled:
            self._expected.clear()
            return False
        self._settled += len(settled)
        now_ms = machine_now().timestamp() * 1000
        for one in batch:
            CONSUME_SECONDS.labels(self._work.name).observe(max(0.0, now_ms - one.timestamp) / 1000)
        return True

    async def _report(self) -> None:
        self._told = monotonic()
        await self._hint()
        self._tell(self._settled, waiting=False)
        self._settled = 0

    def _tell(self, settled: int, *, waiting: bool) -> None:
        places = frozenset((place.topic, place.partition) for place in self._unchecked | self._expected.keys())
        self._work.tell(Progress(settled, self._lag(), waiting, places))

    async def _hint(self) -> None:
        """Tell Kafka how far we are. Refused after a rebalance: no matter, the ledger knows."""
        moved = {place: offset for place, offset in self._expected.items() if self._hinted.get(place) != offset}
        if not moved:
            return
        try:
            async with asyncio.timeout(QUIT_SECONDS):
                await self._consumer.commit(moved)
        except (KafkaError, IllegalStateError, TimeoutError) as error:
            log.info("hint_refused", consumer=self._work.name, error=type(error).__name__)
        else:
            self._hinted.update(moved)

    def _lag(self) -> int:
        by_topic: dict[str, int] = {}
        for place, offset in self._expected.items():
            end = self._consumer.highwater(place)
            by_topic[place.topic] = by_topic.get(place.topic, 0) + max(0, (end or offset) - offset)
        for topic, lag in by_topic.items():
            CONSUMER_LAG.labels(self._work.name, topic).set(lag)
        return sum(by_topic.values())


def _record(one: Fetched) -> Record:
    headers: Mapping[str, bytes] | Sequence[tuple[str, bytes]] = one.headers
    pairs = tuple(headers.items()) if isinstance(headers, Mapping) else tuple(headers)
    return Record(one.topic, one.partition, one.offset, one.timestamp, one.key, pairs, one.value)
