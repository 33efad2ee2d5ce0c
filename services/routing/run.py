"""Composition roots of routing and of the clock: settings are read here, connections opened, loops started, and nowhere else."""

import asyncio
import json
import os
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

from starlette.types import ASGIApp

from infra.http.app import Router, create_app
from infra.http.auth import read_keys
from infra.http.health import Probes, health_routes
from infra.http.server import serve_http
from infra.messaging.admin import restore
from infra.messaging.consumer import Progress, run_consumer
from infra.messaging.dead_letters import replay_loop
from infra.messaging.delivery import Record, deliver_steadily
from infra.messaging.ledger import Place, align_apart
from infra.messaging.outbox import OutboxWriter
from infra.messaging.producer import Producer
from infra.messaging.relay import Relay
from infra.messaging.retention import purge_loop
from infra.messaging.watchdog import Watchdog
from infra.postgres.errors import is_transient
from infra.postgres.herald import Herald
from infra.postgres.listen import Bell
from infra.postgres.pool import Pool, open_pool
from infra.settings import ClockSettings, RoutingSettings
from services.matters import load_matters
from services.routing.beside import Round
from services.routing.calendars import load_calendars
from services.routing.clock import Clock
from services.routing.core.linking import Matters
from services.routing.digests import DigestItems, DigestRound
from services.routing.expected import CheckRound, DueRound, ExpectedReports, PeriodRound, TakingOverRound
from services.routing.exports import ExportRound
from services.routing.guard import GUARD_KEPT, GuardAnswers, GuardWatcher, PlanRound, PostRound, ReportRound, StateRound
from services.routing.handle import RoutingHandlers
from services.routing.linking import LinkRound, LinkWatcher
from services.routing.packs import FOUNDING, load_shelf
from services.routing.reconcile import reconcile_loop, tell_directory
from services.routing.rounds import ActRound, CalendarRound, DrillRound, HandoverRound, NetRound, SuccessionRound, year_missed
from services.routing.sla.gauges import gauge_loop
from services.routing.sla.monthly import MonthlyReport
from services.routing.sla.routes import Room, sla_routes
from services.routing.speak import Speaker
from services.routing.waking import DUTIES
from services.routing.worker import GROUP, build_worker
from services.routing.world import Reference
from topics.catalogue import Catalogue

SERVICE = "routing"
Transport = Literal["faust", "plain"]
STOP_SECONDS, STUCK_ON_STOP, FAUST_CRASHED = 15, 73, 72


class Parts:
    """What the loops of one process share."""

    def __init__(self, pool: Pool, reference: Reference) -> None:
        catalogue = Catalogue.load()
        self.pool = pool
        self.reference = reference
        self.catalogue = catalogue
        self.herald = Herald(pool)
        self.outbox = OutboxWriter(catalogue, SERVICE, herald=self.herald)
        self.speaker = Speaker(catalogue)
        self.matters = Matters(load_matters())
        self.waiting = False
        self._began = False
        self.assigned: Callable[[], AbstractSet[Place]] = frozenset
        self.reads: Callable[[], bool] = lambda: True

    def watches(self, place: Place) -> bool:
        """What this worker was given; all there is while it was given nothing, for that may be what is wrong."""
        return place in (self.assigned() or {place})

    async def missing(self) -> list[str]:
        """What must be there and is not: a worker is not ready before it reads for the first time; with Kafka away later it waits."""
        try:
            await self.pool.fetchval("select 1")
        except Exception as error:
            if not is_transient(error):
                raise
            return ["postgresql"]
        self._began = self._began or self.reads()
        return [*(["postgresql"] if self.waiting else []), *([] if self._began else ["kafka"])]

    async def degraded(self) -> list[str]:
        """From 1 December on without next year's calendar: events are routed, dues that need it wait."""
        now = await self.pool.fetchval("select bus.business_now()")
        year = year_missed(now, self.reference.calendar_covers)
        return [f"calendar-{year}"] if year is not None else []


@asynccontextmanager
async def open_parts(dsn: Any, application: str, mandates: Path | None, calendars: Path | None) -> AsyncIterator[Parts]:
    """A pool on routing's schema, the mandates and the calendars. PackInvalid, CalendarInvalid: the process does not start."""
    reference = Reference(load_shelf(mandates or FOUNDING), load_calendars(calendars) if calendars else load_calendars(), followed=True)
    pool = await open_pool(dsn, schema=SERVICE, application=application)
    try:
        yield Parts(pool, reference)
    finally:
        await pool.close()


async def serve(
    settings: RoutingSettings, stop: asyncio.Event, *, transport: Transport = "faust", on_port: Callable[[int], None] = lambda _: None
) -> None:
    """One routing worker with its relay, reconciler, replay, retention and watchdog, until ``stop``."""
    async with open_parts(settings.database_dsn, "xietong-routing", settings.mandates_folder, settings.calendars_folder) as parts:
        parts.reads = lambda: False
        watchers = (GuardWatcher(), ExpectedReports(), DigestItems(), LinkWatcher(parts.matters))
        handlers = RoutingHandlers(parts.speaker, parts.reference.world, watchers, (GuardAnswers(),), matters=parts.matters)
        topics = parts.catalogue.read_by(SERVICE)
        producer = Producer(settings.kafka, client_id=SERVICE)
        watchdog = Watchdog(
            settings.kafka, group=GROUP, topics=topics, dsn=settings.database_dsn, mine=parts.watches,
            patience=settings.patience_seconds,
        )  # fmt: skip
        relay = Relay(
            parts.pool, producer, schema=SERVICE, on_wiped=lambda: tell_directory(parts.pool, parts.outbox),
            restore=lambda: restore(parts.catalogue, settings.kafka, owner=SERVICE), herald=parts.herald,
        )  # fmt: skip
        loops: list[Coroutine[Any, Any, Any]] = [
            parts.reference.follow(parts.pool, stop),
            relay.run(stop),
            parts.herald.run(stop),
            reconcile_loop(parts.pool, parts.outbox, parts.speaker, stop),
            replay_loop(parts.pool, handlers, consumer=GROUP, outbox=parts.outbox, stop=stop),
            purge_loop(parts.pool, schema=SERVICE, stop=stop, more=(GUARD_KEPT,)),
            serve_http(_app(parts, watchdog.alive), host=settings.http_host, port=settings.http_port, stop=stop, on_port=on_port),
        ]
        if transport == "plain":
            loops.append(_plain(settings, topics, handlers, parts, stop))
        else:
            loops.append(_faust(settings, topics, handlers, parts, stop))
        watchdog.start()
        try:
            await run_together(loops, stop)
        finally:
            watchdog.stop()
            await producer.stop()


