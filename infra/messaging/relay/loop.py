"""The relay's loop: lease, window, marks; and what to do when Kafka's data is gone."""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable

import structlog

from infra.clock import monotonic
from infra.errors import Unavailable
from infra.messaging.lease import LASTS, Lease
from infra.messaging.relay.marks import WINDOW, Marks, went_back
from infra.messaging.relay.probe import NEVER, Probe
from infra.messaging.relay.window import Place, Window, Wire
from infra.metrics import LOG_WIPES, OUTBOX_UNSENT, OUTBOX_UNSENT_AGE, RELAY_FAILURES, RELAY_SECONDS, RELAYED
from infra.postgres.errors import describe, is_transient
from infra.postgres.herald import Herald
from infra.postgres.listen import Bell
from infra.postgres.pool import Pool
from infra.postgres.unit_of_work import SOON

POLL_SECONDS, GAUGE_SECONDS, LONGEST_WAIT = 1.0, 5.0, 5.0
PATIENCE_SECONDS = 0.1
"""So long at most what is patient waits for something that is not, and then travels with it."""
log = structlog.get_logger()
Act = Callable[[], Awaitable[object] | None]


def _nothing() -> None:
    return None


def _heeds(_channel: str, payload: str) -> float:
    return PATIENCE_SECONDS if payload == SOON else 0.0


def this_process() -> str:
    """Who holds a lease: host, process, and a few random letters (a restarted process is another holder)."""
    return f"{socket.gethostname()}:{os.getpid()}:{os.urandom(4).hex()}"


class Relay:
    """``on_wiped`` runs before the window is sent again because a log was wiped (routing then says its directory anew).

    ``restore`` makes the topics that this service owns, if some are gone. Both may be awaitable; both may run more than once.
    ``herald``: the voice of this process, which the relay hears without a round trip while it holds the lease.
    """

    def __init__(
        self,
        pool: Pool,
        producer: Wire,
        *,
        schema: str,
        holder: str | None = None,
        lasts: float = LASTS,
        on_wiped: Act = _nothing,
        restore: Act = _nothing,
        herald: Herald | None = None,
    ) -> None:
        self._schema = schema
        self._wire = producer
        self._on_wiped = on_wiped
        self._restore = restore
        self._bell = Bell(pool, f"outbox_{schema}")
        self._bell.heeds = _heeds
        self.lease = Lease(pool, "relay", holder=holder or this_process(), schema=schema, lasts=lasts, on_taken=self._taken)
        self._marks = Marks(pool, self.lease)
        self._window = Window(producer)
        self._ends: dict[Place, int] | None = None
        self._probe = Probe(producer)
        self._gauged = NEVER
        if herald is not None:
            herald.serve(f"outbox_{schema}", self._bell.hear, alone=lambda: self.lease.token is not None)

    async def run(self, stop: asyncio.Event) -> None:
        """Until ``stop``. Kafka or PostgreSQL away: tries again, at most 5 s later; the outbox grows meanwhile and drains afterwards."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._bell.listen(stop))
                group.create_task(self.lease.keep(stop))
                group.create_task(self._work(stop))
        finally:
            await self._probe.end()

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
                await self._wire.renew()
            if not more:
                await self._bell.wait(POLL_SECONDS if failures == 0 else min(LONGEST_WAIT, 0.1 * 2 ** min(failures, 10)), stop)

    async def relay_once(self, stop: asyncio.Event) -> bool:
        """Send one window; True if there is more to send at once. Unavailable when Kafka took none of it."""
        await self._gauge()
        token = self.lease.token
        if token is None:
            return False
        if self._ends is None:
            self._ends = await self._marks.last_offsets()
        lost = self._probe.lost(self._ends)
        if lost:
            log.error("log_wiped", schema=self._schema, topic=lost[0][0], partition=lost[0][1], count=len(lost))
            return await self._send_again(token)
        rows = await self._marks.unsent(self._window.resting())
        if not rows:
            return False
        sending = await self._window.send(rows, stop)
        after, wiped = went_back(self._ends, sending.sent)
        if wiped is not None:
            log.error("log_wiped", schema=self._schema, topic=wiped[0], partition=wiped[1], since=self._ends[wiped])
            return await self._send_again(token)
        self._ends = after
        if sending.sent and not self._note(await self._marks.sent(token, sending.sent), token):
            return False
        if sending.refused or sending.late:
            await _do(self._restore)
        if sending.late and not sending.sent:
            raise Unavailable(en="nothing was acknowledged")
        return len(rows) == WINDOW

    async def _send_again(self, token: int) -> bool:
        """Every step can be repeated: dying anywhere here, the next relay finds the same log and does it all again."""
        await _do(self._restore)
        await _do(self._on_wiped)
        count = await self._marks.reopen(token)
        self._ends = None
        self._probe.forget()
        if count is None:
            self.lease.lost()
            return False
        LOG_WIPES.labels("relay").inc()
        log.error("window_sent_again", schema=self._schema, count=count)
        return True

    def _note(self, seconds: list[float] | None, token: int) -> bool:
        if seconds is None:
            self.lease.lost()
            log.warning("lease_lost", schema=self._schema, token=token)
            return False
        RELAYED.labels(self._schema).inc(len(seconds))
        for one in seconds:
            RELAY_SECONDS.labels(self._schema).observe(one)
        return True

    async def _gauge(self) -> None:
        if monotonic() - self._gauged < GAUGE_SECONDS:
            return
        self._gauged = monotonic()
        waiting, age = await self._marks.backlog()
        OUTBOX_UNSENT.labels(self._schema).set(waiting)
        OUTBOX_UNSENT_AGE.labels(self._schema).set(age)

    def _taken(self) -> None:
        """Another relay may have sent meanwhile: what is known of the logs is read anew, and the logs are looked at."""
        self._ends = None
        self._probe.forget()
        self._bell.ring()


async def _do(act: Act) -> None:
    result = act()
    if result is not None:
        await result
