"""Outbox → Kafka. One relay per schema sends (it holds the lease), in the order of the outbox; NOTIFY wakes it, a poll is the net."""

import asyncio
import os
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from infra.clock import monotonic
from infra.errors import Unavailable
from infra.messaging.lease import LASTS, Lease
from infra.messaging.producer import Acked, Producer
from infra.metrics import LOG_WIPES, OUTBOX_UNSENT, OUTBOX_UNSENT_AGE, RELAY_FAILURES, RELAY_SECONDS, RELAYED
from infra.postgres.errors import describe, is_transient
from infra.postgres.listen import Bell
from infra.postgres.pool import Pool, Row
from infra.postgres.queries import load

QUERIES = load(Path(__file__).with_name("relay.sql"))
WINDOW, WINDOW_DAYS = 500, 7
POLL_SECONDS, GAUGE_SECONDS, BLOCK_SECONDS, LONGEST_WAIT = 1.0, 5.0, 5.0, 5.0
log = structlog.get_logger()


def _nothing() -> None:
    return None


def this_process() -> str:
    """Who holds a lease: host, process, and a few random letters (a restarted process is another holder)."""
    return f"{socket.gethostname()}:{os.getpid()}:{os.urandom(4).hex()}"


@dataclass(frozen=True, slots=True)
class _Sent:
    row: Row
    ack: Acked


