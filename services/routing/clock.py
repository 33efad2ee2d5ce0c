"""The clock: a process of its own that wakes at each due and lets the missed duties climb their ladders."""

import asyncio
from datetime import datetime
from functools import partial

import structlog

from infra.messaging.outbox import OutboxWriter
from infra.postgres.errors import describe, is_transient
from infra.postgres.listen import Bell
from infra.postgres.pool import Pool
from infra.postgres.unit_of_work import unit_of_work
from services.routing.core.ladder import fire_due
from services.routing.core.model import Fold
from services.routing.measure import count_steps
from services.routing.speak import Speaker
from services.routing.store import QUERIES, lock_and_load, save
from services.routing.world import Reference

log = structlog.get_logger()
POLL_SECONDS = 1.0
BACK_OFF_SECONDS = 0.5


class Clock:
    """Fires what is due. Several clocks may run: a root is locked while one of them looks at it, and a step that fired is not due again."""

    def __init__(self, pool: Pool, outbox: OutboxWriter, speaker: Speaker, reference: Reference) -> None:
        self._pool = pool
        self._outbox = outbox
        self._speaker = speaker
        self._reference = reference

    async def tick(self) -> int:
        """Fire everything due by the business time now; returns how many roots were looked at."""
        async with unit_of_work(self._pool) as uow:
            roots = [row["root"] for row in await uow.fetch(QUERIES["due_roots"])]
        for root in roots:
            await self._fire_root(root)
        return len(roots)

    async def _fire_root(self, root: str) -> None:
        async with unit_of_work(self._pool, outbox=self._outbox) as uow:
            loaded = await lock_and_load(uow, (), (root,))
            world = await self._reference.world(uow, loaded.directory)
            for state in loaded.states.values():
                fold = Fold(state, world, uow.now, f"clock/{root}")
                fire_due(fold)
                await save(uow, [fold], [])
                self._speaker.say(uow, fold)
                uow.after_commit(partial(count_steps, fold))

    async def seconds_to_next(self) -> float:
        """Wall seconds until the next due, at the speed business time runs now; at most the poll."""
        async with unit_of_work(self._pool) as uow:
            row = await uow.fetchrow(QUERIES["next_wake"])
        return wait_seconds(row["at"], row["now"], row["speed"]) if row else POLL_SECONDS

    async def run(self, stop: asyncio.Event, bell: Bell) -> None:
        """Tick, then sleep to the next due; woken by a nearer due or a moved business time, with the poll as the net."""
        while not stop.is_set():
            try:
                if await self.tick() == 0:
                    await bell.wait(await self.seconds_to_next(), stop)
            except Exception as error:
                if not is_transient(error):
                    raise
                log.warning("clock_waits_for_database", error=describe(error))
                await asyncio.sleep(BACK_OFF_SECONDS)


def wait_seconds(at: datetime | None, now: datetime, speed: float) -> float:
    """How long to sleep: never longer than the poll, never negative; a stopped clock only polls."""
    if at is None or speed <= 0:
        return POLL_SECONDS
    return min(max((at - now).total_seconds() / speed, 0.0), POLL_SECONDS)
