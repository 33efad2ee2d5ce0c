"""Servers and services for the length of a block; Ctrl-C and SIGTERM end the block in order, and nothing is left behind."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.embedded import Supervisor, embedded_servers, supervise
from infra.embedded.process import identity
from infra.settings import refuse_unknown
from services.commands.both import both
from services.commands.errors import WrongUse
from services.commands.serve import known_variables
from services.commands.system.children import claim_ports, start_children
from services.commands.system.environment import Environments
from services.commands.system.home import cache_of
from services.commands.system.looking import directory_arrived
from services.commands.system.place import DSN, KAFKA, Place, place_of_environment
from services.commands.system.prepare import prepare
from services.commands.system.quiet import log_to_file
from services.commands.system.secrets import Secrets
from services.commands.system.state import Mode, RunState, forget_state, write_state
from services.commands.system.words import in_both
from topics.catalogue import Catalogue

DIRECTORY_SECONDS = 60.0
Progress = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class System:
    """What runs: every process is ready, its port known."""

    place: Place
    secrets: Secrets
    catalogue: Catalogue
    supervisor: Supervisor

    def url(self, service: str) -> str:
        return f"http://127.0.0.1:{self.place.ports[service]}"


Furnish = Callable[[Place, Secrets, Catalogue], Awaitable[None]]
"""What a command does after migrations and topics and before the first process starts."""


async def bare(place: Place, secrets: Secrets, catalogue: Catalogue) -> None:
    """Nothing more."""


@asynccontextmanager
async def servers_at(home: Path, *, external: bool, progress: Progress) -> AsyncIterator[Place]:
    """The embedded servers of the data root, or those that the environment names."""
    if external:
        place = place_of_environment(home, os.environ)
        if place is None:
            raise WrongUse(f"--external 需要环境变量 {DSN} 和 {KAFKA}", en=f"--external needs {DSN} and {KAFKA} in the environment")
        yield place
        return
    async with embedded_servers(home, progress=lambda line: progress(in_both(line)), cache=cache_of(home)) as servers:
        yield Place(home, servers.postgres_dsn, servers.bootstrap)


@asynccontextmanager
async def running_system(
    home: Path, mode: Mode, progress: Progress, *, external: bool = False, furnish: Furnish = bare
) -> AsyncIterator[System]:
    """Everything, started and ready. UnknownSetting before anything starts; EmbeddedError: a server or a process did not become ready."""
    refuse_unknown(os.environ, known_variables())
    log_to_file(home)
    catalogue, secrets = Catalogue.load(), Secrets.of(home)
    async with AsyncExitStack() as stack:
        bare_place = await stack.enter_async_context(servers_at(home, external=external, progress=progress))
        supervisor = await stack.enter_async_context(supervise(home))
        place = Place(home, bare_place.dsn, bare_place.kafka, claim_ports(home, catalogue))
        progress(both("服务器已就绪，检查迁移和主题", "the servers are ready, looking at migrations and topics"))
        await prepare(place, secrets, catalogue, progress)
        await furnish(place, secrets, catalogue)
        progress(both("启动各部门服务、路由和时钟", "starting the agencies, routing and the clock"))
        await start_children(supervisor, Environments(place, secrets), place.ports, progress)
        await directory_arrived(place, catalogue.services(), within=DIRECTORY_SECONDS)
        write_state(home, _state(mode, place, embedded=not external))
        stack.callback(forget_state, home)
        stack.callback(progress, both("正在停止 …", "stopping …"))
        yield System(place=place, secrets=secrets, catalogue=catalogue, supervisor=supervisor)


def _state(mode: Mode, place: Place, *, embedded: bool) -> RunState:
    return RunState(
        mode=mode,
        pid=os.getpid(),
        identity=identity(os.getpid()) or "",
        database_dsn=place.dsn,
        kafka=place.kafka,
        ports=dict(place.ports),
        embedded=embedded,
    )


async def until_interrupted(work: Coroutine[Any, Any, None]) -> bool:
    """Run it to its end; the first SIGINT or SIGTERM cancels it, later ones change nothing. True when it was interrupted."""
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    asked = False

    def ask() -> None:
        nonlocal asked
        if not asked:
            asked = True
            task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ask)
    try:
        await task
        return False
    except asyncio.CancelledError:
        if not asked:
            raise
        return True
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
