"""Every process of the city in one asyncio loop: six agencies, routing on the plain transport, the clock; real Kafka, real PostgreSQL."""

import asyncio
import importlib
import json
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from infra.clock import machine_now
from infra.http.auth import Actor, issue, new_key, public_keys
from infra.seal import new_private_key, public_key_of
from infra.settings import AgencySettings, ClockSettings, RoutingSettings
from services.chassis import run as chassis_run
from services.chassis.agency import Agency
from services.routing import run as routing_run
from topics.catalogue import Catalogue

START_SECONDS, STOP_SECONDS = 60.0, 30.0


@dataclass
class Keys:
    """The sign-in's key, each service's sealing key, and the files that hold what the services read."""

    folder: Path
    catalogue: Catalogue
    signing: Any = field(default_factory=lambda: new_key("city"))
    seals: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.public_file.write_text(json.dumps(public_keys(self.signing)))
        for service in self.catalogue.services():
            self.seals[service] = new_private_key()
            self.seal_file(service).write_text(self.seals[service])

    @property
    def public_file(self) -> Path:
        return self.folder / "public.json"

    def seal_file(self, service: str) -> Path:
        return self.folder / f"{service}.seal"

    def public_seals(self) -> dict[str, str]:
        return {service: public_key_of(key) for service, key in self.seals.items()}

    def token(self, actor: Actor) -> str:
        return issue(self.signing, actor, use="access", number=f"city-{actor.ref}", now=machine_now(), ttl=timedelta(hours=1))


class Engine:
    """Starts and stops the processes. ``dsn``: role → DSN; ``ports``: service → its HTTP port; ``more``: declarations made up by a test."""

    def __init__(
        self,
        *,
        keys: Keys,
        dsn: Callable[[str], str],
        kafka: tuple[str, ...],
        folder: Path,
        more: Mapping[str, Agency] | None = None,
        mandates: Path | None = None,
    ) -> None:
        self.keys = keys
        self._more = more or {}
        self._mandates = mandates
        self.ports: dict[str, int] = {}
        self.dsn = dsn
        self._kafka = kafka
        self._folder = folder
        self._stops: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task[Any]] = {}

    async def start(self) -> None:
        for service in self.keys.catalogue.services():
            self._run(service, self._agency(service))
        self._run("routing", self._routing())
        self._run("clock", self._clock())
        async with asyncio.timeout(START_SECONDS):
            while self.ports.keys() < self._tasks.keys():
                self.check()
                await asyncio.sleep(0.01)

    def check(self) -> None:
        """No process of a healthy city has ended."""
        for name, task in self._tasks.items():
            if task.done() and not self._stops[name].is_set():
                raise AssertionError(f"{name} ended by itself") from task.exception()
            if task.done() and task.exception() is not None:
                raise AssertionError(f"{name} failed") from task.exception()

    async def end(self, name: str) -> None:
        """One process ends and the others go on."""
        self._stops[name].set()
        await asyncio.wait([self._tasks[name]], timeout=STOP_SECONDS)

    async def stop(self) -> None:
        for stop in self._stops.values():
            stop.set()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks.values(), timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
            with suppress(BaseExceptionGroup):
                results = await asyncio.gather(*self._tasks.values(), return_exceptions=True)
            failed = {name: result for name, result in zip(self._tasks, results, strict=True) if isinstance(result, BaseException)}
            assert not failed, f"ended badly: {failed}"
            assert not late, "some processes did not stop"

    def _run(self, name: str, start: "Callable[[asyncio.Event, Callable[[int], None]], Coroutine[Any, Any, None]]") -> None:
        stop = self._stops[name] = asyncio.Event()
        self._tasks[name] = asyncio.create_task(start(stop, lambda port: self.ports.__setitem__(name, port)), name=name)

    def _agency(self, service: str) -> "Callable[[asyncio.Event, Callable[[int], None]], Coroutine[Any, Any, None]]":
        settings = AgencySettings(
            service=service,
            database_dsn=self.dsn(f"xt_{service}"),
            kafka=self._kafka,
            public_keys_file=self.keys.public_file,
            seal_key_file=self.keys.seal_file(service),
        )
        agency = self._more.get(service) or importlib.import_module(f"services.{service}").agency
        return lambda stop, on_port: chassis_run.serve(agency, settings, stop, on_port=on_port, catalogue=self.keys.catalogue)

    def _routing(self) -> "Callable[[asyncio.Event, Callable[[int], None]], Coroutine[Any, Any, None]]":
        settings = RoutingSettings(
            database_dsn=self.dsn("xt_routing"), kafka=self._kafka, data_folder=self._folder / "routing", mandates_folder=self._mandates
        )
        return lambda stop, on_port: routing_run.serve(settings, stop, transport="plain", on_port=on_port)

    def _clock(self) -> "Callable[[asyncio.Event, Callable[[int], None]], Coroutine[Any, Any, None]]":
        settings = ClockSettings(database_dsn=self.dsn("xt_clock"), kafka=self._kafka, mandates_folder=self._mandates)
        return lambda stop, on_port: routing_run.serve_clock(settings, stop, on_port=on_port)


def with_seal_keys(documents: list[dict[str, Any]], seals: Mapping[str, str]) -> list[dict[str, Any]]:
    """The directory documents with the public sealing keys where the services look for them."""
    return [{**document, "seal_keys": dict(seals)} if document["unit"] == "bus-990100" else document for document in documents]
