"""Composition root of an agency: one process with its pool, consumer, relay, loops and HTTP server."""

import asyncio
import json
import signal
from collections.abc import Callable, Coroutine, Iterable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import structlog

from infra.http.auth import read_keys
from infra.http.server import GRACE_SECONDS, serve_http
from infra.log import set_up
from infra.loop import run
from infra.messaging.admin import restore
from infra.messaging.consumer import run_consumer
from infra.messaging.dead_letters import replay_loop
from infra.messaging.outbox import OutboxWriter
from infra.messaging.producer import Producer
from infra.messaging.relay import Relay
from infra.messaging.retention import purge_loop
from infra.messaging.watchdog import Watchdog
from infra.metrics import READY
from infra.postgres.herald import Herald
from infra.postgres.migrate import SchemaPlan
from infra.postgres.pool import Pool, open_pool
from infra.settings import AgencySettings
from services.chassis.agency import Agency
from services.chassis.app import agency_app
from services.chassis.bureau import Bureau
from services.chassis.desk import DeskHandlers
from services.chassis.health import AgencyHealth
from services.chassis.intake.again import run_again
from services.chassis.kept.reminding import kept_loop
from services.chassis.sweep import sweep_loop
from services.chassis.waking import Waker
from services.matters import load_matters
from topics.catalogue import Catalogue

MIGRATIONS = (Path(__file__).parents[2] / "infra" / "http" / "migrations", Path(__file__).with_name("migrations"))
POOL_SIZE = (4, 16)
Told = Callable[[int], None]
log = structlog.get_logger()


def plan_of(service: str) -> SchemaPlan:
    """The schema of an agency's service."""
    return SchemaPlan(service, MIGRATIONS)


async def serve(
    agency: Agency,
    settings: AgencySettings,
    stop: asyncio.Event,
    *,
    on_port: Told | None = None,
    catalogue: Catalogue | None = None,
    watch: bool = True,
) -> None:
    """Run the agency until ``stop``. ``on_port`` is told the port once the server listens; ``watch``: the watchdog may end the process."""
    catalogue = catalogue or Catalogue.load()
    async with AsyncExitStack() as stack:
        pool = await open_pool(settings.database_dsn, schema=agency.name, application=f"xietong-{agency.name}", size=POOL_SIZE)
        stack.push_async_callback(_close, pool)
        producer = Producer(settings.kafka, client_id=f"xietong-{agency.name}")
        stack.push_async_callback(producer.stop)
        herald = Herald(pool)
        outbox = OutboxWriter(catalogue, agency.name, herald=herald)
        relay = _relay(agency.name, settings, herald, pool=pool, producer=producer, catalogue=catalogue)
        bureau = _bureau(agency, settings, pool, outbox)
        topics = catalogue.read_by(agency.name)
        watchdog = Watchdog(settings.kafka, group=agency.name, topics=topics, dsn=settings.database_dsn, schema=agency.name)
        if watch:
            watchdog.start()
            stack.callback(watchdog.stop)
        health = AgencyHealth(pool, settings.database_dsn, plan_of(agency.name), watchdog.alive)
        ready = READY.labels(agency.name)
        stack.callback(ready.set, 0)

        def listening(port: int) -> None:
            ready.set(1)
            if on_port is not None:
                on_port(port)

        app = agency_app(bureau, health.probes(), stop)
        await _together(stop, [
            *_loops(bureau, settings, topics, stop),
            herald.run(stop), relay.run(stop),
            serve_http(app, host=settings.http_host, port=settings.http_port, stop=stop, on_port=listening),
        ])  # fmt: skip


def _relay(schema: str, settings: AgencySettings, herald: Herald, *, pool: Pool, producer: Producer, catalogue: Catalogue) -> Relay:
    return Relay(pool, producer, schema=schema, restore=lambda: restore(catalogue, settings.kafka, owner=schema), herald=herald)


def _bureau(agency: Agency, settings: AgencySettings, pool: Pool, outbox: OutboxWriter) -> Bureau:
    return Bureau(
        agency=agency,
        pool=pool,
        outbox=outbox,
        keys=read_keys(json.loads(settings.public_keys_file.read_text(encoding="utf-8"))),
        seal_key=settings.seal_key_file.read_text(encoding="utf-8").strip(),
        waker=Waker(pool, agency.name),
        secure=settings.links_base.startswith("https:"),
        matters=load_matters(),
    )


def _loops(bureau: Bureau, settings: AgencySettings, topics: tuple[str, ...], stop: asyncio.Event) -> list[Coroutine[Any, Any, None]]:
    pool, outbox, service = bureau.pool, bureau.outbox, bureau.service
    handlers = DeskHandlers(service)
    return [
        run_consumer(
            topics=topics, group=service, bootstrap=settings.kafka, handlers=handlers, pool=pool, outbox=outbox, stop=stop
        ),
        replay_loop(pool, handlers, consumer=service, outbox=outbox, stop=stop),
        purge_loop(pool, schema=service, stop=stop),
        sweep_loop(pool, stop),
        kept_loop(pool, bureau.agency.kept, stop),
        run_again(bureau, stop),
        bureau.waker.run(stop),
    ]  # fmt: skip


async def _together(stop: asyncio.Event, loops: Iterable[Coroutine[Any, Any, None]]) -> None:
    """All loops until ``stop``; the first that fails stops the others and leaves as itself."""
    tasks = [asyncio.ensure_future(loop) for loop in loops]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        for task in done:
            task.result()
    finally:
        stop.set()
        _, late = await asyncio.wait(tasks, timeout=2 * GRACE_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _close(pool: Pool) -> None:
    try:
        await asyncio.wait_for(pool.close(), GRACE_SECONDS)
    except TimeoutError:
        pool.terminate()


def main(agency: Agency) -> None:
    """``python -m services.police``: settings from the environment, until SIGTERM or SIGINT."""
    settings = AgencySettings.read()
    set_up(service=agency.name, level=settings.log_level)

    async def until_signal() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, stop.set)
        await serve(agency, settings, stop, on_port=lambda port: log.info("listening", port=port))

    run(until_signal())
