"""One window of outbox rows on its way: handed over in order, acknowledged or not, and topics that rest because they take nothing."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import structlog

from infra.clock import monotonic
from infra.errors import Unavailable
from infra.messaging.producer import Acked
from infra.postgres.pool import Row

ACK_SECONDS, STOP_SECONDS, REST_SECONDS = 10.0, 2.0, 5.0
log = structlog.get_logger()

Place = tuple[str, int]


class Wire(Protocol):
    """Kafka as the relay sees it."""

    async def start(self) -> None:
        """Be connected; Unavailable while no broker answers."""

    async def send(self, topic: str, key: bytes, headers: Mapping[str, str], value: bytes) -> "asyncio.Future[Acked]":
        """Hand a message over; the order within a topic's key is kept. Unavailable if it is not taken."""

    async def renew(self) -> None:
        """Forget everything that is not acknowledged."""

    async def ends(self, topics: Iterable[str]) -> dict[Place, int]:
        """The offset after the last record of every partition of those topics that are there. Unavailable."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A row and where it lies now."""

    row: Row
    ack: Acked


@dataclass(frozen=True, slots=True)
class Sending:
    """What became of a window: rows sent, topics that are not there, topics that did not acknowledge in time."""

    sent: Sequence[Sent]
    refused: frozenset[str]
    late: frozenset[str]


class Window:
    """Sends rows in order. A topic that refuses one message gets none after it and rests a while; the others go on."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._rest: dict[str, float] = {}

    def resting(self) -> list[str]:
        """The topics that rest now."""
        now = monotonic()
        self._rest = {topic: until for topic, until in self._rest.items() if until > now}
        return list(self._rest)

    async def send(self, rows: Sequence[Row], stop: asyncio.Event) -> Sending:
        """Hand over, wait for the acknowledgements; what has none in time stays unsent. Unavailable while no broker answers.

        So does what was handed to the same topic behind it, acknowledged or not: sent anew alone, the first would lie behind the second."""
        await self._wire.start()
        refused: set[str] = set()
        handed: list[tuple[Row, asyncio.Future[Acked]]] = []
        for row in rows:
            if row["topic"] in refused:
                continue
            try:
                handed.append((row, await self._wire.send(row["topic"], row["key"], row["headers"], row["value"])))
            except Unavailable as error:
                refused.add(row["topic"])
                log.warning("topic_refuses", topic=row["topic"], reason=error.en)
        await _wait([future for _, future in handed], stop)
        sent: list[Sent] = []
        late: set[str] = set()
        for row, future in handed:
            if row["topic"] not in late and _acked(future):
                sent.append(Sent(row, future.result()))
            else:
                late.add(row["topic"])
        if late:
            await self._wire.renew()
        resting = refused | late if sent else refused
        self._rest |= dict.fromkeys(resting, monotonic() + REST_SECONDS)
        return Sending(sent, frozenset(refused), frozenset(late))


def _acked(future: "asyncio.Future[Acked]") -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


async def _wait(futures: Sequence["asyncio.Future[Acked]"], stop: asyncio.Event) -> None:
    """Until all are done, or time is up; asked to stop, a little longer only. What is open then is given up."""
    everything: asyncio.Future[Any] = asyncio.gather(*futures, return_exceptions=True)
    stopping: asyncio.Future[Any] = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({everything, stopping}, timeout=ACK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if stopping.done() and not everything.done():
            await asyncio.wait([everything], timeout=STOP_SECONDS)
    finally:
        stopping.cancel()
        if not everything.done():
            everything.cancel()
