"""The clock: a process of its own that wakes at each due and lets the missed duties climb their ladders."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

import structlog

from infra.clock import monotonic
from infra.messaging.outbox import OutboxWriter
from infra.postgres.errors import describe, is_conflict, is_transient
from infra.postgres.listen import Bell
from infra.postgres.pool import Pool
from infra.postgres.unit_of_work import UnitOfWork, unit_of_work
from services.routing.beside import Round
from services.routing.core.climbing.ladder import fire_due
from services.routing.core.model import Fold
from services.routing.loaded import PATIENCE, IncidentKey
from services.routing.measure import count, count_steps
from services.routing.speak import Speaker
from services.routing.statement import fold_waiting
from services.routing.store import QUERIES, lock_and_load, save
from services.routing.waking import DUTIES
from services.routing.world import DirectoryUnusable, Reference

log = structlog.get_logger()
POLL_SECONDS = 1.0
BACK_OFF_SECONDS = 0.5
ASIDE_SECONDS = 60.0


class Clock:
    """Fires what is due. Several clocks may run: a root is locked while one of them looks at it, and a step that fired is not due again.

    A root that cannot be fired stops no other: it is set aside for a minute (machine time) and tried again."""

    def __init__(self, pool: Pool, outbox: OutboxWriter, speaker: Speaker, reference: Reference, rounds: Sequence[Round] = ()) -> None:
        self._pool = pool
        self._outbox = outbox
        self._speaker = speaker
        self._reference = reference
        self._rounds = rounds
        self._aside: dict[str, float] = {}
        self._planned: datetime | None = None

    async def tick(self) -> int:
        """Fire everything due by the business time now; returns how many roots and keys were looked at.

        The rounds come first: what ends at an instant is not missed at it."""
        looked = [await self._go_round(one, things) for one, things in (await self._due_things()).items()]
        aside = self._roots_aside()
        async with unit_of_work(self._pool) as uow:
            roots = [row["root"] for row in await uow.fetch(QUERIES["due_roots"], aside)]
            keys = [(row["status"], row["family"], row["scope"], row["key"]) for row in await uow.fetch(QUERIES["due_waiting"])]
        for root in roots:
            await self._fire_alone(root)
        routed = [await self._route_alone(key) for key in keys]
        return len(roots) + sum(routed) + sum(looked)

    async def _due_things(self) -> dict[Round, Sequence[Any]]:
        """What each round has to look at; nothing while there is no usable directory."""
        async with unit_of_work(self._pool) as uow:
            try:
                world = await self._reference.current(uow)
            except DirectoryUnusable:
                return {}
            return {one: await one.due(uow, world) for one in self._rounds}

    async def _go_round(self, one: Round, things: Sequence[Any]) -> int:
        """Look at everything of a round that is due; a thing that cannot be looked at stops no other and is set aside for a minute."""
        marked = {f"{one.name}/{thing}": thing for thing in things}
        ready = {mark: thing for mark, thing in marked.items() if mark not in self._still_aside()}
        for mark, thing in ready.items():
            try:
                await self._look(one, thing)
            except Exception as error:
                if is_transient(error):
                    raise
                self._aside[mark] = monotonic() + ASIDE_SECONDS
                log.error("clock_round_failed", round=one.name, exc_info=error)
        return len(ready)

    async def _look(self, one: Round, thing: Any) -> None:
        async with unit_of_work(self._pool, outbox=self._outbox) as uow:
            done = await one.look(uow, thing, await self._reference.current(uow))
            if done is None:
                return
            await save(uow, done.loaded, done.folds, done.rows)
            for fold in done.folds:
                self._speaker.say(uow, fold)
                uow.after_commit(partial(count_steps, fold))

    def _still_aside(self) -> list[str]:
        now = monotonic()
        self._aside = {root: until for root, until in self._aside.items() if until > now}
        return list(self._aside)

    def _roots_aside(self) -> list[str]:
        return [mark for mark in self._still_aside() if "/" not in mark]

    async def _fire_alone(self, root: str) -> None:
        try:
            await self._fire_root(root)
        except Exception as error:
            if is_transient(error):
                raise
            self._aside[root] = monotonic() + ASIDE_SECONDS
            log.error("clock_root_failed", incident=root, exc_info=error)

    async def _fire_root(self, root: str) -> None:
        async with unit_of_work(self._pool, outbox=self._outbox) as uow:
            loaded = await lock_and_load(uow, (), (root,))
            world = await self._reference.world(uow, loaded.versions)
            state = loaded.by_incident(root)
            if state is None:
                return
            fold = Fold(state, world, uow.now, f"clock/{root}")
            fire_due(fold)
            await save(uow, loaded, [fold], [])
            self._speaker.say(uow, fold)
            uow.after_commit(partial(count_steps, fold))

    async def _route_alone(self, key: IncidentKey) -> bool:
        """A key that cannot be decided stops no other: it waits on. One that another process opened meanwhile is looked at again."""
        try:
            return await self._route_waiting(key)
        except Exception as error:
            if is_transient(error) or is_conflict(error):
                raise
            log.error("clock_waiting_failed", exc_info=error)
        async with unit_of_work(self._pool) as uow:
            await uow.execute(QUERIES["wait_on"], *key, PATIENCE)
        return True

    async def _route_waiting(self, key: IncidentKey) -> bool:
        """The head of these follow-ups did not come in time: they are decided with what they say. False: another process has them."""
        async with unit_of_work(self._pool, outbox=self._outbox) as uow:
            loaded = await lock_and_load(uow, (key,), ())
            world = await self._reference.world(uow, loaded.versions)
            folded = fold_waiting(loaded, key, world, uow.now)
            await save(uow, loaded, [one.fold for one in folded], [one.row for one in folded])
            for one in folded:
                self._speaker.say(uow, one.fold)
            uow.after_commit(partial(count, [(one.event, one.fold, one.row) for one in folded]))
        return bool(folded)

    async def seconds_to_next(self) -> float:
        """Wall seconds until the next due, at the speed business time runs now; at most the poll."""
        self._planned = None
        async with unit_of_work(self._pool) as uow:
            row = await uow.fetchrow(QUERIES["next_wake"], self._roots_aside())
            nexts = [await self._next_of(one, uow) for one in self._rounds]
        if row is None:
            return POLL_SECONDS
        self._planned = min((moment for moment in (row["at"], *nexts) if moment is not None), default=None)
        return wait_seconds(self._planned, row["now"], row["speed"])

    def heeds(self, channel: str, payload: str) -> float | None:
        """At once if a notification brings something nearer than what is waited for: a duty that is due later wakes nobody."""
        if channel != DUTIES or self._planned is None:
            return 0.0
        return 0.0 if datetime.fromisoformat(payload) < self._planned else None

    async def _next_of(self, one: Round, uow: UnitOfWork) -> datetime | None:
        """When a round is needed next; what was set aside wakes nobody before its minute is over."""
        at = await one.next_at(uow)
        aside = any(mark.startswith(f"{one.name}/") for mark in self._still_aside())
        return None if aside and at is not None and at <= uow.now else at

    async def run(self, stop: asyncio.Event, bell: Bell) -> None:
        """Tick, then sleep to the next due; woken by a nearer due or a moved business time, with the poll as the net."""
        bell.heeds = self.heeds
        while not stop.is_set():
            try:
                if await self.tick() == 0:
                    await bell.wait(await self.seconds_to_next(), stop)
            except Exception as error:
                if not (is_transient(error) or is_conflict(error)):
                    raise
                log.warning("clock_waits_for_database", error=describe(error))
                await asyncio.sleep(BACK_OFF_SECONDS)


def wait_seconds(at: datetime | None, now: datetime, speed: float) -> float:
    """How long to sleep: never longer than the poll, never negative; a stopped clock only polls."""
    if at is None or speed <= 0:
        return POLL_SECONDS
    return min(max((at - now).total_seconds() / speed, 0.0), POLL_SECONDS)
