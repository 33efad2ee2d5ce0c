# mypy: untyped-calls-exclude="aiokafka"
"""The one producer of a process: idempotent, acknowledged by all in-sync replicas, in order per partition."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError

from infra.errors import Unavailable
from infra.messaging.admin import places_of
from infra.messaging.onlooker import know

REQUEST_TIMEOUT_MS = 15_000
TOPIC_SECONDS, FLUSH_SECONDS = 2.0, 2.0
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Acked:
    """Where a message lies. ``offset`` is negative when the broker knows only that it has it already."""

    partition: int
    offset: int


class Producer:
    """Start it once per process; a producer that broke for good is replaced by a new one at the next ``renew``."""

    def __init__(self, bootstrap: Sequence[str], *, client_id: str) -> None:
        self._bootstrap = list(bootstrap)
        self._client_id = client_id
        self._inner: AIOKafkaProducer | None = None
        self._known: set[str] = set()

    async def start(self) -> None:
        """Connect; Unavailable while no broker answers."""
        if self._inner is not None:
            return
        inner = AIOKafkaProducer(
            bootstrap_servers=self._bootstrap,
            client_id=self._client_id,
            acks="all",
            enable_idempotence=True,
            linger_ms=0,
            request_timeout_ms=REQUEST_TIMEOUT_MS,
            retry_backoff_ms=100,
            metadata_max_age_ms=60_000,
            max_request_size=1024 * 1024,
            max_batch_size=256 * 1024,
        )
        try:
            await inner.start()
        except (KafkaError, OSError) as error:
            await inner.stop()
            raise Unavailable(en="no Kafka broker answers") from error
        self._inner = inner

    async def send(self, topic: str, key: bytes, headers: Mapping[str, str], value: bytes) -> "asyncio.Future[Acked]":
        """Hand a message to the producer; messages handed over one after another keep their order within a partition.

        The future brings the acknowledgement. Unavailable if the topic is not known or the producer is not started.
        """
        if self._inner is None:
            raise Unavailable(en="the producer is not started")
        pairs = [(name, text.encode()) for name, text in headers.items()]
        try:
            await self._know(self._inner, topic)
            sent = await self._inner.send(topic, value, key=key, headers=pairs)
        except (KafkaError, OSError, TimeoutError) as error:
            raise Unavailable(en=f"the message is not taken: {type(error).__name__}") from error
        return asyncio.ensure_future(_acked(sent))

    async def _know(self, inner: AIOKafkaProducer, topic: str) -> None:
        """A topic that is not there is refused soon; the client itself would hold everything up for a whole request's time."""
        if topic not in self._known:
            async with asyncio.timeout(TOPIC_SECONDS):
                await inner.partitions_for(topic)
            self._known.add(topic)

    async def ends(self, topics: Iterable[str]) -> dict[tuple[str, int], int]:
        """The offset after the last record of every partition of those topics that are there. Unavailable."""
        places = await places_of(sorted(topics), self._bootstrap)
        if not places:
            return {}
        consumer = AIOKafkaConsumer(bootstrap_servers=self._bootstrap, request_timeout_ms=REQUEST_TIMEOUT_MS)
        try:
            await consumer.start()
            know(consumer, places)
            found = await consumer.end_offsets(places)
        except (KafkaError, OSError) as error:
            raise Unavailable(en="the ends of the logs are not known") from error
        finally:
            await consumer.stop()
        return {(place.topic, place.partition): end for place, end in found.items()}

    async def renew(self) -> None:
        """Throw the inner producer away; what it still held is not acknowledged and stays unsent for the caller."""
        inner, self._inner = self._inner, None
        self._known.clear()
        if inner is not None:
            await _quit(inner)

    async def stop(self) -> None:
        """Leave within two seconds, whether the broker answers or not."""
        await self.renew()


async def _acked(sent: "asyncio.Future[object]") -> Acked:
    try:
        metadata = await sent
    except (KafkaError, OSError) as error:
        raise Unavailable(en=f"not acknowledged: {type(error).__name__}") from error
    return Acked(int(getattr(metadata, "partition")), int(getattr(metadata, "offset")))  # noqa: B009  untyped


async def _quit(inner: AIOKafkaProducer) -> None:
    """Flush for two seconds; what the broker has not taken by then is dropped here (it is still in the outbox)."""
    try:
        async with asyncio.timeout(FLUSH_SECONDS):
            await inner.flush()
            await inner.stop()
    except (KafkaError, OSError, TimeoutError) as error:
        log.warning("producer_left_unflushed", error=type(error).__name__)
        await _abandon(inner)


async def _abandon(inner: AIOKafkaProducer) -> None:
    """The client's own stop waits for its unsent messages, and so for the broker, however long: end its sender and connections instead."""
    inner._closed = True
    leaving = asyncio.ensure_future(inner._sender.close())
    await asyncio.sleep(0)
    await inner.client.close()
    await asyncio.wait({leaving}, timeout=REQUEST_TIMEOUT_MS / 1000)
    if not leaving.done():
        leaving.cancel()
    elif leaving.exception() is not None:
        log.warning("producer_broke", error=type(leaving.exception()).__name__)
