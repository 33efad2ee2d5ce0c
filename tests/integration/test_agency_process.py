"""One whole agency process: it posts, relays, consumes, answers, streams and stops; with Kafka away it posts and answers all the same."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from aiokafka import AIOKafkaConsumer

from infra.embedded import Servers
from infra.http.auth import public_keys
from infra.messaging.admin import apply
from infra.messaging.producer import Producer
from infra.seal import new_private_key
from infra.settings import AgencySettings
from services import police
from services.chassis.run import serve
from tests.integration.agency_desk import (
    POLICE_DESK,
    SIGN_IN,
    STATION_DESK,
    a_notification,
    a_token,
    an_actor,
    an_alarm,
    an_envelope,
    encoded,
)
from tests.servers import Database, until
from topics.catalogue import Catalogue

CATALOGUE = Catalogue.load()
NOBODY = "127.0.0.1:1"


@dataclass
class Process:
    """The running agency: where it listens, and how it is stopped."""

    port: int
    stop: asyncio.Event
    task: "asyncio.Task[None]"

    def client(self, desk: str) -> httpx.AsyncClient:
        token = a_token(an_actor(desk, service="police"))
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "k-1"}
        return httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", headers=headers, timeout=30)


@asynccontextmanager
async def running(database: Database, kafka: tuple[str, ...], folder: Path) -> AsyncIterator[Process]:
    (folder / "public.json").write_text(json.dumps(public_keys(SIGN_IN)))
    (folder / "police.seal").write_text(new_private_key())
    settings = AgencySettings(
        service="police",
        database_dsn=database.dsn("xt_police"),
        kafka=kafka,
        public_keys_file=folder / "public.json",
        seal_key_file=folder / "police.seal",
    )
    stop, ports = asyncio.Event(), list[int]()
    task = asyncio.create_task(serve(police.agency, settings, stop, on_port=ports.append, watch=False))
    await until(lambda: bool(ports) or task.done())
    if task.done():
        task.result()
    try:
        yield Process(ports[0], stop, task)
    finally:
        stop.set()
        await asyncio.wait_for(task, 60)


async def published(servers: Servers, topic: str, count: int) -> list[bytes]:
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=list(servers.bootstrap), auto_offset_reset="earliest")
    await consumer.start()
    try:
        return [(await asyncio.wait_for(anext(consumer), 30)).value for _ in range(count)]
    finally:
        await consumer.stop()


async def test_an_agency_posts_hears_answers_streams_and_stops(servers: Servers, agency_database: Database, tmp_path: Path) -> None:
    await servers.kafka.wipe()
    await servers.kafka.start()
    await apply(CATALOGUE, servers.bootstrap)
    producer = Producer(servers.bootstrap, client_id="routing")
    await producer.start()
    async with running(agency_database, servers.bootstrap, tmp_path) as process, process.client(POLICE_DESK) as poster:
        posted = await poster.post("/api/alarms", json={"data": an_alarm(), "county": "990102"})
        assert posted.status_code == 202, posted.text
        (value,) = await published(servers, "xietong.police.alarm.v1", 1)
        assert json.loads(value)["alarm_no"] == "J370100000412"

        issued = a_notification(STATION_DESK)
        message = encoded(an_envelope("bus.notification.issued", issued, to=STATION_DESK), issued)
        await (await producer.send("xietong.routing.to-police.v1", message.key, {k: v.decode() for k, v in message.headers}, message.value))
        async with process.client(STATION_DESK) as station:
            listed: list[str] = []

            async def arrived() -> bool:
                listed[:] = [one["id"] for one in (await station.get("/api/notifications")).json()["items"]]
                return bool(listed)

            await until(arrived)
            assert listed == [issued.notification]
            (answer,) = await published(servers, "xietong.police.answer.v1", 1)
            assert json.loads(answer)["notification"] == issued.notification
            async with station.stream("GET", "/api/stream?after=0") as stream:
                lines = stream.aiter_lines()
                heard = [await asyncio.wait_for(anext(lines), 20) for _ in range(9)]
                assert "retry: 2000" in heard
                assert f'data: {{"id":"{issued.notification}","ring":"loud"}}' in heard
                answers = {path: (await poster.get(path)).status_code for path in ("/livez", "/readyz", "/metrics", "/openapi.json")}
                assert set(answers.values()) == {200}, answers
                process.stop.set()
                await asyncio.wait_for(asyncio.shield(process.task), 30)
    await producer.stop()


async def test_with_kafka_away_an_agency_posts_and_answers(agency_database: Database, tmp_path: Path) -> None:
    async with running(agency_database, (NOBODY,), tmp_path) as process, process.client(POLICE_DESK) as poster:
        posted = await poster.post("/api/alarms", json={"data": an_alarm(), "county": "990102"})
        assert posted.status_code == 202, posted.text
        assert (await poster.get("/readyz")).json()["status"] == "ready"
        pool = await agency_database.pool("police")
        await pool.execute("update outbox set created_at = created_at - interval '1 minute'")
        assert (await poster.get("/readyz")).json() == {"status": "ready", "degraded": ["kafka"], "missing": []}
