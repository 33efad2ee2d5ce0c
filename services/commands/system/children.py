"""The processes of a system under one supervisor: started together, ready when each of them says so."""

import asyncio
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import aiohttp

from infra.embedded import Child, Supervisor
from infra.embedded.files import write_whole
from infra.embedded.ports import claim, is_free
from services.commands.both import both, joined
from services.commands.system.environment import Environments, process_names
from services.commands.system.home import logs_of
from topics.catalogue import Catalogue

FIRST_PORT = 8110
"""The agencies in the order of the catalogue, then routing and the clock."""
_READY_WITHIN = 90.0
_PROBE_SECONDS = 2.0
_PAUSE_SECONDS = 0.25


def claim_ports(home: Path, catalogue: Catalogue) -> dict[str, int]:
    """A loopback port per process, the same over restarts; a new data root begins with the usual ones that are free."""
    names, kept_in = process_names(catalogue), home / "services" / "ports.json"
    if not kept_in.exists():
        usual = {name: FIRST_PORT + place for place, name in enumerate(names) if is_free(FIRST_PORT + place)}
        write_whole(kept_in, json.dumps(usual))
    return claim(names, kept_in=kept_in)


async def start_children(
    supervisor: Supervisor, environments: Environments, ports: Mapping[str, int], progress: Callable[[str], None]
) -> None:
    """Start every process at once; returns when all are ready. EmbeddedError carries the end of the log of one that is not."""
    waiting = set(ports)

    async def start(process: str, port: int) -> None:
        child = _child(process, environments, port)
        await supervisor.start(child, ready=lambda: _is_ready_after_a_pause(port), within=_READY_WITHIN)
        waiting.discard(process)
        progress(_readiness(process, sorted(waiting)))

    starts = [asyncio.create_task(start(process, port), name=f"start-{process}") for process, port in ports.items()]
    try:
        await asyncio.gather(*starts)
    finally:
        for task in starts:
            task.cancel()


def _readiness(process: str, waiting: Sequence[str]) -> str:
    ready = both(f"{process} 已就绪", f"{process} is ready")
    return joined(ready, both(f"，还在等 {'、'.join(waiting)}", f", waiting for {', '.join(waiting)}")) if waiting else ready


def _child(process: str, environments: Environments, port: int) -> Child:
    return Child(
        name=process,
        argv=(sys.executable, "-m", "services", "serve", process),
        log=logs_of(environments.place.home) / f"{process}.log",
        env=environments.of(process, port),
    )


async def _is_ready_after_a_pause(port: int) -> bool:
    """Being asked costs a starting process time that it needs itself."""
    await asyncio.sleep(_PAUSE_SECONDS)
    return await is_ready(port)


async def is_ready(port: int, *, patience: float = _PROBE_SECONDS) -> bool:
    """Whether the process at this port says, within some seconds, that it can work."""
    timeout = aiohttp.ClientTimeout(total=patience)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(f"http://127.0.0.1:{port}/readyz") as answer:
            return answer.status == 200
    except (aiohttp.ClientError, TimeoutError, OSError):
        return False
