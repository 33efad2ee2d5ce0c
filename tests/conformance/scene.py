"""One test's stage: an empty road, a database, a producer, and as many workers as the test starts."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiokafka import AIOKafkaProducer

from contracts.envelope import Event
from infra.embedded import Servers, Supervisor
from tests.conformance.alarms import ALARMS, Message, messages
from tests.conformance.eyes import Eyes
from tests.conformance.ground import Ground
from tests.conformance.worker import Worker, settings_for
from tests.servers import Database


@dataclass
class Scene:
    """``transport``: what all workers of this test are run by."""

    transport: str
    ground: Ground
    database: Database
    supervisor: Supervisor
    folder: Path
    eyes: Eyes
    producer: AIOKafkaProducer
    events: list[Event] = field(default_factory=list)

    @property
    def servers(self) -> Servers:
        return self.ground.servers

    async def worker(self, name: str = "routing", **settings: str) -> Worker:
        """A worker, started."""
        known = settings_for(self.database, self.servers.bootstrap)
        worker = Worker(name, self.transport, self.supervisor, self.folder, {**known, **settings})
        await worker.start()
        return worker

    async def send(self, stated: Sequence[Message], *, topic: str = ALARMS) -> None:
        """Straight into the log, in order; returns when all are acknowledged."""
        sent = [await self.producer.send(topic, one.value, key=one.key, headers=list(one.headers)) for one in stated]
        await asyncio.gather(*sent)

    async def state(self, *events: Event) -> None:
        """Events that count: each is to be decided once."""
        self.events += events
        await self.send(messages(events))

    async def settled(self) -> None:
        """Wait until everything stated is decided and everything said is sent."""
        await self.eyes.until_decided(len(self.events))
        await self.eyes.until_sent()


@asynccontextmanager
async def trickling(scene: Scene, chapters: Iterable[Sequence[Event]], *, pause: float = 0.05) -> AsyncIterator[None]:
    """State these events beside the block, a few at a time, for as long as it lasts: something is always under way."""
    over = asyncio.Event()

    async def state() -> None:
        for chapter in chapters:
            if over.is_set():
                return
            await scene.state(*chapter)
            await asyncio.sleep(pause)

    task = asyncio.create_task(state())
    try:
        yield
        over.set()
        await task
    finally:
        task.cancel()
