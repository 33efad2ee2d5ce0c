"""Telling channels what a committed work changed: outside its transaction, and many at once."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import structlog

from infra.postgres.errors import describe, is_transient
from infra.postgres.pool import Connection, Pool
from infra.postgres.queries import load
from infra.waiting import first_of

GATHER_SECONDS = 0.05
QUERIES = load(Path(__file__).with_name("herald.sql"))
log = structlog.get_logger()

Telling = tuple[str, str]
"""A channel and its payload."""


async def tell_now(connection: "Connection | Pool", tellings: Iterable[Telling]) -> None:
    """Notify the channels. The work is durable, so a database that is away loses only a wake-up: whoever listens has a poll as the net."""
    channels, payloads = zip(*tellings, strict=True)
    try:
        await connection.execute(QUERIES["tell"], channels, payloads)
    except Exception as error:
        if not is_transient(error):
            raise
        log.warning("telling_lost", count=len(channels), error=describe(error))


@dataclass(frozen=True, slots=True)
class _Ear:
    heard: Callable[[str, str], None]
    alone: Callable[[], bool]


class Herald:
    """A process's voice on its channels. A NOTIFY inside a transaction takes a lock of the whole database until the log is on disk, so that
    of all works that notify only one commits at a time; here the works commit side by side, and what they changed is told afterwards."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._waiting: dict[Telling, None] = {}
        self._rung = asyncio.Event()
        self._ears: dict[str, _Ear] = {}

    def serve(self, channel: str, heard: Callable[[str, str], None], *, alone: Callable[[], bool]) -> None:
        """Call ``heard`` (channel, payload) at once for what this process tells; while ``alone`` nobody else needs to hear it."""
        self._ears[channel] = _Ear(heard, alone)

    def tell(self, tellings: Iterable[Telling]) -> None:
        """Tell channels soon; the same said twice before it was told is told once."""
        for telling in tellings:
            ear = self._ears.get(telling[0])
            if ear is not None:
                ear.heard(*telling)
            if ear is None or not ear.alone():
                self._waiting[telling] = None
                self._rung.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Tell at once what comes after a silence, what follows closely together; until ``stop``."""
        while not stop.is_set():
            await first_of(self._rung, stop)
            await self._tell_all()
            await first_of(stop, seconds=GATHER_SECONDS)

    async def _tell_all(self) -> None:
        waiting, self._waiting = self._waiting, {}
        self._rung.clear()
        if waiting:
            await tell_now(self._pool, waiting)
