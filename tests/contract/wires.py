"""Kafka as the relay sees it, in memory: logs that tests can look at, wipe, or make refuse."""

import asyncio
from collections.abc import Iterable, Mapping
from zlib import crc32

from infra.errors import Unavailable
from infra.messaging.producer import Acked


class MemoryWire:
    """The fake behind the relay's port; what it promises is what ``test_wire.py`` asks of the real producer too."""

    def __init__(self, topics: Mapping[str, int]) -> None:
        self.partitions = dict(topics)
        self.logs: dict[tuple[str, int], list[str]] = {}
        self.gate: asyncio.Event | None = None
        self.away = False
        self.unheard: set[str] = set()
        self.renewed = 0
        self._started = False

    def log(self, topic: str, partition: int = 0) -> list[str]:
        return self.logs.setdefault((topic, partition), [])

    def wipe(self) -> None:
        """All topics are still there, and empty."""
        self.logs.clear()

    async def start(self) -> None:
        if self.away:
            raise Unavailable(en="no broker answers")
        self._started = True

    async def renew(self) -> None:
        self.renewed += 1
        self._started = False

    async def send(self, topic: str, key: bytes, headers: Mapping[str, str], value: bytes) -> "asyncio.Future[Acked]":
        if not self._started or topic not in self.partitions:
            raise Unavailable(en="not started, or no such topic")
        place = (topic, crc32(key) % self.partitions[topic])
        log = self.log(*place)
        log.append(value.decode())
        return asyncio.ensure_future(self._ack(Acked(place[1], len(log) - 1), value.decode()))

    async def ends(self, topics: Iterable[str]) -> dict[tuple[str, int], int]:
        if self.away:
            raise Unavailable(en="no broker answers")
        known = [topic for topic in topics if topic in self.partitions]
        return {(topic, one): len(self.log(topic, one)) for topic in known for one in range(self.partitions[topic])}

    async def _ack(self, ack: Acked, value: str) -> Acked:
        if value in self.unheard:
            self.unheard.discard(value)
            raise Unavailable(en="the broker has it, and its word did not come")
        if self.gate is not None:
            await self.gate.wait()
        return ack
