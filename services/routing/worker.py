"""The Faust worker: transport only. One batch at a time; nothing leaves the agent, what it cannot explain ends the process."""

import os
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import faust

from infra.messaging.delivery import Record

Settle = Callable[[Sequence[Record]], Awaitable[None]]
"""Delivers a batch and returns only when every record is done or dead-lettered."""

GROUP = "routing"
BATCH = 200
WITHIN_SECONDS = 0.005
UNEXPLAINED = 70


def build_worker(kafka: Sequence[str], topics: Sequence[str], settle: Settle, *, folder: Path, instance: str | None) -> faust.App:
    """The app; ``folder`` must exist. Leaving the agent's body would acknowledge the batch, so the process ends instead and replays it."""
    app = faust.App(
        GROUP,
        broker=[f"kafka://{server}" for server in kafka],
        store="memory://",
        datadir=folder / "faust",
        topic_disable_leader=True,
        topic_allow_declare=False,
        table_standby_replicas=0,
        web_enabled=False,
        key_serializer="raw",
        value_serializer="raw",
        stream_wait_empty=True,
        stream_buffer_maxsize=500,
        broker_max_poll_records=500,
        broker_commit_interval=0.5,
        broker_session_timeout=6,
        broker_heartbeat_interval=1,
        broker_rebalance_timeout=10,
        broker_request_timeout=15,
        consumer_auto_offset_reset="earliest",
        consumer_group_instance_id=instance or None,
    )

    @app.agent(app.topic(*topics, key_type=bytes, value_type=bytes), concurrency=1)
    async def route(stream: Any) -> None:
        async for batch in stream.take_events(BATCH, within=WITHIN_SECONDS):
            try:
                await settle([_record(event.message) for event in batch])
            except BaseException:
                os._exit(UNEXPLAINED)

    return app


def _record(m: faust.types.Message) -> Record:
    pairs: Any = m.headers.items() if isinstance(m.headers, dict) else m.headers or ()
    headers = tuple((name, value) for name, value in pairs)
    return Record(m.topic, m.partition, m.offset, int(m.timestamp * 1000), m.key, headers, m.value)
