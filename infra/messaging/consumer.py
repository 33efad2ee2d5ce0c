# mypy: untyped-calls-exclude="aiokafka"
"""The plain consumer loop: fetch, deliver, fetch again. Where to read on is the ledger's word; Kafka is told now and then, as a hint."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeAlias

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError

from infra.clock import machine_now, monotonic
from infra.messaging.delivery import Handlers, Record, deliver_steadily
from infra.messaging.ledger import align
from infra.messaging.outbox import OutboxWriter
from infra.metrics import CONSUME_SECONDS, CONSUMER_LAG
from infra.postgres.errors import describe, is_transient
from infra.postgres.pool import Pool

BATCH, POLL_MS, FETCH_WAIT_MS = 500, 200, 50
HINT_SECONDS, QUIT_SECONDS, LONGEST_WAIT = 1.0, 5.0, 5.0
log = structlog.get_logger()
Fetched: TypeAlias = "ConsumerRecord[bytes, bytes]"


@dataclass(frozen=True, slots=True)
class Progress:
    """How a consumer fares: settled since it last told, records that wait, and whether it waits for PostgreSQL itself."""

    settled: int
    lag: int
    waiting: bool


OnProgress = Callable[[Progress], None]


def _nobody(_: Progress) -> None:
    return None


async def run_consumer(
    *,
    topics: Sequence[str],
    group: str,
    bootstrap: Sequence[str],
    handlers: Handlers,
    pool: Pool,
    outbox: OutboxWriter,
    stop: asyncio.Event,
    on_progress: OnProgress = _nobody,
    instance: str | None = None,
) -> None:
    """Consume until ``stop``. Brokers or PostgreSQL away: waits and tries again. A fault of the program leaves as an exception.

    ``group`` is the name in Kafka, in the inbox and in the ledger. ``instance``: a static name, unique per process, or None.
    """
    failures = 0
    while not stop.is_set():
        kafka = _client(group, bootstrap, instance)
        reader = _Reader(kafka, group, handlers, pool, outbox, stop, on_progress)
        try:
            kafka.subscribe(topics=list(topics), listener=reader)
            await kafka.start()
            failures = 0
            await reader.read()
        except Exception as error:
            if not (isinstance(error, KafkaError) or is_transient(error)):
                raise
            failures += 1
            log.warning("consumer_retry", consumer=group, attempt=failures, error=describe(error))
        finally:
            await _quit(kafka)
        if failures:
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), min(LONGEST_WAIT, 0.1 * 2 ** min(failures, 10)))


def _client(group: str, bootstrap: Sequence[str], instance: str | None) -> AIOKafkaConsumer:
    return AIOKafkaConsumer(
        bootstrap_servers=list(bootstrap),
        group_id=group,
        group_instance_id=instance or None,
        client_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=FETCH_WAIT_MS,
        max_poll_records=BATCH,
        session_timeout_ms=6_000,
        heartbeat_interval_ms=1_000,
        rebalance_timeout_ms=10_000,
        request_timeout_ms=15_000,
        max_poll_interval_ms=86_400_000,
        metadata_max_age_ms=5_000,
    )


async def _quit(kafka: AIOKafkaConsumer) -> None:
    try:
        async with asyncio.timeout(QUIT_SECONDS):
            await kafka.stop()
    except (KafkaError, OSError, TimeoutError) as error:
        log.warning("consumer_left", error=type(error).__name__)


class _Reader(ConsumerRebalanceListener):
    """One membership in the group. A partition is read only after it was compared with the ledger."""

    def __init__(
        self,
        kafka: AIOKafkaConsumer,
        name: str,
        handlers: Handlers,
        pool: Pool,
        outbox: OutboxWriter,
        stop: asyncio.Event,
        tell: OnProgress,
    ) -> None:
        self._kafka = kafka
        self._name = name
        self._handlers = handlers
        self._pool = pool
        self._outbox = outbox
        self._stop = stop
        self._tell = tell
        self._unchecked: set[TopicPartition] = set()
        self._expected: dict[TopicPartition, int] = {}
        self._hinted: dict[TopicPartition, int] = {}
        self._told = monotonic()
        self._settled = 0

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:  # noqa: ARG002
        """What is still in hand is finished: the inbox makes it harmless that the next owner reads it too."""
        for topic in {place.topic for place in self._expected}:
            CONSUMER_LAG.labels(self._name, topic).set(0)
        self._unchecked.clear()
        self._expected.clear()
        self._hinted.clear()

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Nothing of these is delivered before the ledger was asked."""
        self._unchecked = set(assigned)

    async def read(self) -> None:
        """Until asked to stop; KafkaError leaves."""
        try:
            while not self._stop.is_set():
                if self._unchecked:
                    await self._check()
                fetched = await self._kafka.getmany(timeout_ms=POLL_MS, max_records=BATCH)
                batch = [record for place, records in fetched.items() for record in self._usable(place, records)]
                if batch and not await self._deliver(batch):
                    return
                if monotonic() - self._told >= HINT_SECONDS:
                    await self._report()
        finally:
            await self._hint()

    async def _check(self) -> None:
        wanted = frozenset(self._unchecked)
        positions = await align(self._kafka, self._pool, name=self._name, partitions=wanted)
        for place, offset in positions.items():
            if place not in self._unchecked:
                continue
            try:
                self._kafka.seek(place, offset)
            except IllegalStateError:
                log.info("partition_gone", consumer=self._name, topic=place.topic, partition=place.partition)
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
            [_record(one) for one in batch], self._handlers, consumer=self._name, pool=self._pool, outbox=self._outbox,
            stop=self._stop, waiting=lambda waits: self._tell(Progress(0, self._lag(), waits)),
        )  # fmt: skip
        if not settled:
            self._expected.clear()
            return False
        self._settled += len(settled)
        now_ms = machine_now().timestamp() * 1000
        for one in batch:
            CONSUME_SECONDS.labels(self._name).observe(max(0.0, now_ms - one.timestamp) / 1000)
        return True

    async def _report(self) -> None:
        self._told = monotonic()
        await self._hint()
        self._tell(Progress(self._settled, self._lag(), False))
        self._settled = 0

    async def _hint(self) -> None:
        """Tell Kafka how far we are. Refused after a rebalance: no matter, the ledger knows."""
        moved = {place: offset for place, offset in self._expected.items() if self._hinted.get(place) != offset}
        if not moved:
            return
        try:
            async with asyncio.timeout(QUIT_SECONDS):
                await self._kafka.commit(moved)
        except (KafkaError, IllegalStateError, TimeoutError) as error:
            log.info("hint_refused", consumer=self._name, error=type(error).__name__)
        else:
            self._hinted.update(moved)

    def _lag(self) -> int:
        by_topic: dict[str, int] = {}
        for place, offset in self._expected.items():
            end = self._kafka.highwater(place)
            by_topic[place.topic] = by_topic.get(place.topic, 0) + max(0, (end or offset) - offset)
        for topic, lag in by_topic.items():
            CONSUMER_LAG.labels(self._name, topic).set(lag)
        return sum(by_topic.values())


def _record(one: Fetched) -> Record:
    headers: Mapping[str, bytes] | Sequence[tuple[str, bytes]] = one.headers
    pairs = tuple(headers.items()) if isinstance(headers, Mapping) else tuple(headers)
    return Record(one.topic, one.partition, one.offset, one.timestamp, one.key, pairs, one.value)
