"""What Faust's consumer believes of Kafka's offsets: nothing that the ledger does not say, and on a stop nothing at all."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from infra.messaging.ledger import Place

Align = Callable[[Iterable[Place]], Awaitable[Mapping[Place, int]]]
"""Tells where the ledger has partitions read on."""


def ledgered(consumer: Any, align: Align, idle: asyncio.Event, stopping: Callable[[], bool]) -> Any:
    """The consumer class of a Faust transport, with two answers of its own. ``idle`` while no batch is in hand."""

    class Consumer(consumer):  # type: ignore[misc]
        async def seek_to_committed(self) -> Mapping[Any, Any]:
            """Before anything is read: Kafka's committed offset is a hint, never to be believed beyond the ledger."""
            hints = dict(await super().seek_to_committed())
            noted = await align(hints)
            back = {place: noted[place] for place, hint in hints.items() if hint is None or hint > noted[place]}
            await self.seek_wait(back)
            return hints | back

        async def wait_empty(self) -> None:
            """On a stop the batch in hand ends; whether Kafka, perhaps in a rebalance, takes the hint is not waited for."""
            await (idle.wait() if stopping() else super().wait_empty())

    return Consumer
