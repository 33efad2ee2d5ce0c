"""The one message machine: one transaction for a batch, halves when something in it is poison, nothing at all when time heals it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from infra.clock import monotonic
from infra.messaging.delivery.item import Item, firsts, read, stretches
from infra.messaging.delivery.outcome import DeadLetter, Done, Handlers, Outcome, Poison, Received, Record, Retry
from infra.messaging.delivery.park import park
from infra.messaging.outbox import OutboxWriter
from infra.metrics import DEAD_LETTERS, DELIVER_SECONDS, EVENTS, INBOX_DUPLICATES, LEDGER_HOLES, RETRIES
from infra.postgres.errors import describe, is_conflict, is_too_slow, is_transient
from infra.postgres.pool import Pool
from infra.postgres.queries import load
from infra.postgres.unit_of_work import Opening, UnitOfWork, unit_of_work

QUERIES = load(Path(__file__).with_name("delivery.sql"))
FIRST_WAIT, LONGEST_WAIT = 0.1, 5.0
SLOW_ATTEMPTS = 8
"""So often a batch may be too slow for the database (four minutes and more) before what makes it so is looked for and parked."""
log = structlog.get_logger()

Settled = list[tuple[Record, Outcome]]


async def deliver(
    batch: Sequence[Record],
    handlers: Handlers,
    *,
    consumer: str,
    pool: Pool,
    outbox: OutboxWriter,
    attempt: int = 0,
    ledger: bool = True,
) -> Settled:
    """Handle a batch; returns what became of each record, in order. Either every outcome is Retry or none is.

    ``attempt``: how often this batch was tried before; Retry's wait grows with it from 0.1 to 5 s. ``ledger`` False: a replay.
    What is too slow for the database again and again is narrowed down and parked like what it refuses.
    Raises only for what can be neither handled nor stored: a fault of this program, which should end the process.
    """
    began = monotonic()
    machine = _Machine(handlers, consumer, pool, outbox, ledger, patient=attempt < SLOW_ATTEMPTS)
    try:
        settled = await machine.settle([read(record, handlers.accepts) for record in batch])
    except Exception as error:
        if not is_transient(error):
            raise
        RETRIES.labels(consumer).inc()
        after = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(attempt, 10))
        log.warning("deliver_retry", consumer=consumer, count=len(batch), attempt=attempt, after=after, error=describe(error))
        return [(record, Retry(after)) for record in batch]
    DELIVER_SECONDS.labels(consumer).observe(monotonic() - began)
    return settled


@dataclass(frozen=True, slots=True)
class _Machine:
    handlers: Handlers
    consumer: str
    pool: Pool
    outbox: OutboxWriter
    ledger: bool
    patient: bool

    async def settle(self, items: Sequence[Item], *, again: bool = False) -> Settled:
        """Handle items in one transaction, or narrow them down. Transient errors leave.

        A lone event that met the row of a concurrent transaction is looked at once more: the row is committed by now.
        """
        if not items:
            return []
        try:
            await self._attempt(items)
        except Exception as error:
            if is_transient(error) and (self.patient or not is_too_slow(error)):
                raise
            if is_conflict(error) and len(items) == 1 and not again:
                return await self.settle(items, again=True)
            return await self._narrow(items, error)
        return [(item.record, DeadLetter(item.fault.reason) if item.fault else Done()) for item in items]

    async def _narrow(self, items: Sequence[Item], error: Exception) -> Settled:
        good = [place for place, item in enumerate(items) if item.good]
        if not good and len(items) == 1:
            raise error
        culprit = _named(items, error) if isinstance(error, Poison) else None
        if culprit is None and len(good) == 1:
            culprit = good[0]
        if culprit is not None:
            if not isinstance(error, Poison):
                log.error("handler_failed", consumer=self.consumer, exc_info=error)
            return await self.settle([item.spoiled(error) if place == culprit else item for place, item in enumerate(items)])
        middle = len(items) // 2
        return [*await self.settle(items[:middle]), *await self.settle(items[middle:])]

    async def _attempt(self, items: Sequence[Item]) -> None:
        arriving = firsts(items)
        async with unit_of_work(self.pool, outbox=self.outbox, opening=self._opening(items, arriving)) as uow:
            events = list(arriving.values())
            fresh = [events[place - 1] for place in sorted(uow.opened["fresh"])]
            if fresh:
                await self.handlers.handle(uow, fresh)
            parked = [
                item.fault.reason
                for item in items
                if item.fault is not None and await park(uow, item, item.fault, consumer=self.consumer, outbox=self.outbox, queries=QUERIES)
            ]
            duplicates = sum(item.good for item in items) - len(fresh)
            self._count_after(uow, fresh, duplicates, parked)

    def _opening(self, items: Sequence[Item], arriving: dict[tuple[str, str], Received]) -> Opening:
        places = stretches(items) if self.ledger else {}
        return Opening(QUERIES.arrive, (
            self.consumer, [source for source, _ in arriving], [id for _, id in arriving],
            [topic for topic, _ in places], [partition for _, partition in places],
            [one.first for one in places.values()], [one.after for one in places.values()], [one.first_ms for one in places.values()],
        ))  # fmt: skip

    def _count_after(self, uow: UnitOfWork, fresh: Sequence[Received], duplicates: int, parked: Sequence[str]) -> None:
        holes = uow.opened["holes"] or []

        def count() -> None:
            for received in fresh:
                EVENTS.labels(self.consumer, received.event.name).inc()
            INBOX_DUPLICATES.labels(self.consumer).inc(duplicates)
            for reason in parked:
                DEAD_LETTERS.labels(self.consumer, reason).inc()
                log.warning("message_parked", consumer=self.consumer, reason=reason)
            for hole in holes:
                LEDGER_HOLES.labels(self.consumer).inc()
                log.error("offsets_skipped", consumer=self.consumer, **hole)

        uow.after_commit(count)


def _named(items: Sequence[Item], error: Poison) -> int | None:
    """The place of the event that a Poison names."""
    if error.event is None:
        return None
    identity = error.event.identity
    return next((place for place, item in enumerate(items) if item.good and item.identity == identity), None)
