"""A process to be killed: it reads what routing tells the police, notes it, and answers through its own outbox."""

import asyncio
import sys

from infra.messaging.consumer import run_consumer
from infra.messaging.delivery import Received
from infra.messaging.producer import Producer
from infra.messaging.relay import Relay
from infra.postgres.pool import open_pool
from infra.postgres.unit_of_work import UnitOfWork
from tests.integration.messaging.mail import Noting, answer, number_of, writer


def say(uow: UnitOfWork, received: Received) -> None:
    number = number_of(received)
    uow.publish(answer(number, incident=f"incident-{number % 7}"))


async def main(dsn: str, bootstrap: str, topic: str) -> None:
    pool = await open_pool(dsn, schema="police", application="victim")
    producer = Producer((bootstrap,), client_id="victim")
    stop = asyncio.Event()
    handlers = Noting(tell=say)
    consuming = run_consumer(
        topics=[topic], group="police", bootstrap=(bootstrap,), handlers=handlers, pool=pool, outbox=writer("police"), stop=stop
    )
    await asyncio.gather(consuming, Relay(pool, producer, schema="police", lasts=1.0).run(stop))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
