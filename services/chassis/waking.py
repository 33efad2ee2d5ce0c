"""Who waits for changes at which desk: one listening connection per process wakes the streams of the desk that changed."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

import structlog

from infra.postgres.errors import describe, is_transient
from infra.postgres.pool import Connection, Pool
from infra.waiting import first_of

CHECK_SECONDS = 20.0
CLOCK_CHANNEL = "business_time"
log = structlog.get_logger()


class Sleeper:
    """One stream that waits. ``clock_moved``: business time was set anew since it was last asked."""

    def __init__(self) -> None:
        self._woken = asyncio.Event()
        self._clock_moved = False

    def wake(self, *, clock: bool = False) -> None:
        """Wake it now, or the next time it waits."""
        self._clock_moved = self._clock_moved or clock
        self._woken.set()

    async def wait(self, seconds: float) -> bool:
        """True when woken, False when the time is over."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), seconds)
        woken = self._woken.is_set()
        self._woken.clear()
        return woken

    def clock_moved(self) -> bool:
        """Whether the clock was set; asking forgets it."""
        moved, self._clock_moved = self._clock_moved, False
        return moved


class Waker:
    """Hears ``desk_<schema>`` (payload: the desk) and ``business_time``; after a lost connection it wakes everybody."""

    def __init__(self, pool: Pool, schema: str) -> None:
        self._pool = pool
        self._channel = f"desk_{schema}"
        self._sleepers: dict[str, set[Sleeper]] = {}

    @contextmanager
    def sleeper(self, desks: Iterable[str]) -> Iterator[Sleeper]:
        """A sleeper for the changes of some desks, as long as the block lasts."""
        one, places = Sleeper(), list(desks)
        for desk in places:
            self._sleepers.setdefault(desk, set()).add(one)
        try:
            yield one
        finally:
            for desk in places:
                waiting = self._sleepers[desk]
                waiting.discard(one)
                if not waiting:
                    del self._sleepers[desk]

    def wake(self, desk: str) -> None:
        """Wake the streams of a desk."""
        for one in self._sleepers.get(desk, ()):
            one.wake()

    def wake_all(self, *, clock: bool = False) -> None:
        """Wake every stream: something may have been missed, or the clock was set."""
        for waiting in self._sleepers.values():
            for one in waiting:
                one.wake(clock=clock)

    async def run(self, stop: asyncio.Event) -> None:
        """Listen until ``stop``; a lost connection is replaced. At the end everybody is woken, to see that it is the end."""
        while not stop.is_set():
            try:
                async with self._pool.acquire() as connection:
                    await self._stay(connection, stop)
            except Exception as error:
                if not is_transient(error):
                    raise
                log.warning("listen_lost", error=describe(error))
                await first_of(stop, seconds=1.0)
        self.wake_all()

    async def _stay(self, connection: Connection, stop: asyncio.Event) -> None:
        def desk_changed(_connection: object, _pid: int, _channel: str, desk: object) -> None:
            self.wake(str(desk))

        def clock_set(*_: object) -> None:
            self.wake_all(clock=True)

        await connection.add_listener(self._channel, desk_changed)
        await connection.add_listener(CLOCK_CHANNEL, clock_set)
        try:
            self.wake_all(clock=True)
            while not stop.is_set():
                await first_of(stop, seconds=CHECK_SECONDS)
                await connection.fetchval("select 1")
        finally:
            if not connection.is_closed():
                await connection.remove_listener(self._channel, desk_changed)
                await connection.remove_listener(CLOCK_CHANNEL, clock_set)
