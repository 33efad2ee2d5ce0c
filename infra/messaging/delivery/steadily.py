"""Deliver a batch until it is settled, however long the database is away."""

import asyncio
from collections.abc import Callable, Sequence

from infra.messaging.delivery.machine import Settled, deliver
from infra.messaging.delivery.outcome import Handlers, Record, Retry
from infra.messaging.outbox import OutboxWriter
from infra.postgres.pool import Pool
from infra.waiting import first_of


def _nobody(_: bool) -> None:
    return None


async def deliver_steadily(
    batch: Sequence[Record],
    handlers: Handlers,
    *,
    consumer: str,
    pool: Pool,
    outbox: OutboxWriter,
    stop: asyncio.Event | None = None,
    waiting: Callable[[bool], None] = _nobody,
) -> Settled:
    """Like ``deliver``, but waits and repeats inside as long as the answer is Retry; ``waiting`` hears of it (readiness).

    With ``stop`` set meanwhile it returns nothing, and nothing is handled: only for callers that do not acknowledge by returning.
    """
    attempt = 0
    while True:
        settled = await deliver(batch, handlers, consumer=consumer, pool=pool, outbox=outbox, attempt=attempt)
        match settled:
            case [(_, Retry(after)), *_]:
                waiting(True)
                attempt += 1
                if await _pause(after, stop):
                    return []
            case _:
                if attempt:
                    waiting(False)
                return settled


async def _pause(seconds: float, stop: asyncio.Event | None) -> bool:
    """Wait; True if asked to stop."""
    if stop is None:
        await asyncio.sleep(seconds)
        return False
    await first_of(stop, seconds=seconds)
    return stop.is_set()
