"""Runs the processes of one data root: starts them in order, restarts what exits, leaves nothing behind."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from infra.embedded.backoff import Backoff
from infra.embedded.keeper import ChildStatus, Keeper
from infra.embedded.lock import hold
from infra.embedded.process import Child
from infra.embedded.ready import Ready, wait_ready
from infra.embedded.records import Records


class Supervisor:
    """Make it with `supervise`; children run until the block ends."""

    def __init__(self, records: Records, backoff: Backoff | None = None) -> None:
        self._records = records
        self._backoff = backoff
        self._keepers: dict[str, Keeper] = {}

    async def start(self, child: Child, *, ready: Ready | None = None, within: float = 60.0) -> None:
        """Start it and wait until `ready` answers True.

        :raises EmbeddedError: not ready within the seconds; it is then still kept, so that a slow start may yet succeed.
        """
        keeper = self._keepers.get(child.name)
        if keeper is None:
            keeper = self._keepers[child.name] = Keeper(child.name, _always(child), records=self._records, backoff=self._backoff)
        await keeper.start()
        if ready is not None:
            await wait_ready(keeper, ready, within=within, logs=(child.log,))

    async def stop(self, name: str) -> None:
        await self._keepers[name].stop()

    async def kill(self, name: str) -> None:
        await self._keepers[name].kill()

    async def restart(self, name: str) -> None:
        await self.stop(name)
        await self._keepers[name].start()

    def status(self) -> tuple[ChildStatus, ...]:
        return tuple(keeper.status() for keeper in self._keepers.values())

    async def stop_all(self) -> None:
        """All at once, signalled in the reverse of the start order."""
        await asyncio.gather(*(keeper.stop() for keeper in reversed(self._keepers.values())))


@asynccontextmanager
async def supervise(root: Path, backoff: Backoff | None = None) -> AsyncIterator[Supervisor]:
    """The one supervisor of services of this data root.

    :raises EmbeddedError: another living supervisor holds the root.
    """
    with hold(root / "services.lock"):
        records = Records(root / "run" / "services")
        await records.end_leftovers()
        supervisor = Supervisor(records, backoff)
        try:
            yield supervisor
        finally:
            await supervisor.stop_all()


def read_status(root: Path) -> tuple[ChildStatus, ...]:
    """What runs on this data root, servers and services, as seen from any process."""
    now = asyncio.get_running_loop().time()
    records = [record for part in ("servers", "services") for record in Records(root / "run" / part).read()]
    return tuple(
        ChildStatus(
            name=record.name, state="running", pid=record.pid, restarts=record.restarts, uptime=now - record.started, last_exit=None
        )
        for record in records
        if record.is_alive()
    )


def _always(child: Child) -> Callable[[], Awaitable[Child]]:
    async def prepare() -> Child:
        return child

    return prepare
