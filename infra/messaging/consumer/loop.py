"""A consumer for as long as the process lives: one membership in the group after another."""

# mypy: untyped-calls-exclude="aiokafka"
import asyncio
from collections.abc import Sequence

import structlog
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from infra.messaging.consumer.reader import BATCH, QUIT_SECONDS, OnProgress, Reader, Work, nobody
from infra.messaging.delivery import Handlers
from infra.messaging.outbox import OutboxWriter
from infra.postgres.errors import describe, is_transient
from infra.postgres.pool import Pool
from infra.waiting import first_of

FETCH_WAIT_MS, LONGEST_WAIT = 500, 5.0
log = structlog.get_logger()


async def run_consumer(
    *,
    topics: Sequence[str],
    group: str,
    bootstrap: Sequence[str],
    handlers: Handlers,
    pool: Pool,
    outbox: OutboxWriter,
    stop: asyncio.Event,
    on_progress: OnProgress = nobody,
    instance: str | None = None,
) -> None:
    """Consume until ``stop``. Brokers or PostgreSQL away: waits and tries again. A fault of the program leaves as an exception.

    ``group`` is the name in Kafka, in the inbox and in the ledger. ``instance``: a static name, unique per process, or None.
    """
    work = Work(group, handlers, pool, outbox, stop, on_progress)
    failures = 0
    while not stop.is_set():
        consumer = _client(group, bootstrap, instance)
        reader = Reader(consumer, work)
        try:
            consumer.subscribe(topics=list(topics), listener=reader)
            await consumer.start()
            failures = 0
            await reader.read()
        except Exception as error:
            if not (isinstance(error, KafkaError) or is_transient(error)):
                raise
            failures += 1
            log.warning("consumer_retry", consumer=group, attempt=failures, error=describe(error))
        finally:
            await _quit(consumer)
        if failures:
            await first_of(stop, seconds=min(LONGEST_WAIT, 0.1 * 2 ** min(failures, 10)))


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


async def _quit(consumer: AIOKafkaConsumer) -> None:
    try:
        async with asyncio.timeout(QUIT_SECONDS):
            await consumer.stop()
    except (KafkaError, OSError, TimeoutError) as error:
        log.warning("consumer_left", error=type(error).__name__)