class Relay:
    """``on_wiped`` is called when a Kafka log was found wiped and the window is open again (routing then says its directory anew)."""

    def __init__(
        self,
        pool: Pool,
        producer: Producer,
        *,
        schema: str,
        holder: str | None = None,
        lasts: float = LASTS,
        on_wiped: Callable[[], None] = _nothing,
    ) -> None:
        self._pool = pool
        self._producer = producer
        self._schema = schema
        self._on_wiped = on_wiped
        self._bell = Bell(pool, f"outbox_{schema}")
        self._lease = Lease(pool, "relay", holder=holder or this_process(), schema=schema, lasts=lasts, on_taken=self._taken)
        self._ends: dict[tuple[str, int], int] | None = None
        self._blocked: dict[str, float] = {}
        self._gauged = 0.0

    @property
    def lease(self) -> Lease:
        return self._lease

    async def run(self, stop: asyncio.Event) -> None:
        """Until ``stop``. Kafka or PostgreSQL away: tries again, at most 5 s later; the outbox grows meanwhile and drains afterwards."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._bell.listen(stop))
            group.create_task(self._lease.keep(stop))
            group.create_task(self._work(stop))

    async def _work(self, stop: asyncio.Event) -> None:
        failures = 0
        while not stop.is_set():
            try:
                more = await self.relay_once(stop)
                failures = 0
            except Exception as error:
                if not is_transient(error):
                    raise
                failures += 1
                more = False
                RELAY_FAILURES.labels(self._schema).inc()
                log.warning("relay_retry", schema=self._schema, attempt=failures, error=describe(error))
                await self._producer.renew()
            if not more:
                await self._bell.wait(POLL_SECONDS if failures == 0 else min(LONGEST_WAIT, 0.1 * 2 ** min(failures, 10)), stop)

    async def relay_once(self, stop: asyncio.Event) -> bool:
        """Send one window; True if there is more to send at once. Unavailable when Kafka took none of it."""
        token = self._lease.token
        await self._gauge()
        if token is None:
            return False
        if self._ends is None:
            self._ends = {(row["topic"], row["partition"]): row["last_offset"] for row in await self._pool.fetch(QUERIES.last_offsets)}
        rows = await self._pool.fetch(QUERIES.unsent, self._closed_topics(), WINDOW)
        if not rows:
            return False
        await self._producer.start()
        handed = await self._hand_over(rows)
        sent, failed = await self._acknowledged(handed, stop)
        if self._wiped(sent):
            await self._send_again(token)
            return True
        await self._mark(token, sent)
        if failed:
            raise Unavailable(en="some messages were not acknowledged")
        return len(rows) == WINDOW

    async def _hand_over(self, rows: Sequence[Row]) -> list[tuple[Row, "asyncio.Future[Acked]"]]:
        """In order; a topic that refuses one message gets none after it and rests a while, the others go on."""
        handed: list[tuple[Row, asyncio.Future[Acked]]] = []
        for row in rows:
            if row["topic"] in self._blocked:
                continue
            try:
                handed.append((row, await self._producer.send(row["topic"], row["key"], row["headers"], row["value"])))
            except Unavailable as error:
                self._blocked[row["topic"]] = monotonic() + BLOCK_SECONDS
                log.warning("topic_blocked", topic=row["topic"], reason=error.en)
        return handed

    def _closed_topics(self) -> list[str]:
        now = monotonic()
        self._blocked = {topic: until for topic, until in self._blocked.items() if until > now}
        return list(self._blocked)

    async def _acknowledged(self, handed: Sequence[tuple[Row, "asyncio.Future[Acked]"]], stop: asyncio.Event) -> tuple[list[_Sent], bool]:
        """Wait for all; asked to stop, two seconds longer at most (what is not acknowledged stays unsent)."""
        everything: asyncio.Future[Any] = asyncio.gather(*(future for _, future in handed), return_exceptions=True)
        stopping: asyncio.Future[Any] = asyncio.ensure_future(stop.wait())
        try:
            await asyncio.wait({everything, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not everything.done():
                await asyncio.wait([everything], timeout=2)
        finally:
            stopping.cancel()
            if not everything.done():
                everything.cancel()
        done = [(row, future) for row, future in handed if future.done() and not future.cancelled() and future.exception() is None]
        return [_Sent(row, future.result()) for row, future in done], len(done) < len(handed)

    def _wiped(self, sent: Sequence[_Sent]) -> bool:
        """An acknowledged offset at or below the last one of its partition: that log does not hold what was sent before."""
        ends = dict(self._ends or {})
        for one in sent:
            place = (one.row["topic"], one.ack.partition)
            if one.ack.offset < 0:
                continue
            if one.ack.offset <= ends.get(place, -1):
                log.error("log_wiped", schema=self._schema, topic=place[0], partition=place[1], offset=one.ack.offset, since=ends[place])
                return True
            ends[place] = one.ack.offset
        self._ends = ends
        return False

    async def _mark(self, token: int, sent: Sequence[_Sent]) -> None:
        seconds = await self._pool.fetchval(
            QUERIES.mark_sent, self._lease.name, token, [one.row["seq"] for one in sent], [one.row["topic"] for one in sent],
            [one.ack.partition for one in sent], [one.ack.offset for one in sent],
        )  # fmt: skip
        if seconds is None:
            self._lease.lost()
            log.warning("lease_lost", schema=self._schema, token=token, count=len(sent))
            return
        RELAYED.labels(self._schema).inc(len(seconds))
        for one in seconds:
            RELAY_SECONDS.labels(self._schema).observe(one)

    async def _send_again(self, token: int) -> None:
        count = await self._pool.fetchval(QUERIES.send_again, self._lease.name, token, WINDOW_DAYS)
        self._ends = None
        if count is None:
            self._lease.lost()
            return
        LOG_WIPES.labels("relay").inc()
        log.error("window_sent_again", schema=self._schema, count=count)
        self._on_wiped()

    async def _gauge(self) -> None:
        if monotonic() - self._gauged < GAUGE_SECONDS:
            return
        self._gauged = monotonic()
        (row,) = await self._pool.fetch(QUERIES.backlog)
        OUTBOX_UNSENT.labels(self._schema).set(row["waiting"])
        OUTBOX_UNSENT_AGE.labels(self._schema).set(row["age"])

    def _taken(self) -> None:
        """Another relay may have sent meanwhile: what is known of the logs is read anew."""
        self._ends = None
        self._bell.ring()
