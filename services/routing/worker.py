"""The Faust worker: transport only. One batch at a time; nothing leaves the agent, what it cannot explain ends the process."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import faust
from faust.transport.drivers import aiokafka as driver

from infra.messaging.delivery import Record
from services.routing.gathering import AsManyAsThere
from services.routing.offsets import Align, ledgered

Settle = Callable[[Sequence[Record]], Awaitable[None]]
"""Returns only when every record of a batch is done or dead-lettered."""

GROUP, BATCH, WITHIN_SECONDS, UNEXPLAINED = "routing", 200, 0.2, 70


def build_worker(kafka: Sequence[str], topics: Sequence[str], settle: Settle, align: Align, *, folder: Path, instance: str | None) -> faust.App:
    """The app; ``folder`` must exist. Leaving the agent's body would acknowledge the batch, so the process ends instead and replays it;
    a stop may leave it, for the next worker believes the ledger alone."""
    app = faust.App(
        GROUP, broker=[f"kafka://{server}" for server in kafka], store="memory://", datadir=folder / "faust", web_enabled=False,
        topic_disable_leader=True, topic_allow_declare=False, table_standby_replicas=0, key_serializer="raw", value_serializer="raw",
        stream_wait_empty=True, stream_buffer_maxsize=500, broker_max_poll_records=500, broker_commit_interval=0.5,
        broker_session_timeout=6, broker_heartbeat_interval=1, broker_rebalance_timeout=10, broker_request_timeout=15,
        consumer_auto_offset_reset="earliest", consumer_group_instance_id=instance or None,
    )  # fmt: skip
    idle = asyncio.Event()
    idle.set()
    app.transport = _transport(app, align, idle)

    @app.agent(app.topic(*topics, key_type=bytes, value_type=bytes), concurrency=1)
    async def route(stream: Any) -> None:
        async for batch in stream.take_events(AsManyAsThere(BATCH, stream.channel.queue), within=WITHIN_SECONDS):
            if app.should_stop:
                return
            idle.clear()
            try:
                await settle([_record(event.message) for event in batch])
            except BaseException:
                os._exit(UNEXPLAINED)
            idle.set()

    return app


def _transport(app: faust.App, align: Align, idle: asyncio.Event) -> driver.Transport:
    class Transport(driver.Transport):
        Consumer = ledgered(driver.Consumer, align, idle, lambda: app.should_stop)

    return Transport(app.conf.broker_consumer, app)


def _record(m: faust.types.Message) -> Record:
    pairs: Any = m.headers.items() if isinstance(m.headers, dict) else m.headers or ()
    return Record(m.topic, m.partition, m.offset, int(m.timestamp * 1000), m.key, tuple((name, value) for name, value in pairs), m.value)
