"""A lease: one holder at a time by machine time; a token that grows with every holder fences late writes of an earlier one."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import structlog

from infra.clock import monotonic
from infra.metrics import LEASE_HELD
from infra.postgres.errors import describe, is_transient
from infra.postgres.pool import Pool
from infra.postgres.queries import load
from infra.waiting import first_of

QUERIES = load(Path(__file__).with_name("lease.sql"))
LASTS, RETRY_SECONDS = 6.0, 1.0
log = structlog.get_logger()


def _nothing() -> None:
    return None


class Lease:
    """``token`` is there while this process holds the lease. Every write under it must name the token in its own statement."""

    def __init__(
        self, pool: Pool, name: str, *, holder: str, schema: str = "", lasts: float = LASTS, on_taken: Callable[[], None] = _nothing
    ) -> None:
        self.name = name
        self.token: int | None = None
        self._pool = pool
        self._holder = holder
        self._lasts = lasts
        self._on_taken = on_taken
        self._ends = 0.0
        self._gauge = LEASE_HELD.labels(schema, name)

    async def keep(self, stop: asyncio.Event) -> None:
        """Run beside the work: take the lease when it is free, renew it at a third of its time, give it back at the end."""
        try:
            while not stop.is_set():
                await self._step_if_reachable()
                pause = self._lasts / 3 if self.token is not None else min(RETRY_SECONDS, self._lasts / 3)
                await first_of(stop, seconds=pause)
        finally:
            await self.give_back()

    async def _step_if_reachable(self) -> None:
        try:
            await self.step()
        except Exception as error:
            if not is_transient(error):
                raise
            self._expire()
            log.warning("lease_unreachable", error=describe(error))

    async def step(self) -> bool:
        """Renew what is held, else try to take it; True if it is held now."""
        asked = monotonic()
        before = self.token
        if before is not None:
            self.token = await self._pool.fetchval(QUERIES.renew_lease, self.name, before, self._lasts)
            if self.token is None:
                log.warning("lease_lost", token=before)
        else:
            self.token = await self._pool.fetchval(QUERIES.take_lease, self.name, self._holder, self._lasts)
            if self.token is not None:
                log.info("lease_taken", token=self.token, holder=self._holder)
                self._on_taken()
        self._ends = asked + self._lasts
        self._gauge.set(self.token is not None)
        return self.token is not None

    def lost(self) -> None:
        """A statement found the token outdated."""
        self.token = None
        self._gauge.set(0)

    def _expire(self) -> None:
        if self.token is not None and monotonic() >= self._ends:
            self.lost()

    async def give_back(self) -> None:
        """Let the next one in at once; if the database does not answer, its time runs out by itself."""
        token, self.token = self.token, None
        self._gauge.set(0)
        if token is None:
            return
        try:
            async with asyncio.timeout(2):
                await self._pool.execute(QUERIES.give_lease, self.name, token)
        except Exception as error:
            if not is_transient(error):
                raise
            log.warning("lease_not_given_back", error=describe(error))
