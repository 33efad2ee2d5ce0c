"""Looks, beside the sending, whether every log still holds what was sent to it."""

import asyncio
from collections.abc import Mapping

import structlog

from infra.clock import monotonic
from infra.messaging.relay.window import Place, Wire
from infra.postgres.errors import describe, is_transient

CHECK_SECONDS, END_SECONDS = 10.0, 5.0
NEVER = float("-inf")
log = structlog.get_logger()


class Probe:
    """One look every few seconds, in a task of its own: sending never waits for it.

    What was expected when it began still holds when it ends, for a log only grows.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._begun = NEVER
        self._look: asyncio.Task[list[Place]] | None = None
        self._stale = False

    def lost(self, ends: Mapping[Place, int]) -> list[Place]:
        """Partitions whose log ends before what was sent to it, as the last finished look found; begins the next look when it is time."""
        found: list[Place] = []
        if self._look is not None and self._look.done():
            found = [] if self._stale else self._look.result()
            self._look = None
        if self._look is None and ends and monotonic() - self._begun >= CHECK_SECONDS:
            self._begun = monotonic()
            self._stale = False
            self._look = asyncio.ensure_future(self._compare(dict(ends)))
        return found

    def forget(self) -> None:
        """What was looked at does not count any more; look anew soon."""
        self._begun = NEVER
        self._stale = True

    async def end(self) -> None:
        """Let a look finish that is under way, a few seconds at most."""
        if self._look is not None:
            await asyncio.wait({self._look}, timeout=END_SECONDS)
            self._look.cancel()

    async def _compare(self, ends: Mapping[Place, int]) -> list[Place]:
        try:
            found = await self._wire.ends({topic for topic, _ in ends})
        except Exception as error:
            if not is_transient(error):
                raise
            log.info("logs_not_seen", error=describe(error))
            return []
        return [place for place, last in ends.items() if found.get(place, 0) <= last]
