"""The live stream of a person's desks: ids of what changed, never content; numbered by the desks' counters, so that nothing is missed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.clock import monotonic
from infra.http.auth import Actor
from infra.http.sse import COMMENT, KEEP_ALIVE, message, opening
from infra.postgres.queries import load
from services.chassis.bureau import Bureau
from services.chassis.waking import Sleeper

WINDOW = 500
LIFETIME = 600.0
"""Seconds; a browser comes back by itself with the last number, and its right to read is looked at again."""
queries = load(Path(__file__).parent / "reading" / "queries.sql")


@dataclass(frozen=True, slots=True)
class Place:
    """How far a stream has read: one number per desk, in the order of the desks' names."""

    desks: tuple[str, ...]
    seqs: tuple[int, ...]

    @property
    def text(self) -> str:
        return ".".join(str(seq) for seq in self.seqs)

    def after(self, desk: str, seq: int) -> "Place":
        """The place behind a change."""
        return Place(self.desks, tuple(seq if own == desk else old for own, old in zip(self.desks, self.seqs, strict=True)))


def read_place(desks: Sequence[str], text: str | None) -> Place | None:
    """The place a browser says it has reached; None when it says none. A text of another set of desks begins at the beginning."""
    if not text:
        return None
    parts = text.split(".")
    if len(parts) != len(desks) or not all(part.isascii() and part.isdigit() and len(part) < 18 for part in parts):
        return Place(tuple(desks), (0,) * len(desks))
    return Place(tuple(desks), tuple(int(part) for part in parts))


async def current_place(bureau: Bureau, actor: Actor) -> Place:
    """The newest numbers of the person's desks."""
    desks = tuple(sorted(actor.desks))
    async with bureau.request(actor) as uow:
        row = await uow.fetchrow(queries["desk_seqs"], list(desks))
    return Place(desks, tuple(row["seqs"]) if row else (0,) * len(desks))


@dataclass(slots=True)
class _Watch:
    """How long a stream may go on: its time, and once a minute whether the person is still signed in."""

    still: Callable[[], Awaitable[bool]]
    ends: float
    checked: float

    async def goes_on(self) -> bool:
        now = monotonic()
        if now - self.checked > 4 * KEEP_ALIVE:
            self.checked = now
            return now < self.ends and await self.still()
        return now < self.ends


@dataclass(frozen=True, slots=True)
class Reader:
    """A stream being read. ``still``: whether the person is still signed in; ``stop``: the process ends."""

    bureau: Bureau
    actor: Actor
    still: Callable[[], Awaitable[bool]]
    stop: asyncio.Event

    async def parts(self, place: Place | None) -> AsyncIterator[bytes]:
        """The bytes of the stream, until the person has signed out, the time is over, or the process ends."""
        watch = _Watch(self.still, ends=monotonic() + LIFETIME, checked=monotonic())
        with self.bureau.waker.sleeper(self.actor.desks) as sleeper:
            place = place or await current_place(self.bureau, self.actor)
            yield opening() + await self._clock(place)
            while not self.stop.is_set() and await watch.goes_on():
                place, changes, more = await self._changes(place)
                if changes:
                    yield changes
                if not more and (word := await self._wait(sleeper, place)):
                    yield word

    async def _wait(self, sleeper: Sleeper, place: Place) -> bytes:
        """Wait for a change; what to say meanwhile: nothing, the clock when it was set, a comment when nothing happens."""
        woken = await sleeper.wait(KEEP_ALIVE)
        if sleeper.clock_moved():
            return await self._clock(place)
        return b"" if woken else COMMENT

    async def _clock(self, place: Place) -> bytes:
        """Business time and its speed, so that a page counts down rightly whatever the PC's clock says."""
        async with self.bureau.request(self.actor) as uow:
            row = await uow.fetchrow(queries["desk_seqs"], list(place.desks))
        if row is None:
            return COMMENT
        return message("time", {"now": row["now"].isoformat(), "speed": row["speed"]}, id=place.text)

    async def _changes(self, place: Place) -> tuple[Place, bytes, bool]:
        async with self.bureau.request(self.actor) as uow:
            rows = await uow.fetch(queries["changes_after"], list(place.desks), list(place.seqs), WINDOW)
        changes: list[bytes] = []
        for row in sorted(rows, key=lambda one: (one["desk"], one["seq"])):
            place = place.after(row["desk"], row["seq"])
            changes.append(message(row["kind"], {"id": row["object"], "ring": row["ring"]}, id=place.text))
        return place, b"".join(changes), len(rows) == WINDOW
