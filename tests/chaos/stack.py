"""The whole system as processes of the operating system on a data root of its own, as `xietong up` runs it."""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil

from contracts.ids import role_of, unit_of
from infra.clock import monotonic
from infra.embedded import ChildStatus, read_status
from infra.http.auth import Actor
from services.commands.system.children import is_ready
from services.commands.system.place import Place
from services.commands.system.prepare import bring_directory
from services.commands.system.running import System, running_system
from services.commands.system.secrets import Secrets
from services.demo.tokens import access_token
from services.routing.directory import load_documents
from tests.servers import until
from topics.catalogue import Catalogue

BACK_SECONDS = 30.0


class Stack:
    """What runs, with everything a client or a killer needs of it."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._tokens: dict[str, str] = {}

    @property
    def dsn(self) -> str:
        return self._system.place.dsn

    @property
    def catalogue(self) -> Catalogue:
        return self._system.catalogue

    @property
    def processes(self) -> tuple[str, ...]:
        """Agencies, routing, clock."""
        return tuple(self._system.place.ports)

    def url_of(self, desk: str) -> str:
        return self._system.url(self.catalogue.host_of(role_of(desk)))

    def token_of(self, desk: str) -> str:
        """An access token of a person at the desk."""
        if desk not in self._tokens:
            service = self.catalogue.host_of(role_of(desk))
            actor = Actor(ref=f"p-{unit_of(desk)}", shown="测*", unit=unit_of(desk), desks=(desk,), service=service)
            self._tokens[desk] = access_token(self._system.secrets, actor)
        return self._tokens[desk]

    async def kill(self, process: str) -> float:
        """SIGKILL, as a crash does it: nobody is told. Seconds until another one is ready; TimeoutError after twice what is promised."""
        before, began = self._status(process), monotonic()
        assert before.pid is not None, f"{process} does not run"
        os.kill(before.pid, signal.SIGKILL)

        async def back() -> bool:
            now = self._status(process)
            return now.pid not in (None, before.pid) and await is_ready(self._system.place.ports[process])

        await until(back, within=2 * BACK_SECONDS)
        return monotonic() - began

    async def kill_server(self, name: str) -> None:
        """SIGKILL for an embedded server (``postgres``, ``kafka-1``); its keeper starts it again."""
        found = next(status for status in read_status(self._system.place.home) if status.name == name)
        assert found.pid is not None, f"{name} does not run"
        os.kill(found.pid, signal.SIGKILL)

    def cpu_seconds(self) -> dict[str, float]:
        """Process → processor time so far, its children's with it."""
        used: dict[str, float] = {}
        for status in read_status(self._system.place.home):
            family = [psutil.Process(status.pid), *psutil.Process(status.pid).children(recursive=True)] if status.pid else []
            times = [one.cpu_times() for one in family]
            used[status.name] = sum(time.user + time.system + time.children_user + time.children_system for time in times)
        return used

    def _status(self, process: str) -> ChildStatus:
        return next(status for status in self._system.supervisor.status() if status.name == process)


@asynccontextmanager
async def running_stack(home: Path) -> AsyncIterator[Stack]:
    """Everything ready, the story district imported, no business time but the wall clock's."""

    async def furnish(place: Place, secrets: Secrets, catalogue: Catalogue) -> None:
        await bring_directory(place, secrets, catalogue, load_documents())

    async with running_system(home, "up", lambda _: None, furnish=furnish) as system:
        yield Stack(system)