async def serve_clock(settings: ClockSettings, stop: asyncio.Event, *, on_port: Callable[[int], None] = lambda _: None) -> None:
    """The clock with its health endpoints, until ``stop``. What it says is relayed by routing."""
    async with open_parts(settings.database_dsn, "xietong-clock", settings.mandates_folder, settings.calendars_folder) as parts:
        clock = Clock(parts.pool, parts.outbox, parts.speaker, parts.reference, rounds_of(parts, settings.export_folder))
        bell = Bell(parts.pool, DUTIES, "business_time")
        app = _app(parts, lambda: True, *_figures(parts, settings.public_keys_file))
        http = serve_http(app, host=settings.http_host, port=settings.http_port, stop=stop, on_port=on_port)
        aside = (parts.reference.follow(parts.pool, stop), parts.herald.run(stop), gauge_loop(parts.pool, parts.reference, stop))
        await run_together([*aside, bell.listen(stop), clock.run(stop, bell), http], stop)


def rounds_of(parts: Parts, export_folder: Path | None) -> tuple[Round, ...]:
    """Every kind of look that the clock takes beside its dues. Closed tasks are exported where there is a folder for them."""

    def topic_of(role: str) -> str:
        return parts.catalogue.to_service(parts.catalogue.host_of(role))

    told = (DrillRound(), HandoverRound(), ActRound(), SuccessionRound(), CalendarRound(topic_of))
    beside = (*told, LinkRound(parts.matters), NetRound(parts.catalogue))
    expected = (PeriodRound(), TakingOverRound(), DueRound(), CheckRound(), MonthlyReport(), DigestRound())
    exports = (ExportRound(export_folder),) if export_folder is not None else ()
    guard = (PlanRound(), PostRound(), ReportRound(), StateRound(topic_of))
    return (*beside, *guard, *expected, *exports)


async def run_together(loops: Sequence[Coroutine[Any, Any, Any]], stop: asyncio.Event) -> None:
    """Run loops side by side; the first that fails stops all and its exception leaves."""
    async with asyncio.TaskGroup() as group:
        for loop in loops:
            task = group.create_task(loop)
            task.add_done_callback(lambda done: stop.set() if not done.cancelled() and done.exception() else None)


async def _plain(settings: RoutingSettings, topics: Sequence[str], handlers: RoutingHandlers, parts: Parts, stop: asyncio.Event) -> None:
    def heard(progress: Progress) -> None:
        parts.waiting = progress.waiting
        parts.assigned = lambda: progress.places
        parts.reads = lambda: bool(progress.places)

    await run_consumer(
        topics=topics, group=GROUP, bootstrap=settings.kafka, handlers=handlers, pool=parts.pool, outbox=parts.outbox, stop=stop,
        on_progress=heard, instance=settings.instance,
    )  # fmt: skip


async def _faust(settings: RoutingSettings, topics: Sequence[str], handlers: RoutingHandlers, parts: Parts, stop: asyncio.Event) -> None:
    """Faust until ``stop``; a crash of Faust ends the process, and so does a stop that hangs."""

    def heard(waiting: bool) -> None:
        parts.waiting = waiting

    async def settle(batch: Sequence[Record]) -> None:
        await deliver_steadily(batch, handlers, consumer=GROUP, pool=parts.pool, outbox=parts.outbox, waiting=heard)

    async def align(places: Iterable[Place]) -> Mapping[Place, int]:
        return await align_apart(places, bootstrap=settings.kafka, name=GROUP, pool=parts.pool)

    settings.data_folder.mkdir(parents=True, exist_ok=True)
    app = build_worker(settings.kafka, topics, settle, align, folder=settings.data_folder, instance=settings.instance)
    await app.start()
    parts.assigned = app.consumer.assignment
    parts.reads = lambda: bool(app.consumer.assignment()) and not app.rebalancing
    died = asyncio.ensure_future(app.wait_until_stopped())
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait([stopping, died], return_when=asyncio.FIRST_COMPLETED)
    if died.done():
        os._exit(FAUST_CRASHED)
    timer = threading.Timer(STOP_SECONDS, os._exit, (STUCK_ON_STOP,))
    timer.daemon = True
    timer.start()
    await app.stop()
    timer.cancel()


def _figures(parts: Parts, keys: Path | None) -> list[Router]:
    """Whoever signs in may ask; without the sign-in's keys nobody can."""
    if keys is None:
        return []
    return [sla_routes(Room(parts.pool, parts.reference, read_keys(json.loads(keys.read_text(encoding="utf-8")))))]


def _app(parts: Parts, alive: Callable[[], bool], *routers: Router) -> ASGIApp:
    probes = Probes(alive=alive, missing=parts.missing, degraded=parts.degraded)
    return create_app(title="协同 研判", version="1", routers=[health_routes(probes), *routers])
