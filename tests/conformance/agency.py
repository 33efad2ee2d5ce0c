"""The police's side of the road: their own outbox, relayed by a real relay in the test's process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from contracts.envelope import Event
from infra.messaging.admin import restore
from infra.messaging.outbox import OutboxWriter
from infra.messaging.producer import Producer
from infra.messaging.relay import Relay
from infra.postgres.pool import Pool
from infra.postgres.unit_of_work import unit_of_work
from tests.conformance.patience import until
from tests.conformance.scene import Scene


@dataclass
class Police:
    """States events durably, whether a broker is there or not."""

    scene: Scene
    pool: Pool

    async def state(self, *events: Event) -> None:
        """One unit of work for each, as their forms do it."""
        for event in events:
            async with unit_of_work(self.pool, outbox=OutboxWriter(self.scene.ground.catalogue, "police")) as uow:
                uow.publish(event)
            self.scene.events.append(event)

    async def all_sent(self) -> None:
        """Wait until the relay has had everything acknowledged."""

        async def none_waits() -> bool:
            return bool(await self.pool.fetchval("select count(*) = 0 from outbox where sent_at is null"))

        await until(none_waits)


@asynccontextmanager
async def relaying(scene: Scene) -> AsyncIterator[Police]:
    """The police with their relay running beside the block."""
    pool = await scene.database.pool("police")
    producer = Producer(scene.servers.bootstrap, client_id="police")
    stop = asyncio.Event()
    catalogue, bootstrap = scene.ground.catalogue, scene.servers.bootstrap
    relay = Relay(pool, producer, schema="police", restore=lambda: restore(catalogue, bootstrap, owner="police"))
    running = asyncio.create_task(relay.run(stop))
    try:
        yield Police(scene, pool)
    finally:
        stop.set()
        await asyncio.wait_for(running, 30)
        await producer.stop()
