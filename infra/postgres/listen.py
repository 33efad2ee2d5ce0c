"""NOTIFY as a bell: it only wakes; whoever waits looks for itself and has a poll as its net."""

import asyncio
from collections.abc import Callable

import structlog

from infra.postgres.errors import describe, is_transient
from infra.postgres.pool import Connection, Pool
from infra.waiting import first_of

CHECK_SECONDS = 20.0
log = structlog.get_logger()


def _at_once(_channel: str, _payload: str) -> float:
    return 0.0


class Bell:
    """Rings when a channel is notified, and after every new connection (what was missed meanwhile may matter).

    ``heeds``: after how many seconds a notification (channel, payload) rings, None: not at all; at once unless whoever waits says otherwise."""

    def __init__(self, pool: Pool, *channels: str) -> None:
        self._pool = pool
        self._channels = channels
        self._rung = asyncio.Event()
        self._later: asyncio.TimerHandle | None = None
        self.heeds: Callable[[str, str], float | None] = _at_once

    def ring(self) -> None:
        """Wake whoever waits, now or the next time."""
        self._rung.set()

    def hear(self, channel: str, payload: str) -> None:
        """What a notification does to the bell."""
        seconds = self.heeds(channel, payload)
        if seconds == 0.0:
            self.ring()
        elif seconds is not None and self._later is None:
            self._later = asyncio.get_running_loop().call_later(seconds, self.ring)

    async def wait(self, seconds: float, stop: asyncio.Event) -> None:
        """Until it rings, the seconds are over, or ``stop`` is set."""
        try:
            await first_of(self._rung, stop, seconds=seconds)
        finally:
            self._rung.clear()
            if self._later is not None:
                self._later.cancel()
                self._later = None

    async def listen(self, stop: asyncio.Event) -> None:
        """Run beside the one who waits: keeps a connection of its own listening, and replaces it when it is lost."""
        while not stop.is_set():
            try:
                async with self._pool.acquire() as connection:
                    await self._stay(connection, stop)
            except Exception as error:
                if not is_transient(error):
                    raise
                log.warning("listen_lost", error=describe(error))
                await first_of(stop, seconds=1.0)

    async def _stay(self, connection: Connection, stop: asyncio.Event) -> None:
        def heard(_connection: object, _pid: int, channel: str, payload: object) -> None:
            self.hear(channel, str(payload))

        for channel in self._channels:
            await connection.add_listener(channel, heard)
        try:
            self.ring()
            while not stop.is_set():
                await first_of(stop, seconds=CHECK_SECONDS)
                await connection.fetchval("select 1")
        finally:
            if not connection.is_closed():
                for channel in self._channels:
                    await connection.remove_listener(channel, heard)
