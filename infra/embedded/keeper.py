"""Keeps one process alive: any exit that nobody asked for is followed by a restart."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

import structlog

from infra.embedded.backoff import Backoff
from infra.embedded.errors import EmbeddedError
from infra.embedded.killing import kill_family, sweep_group
from infra.embedded.process import Child, identity, spawn
from infra.embedded.records import Record, Records

log = structlog.get_logger(__name__)

State = Literal["running", "waiting", "stopped"]


@dataclass(frozen=True, kw_only=True)
class ChildStatus:
    """`uptime` in seconds, 0 when it does not run; `restarts` since the supervisor's start."""

    name: str
    state: State
    pid: int | None
    restarts: int
    uptime: float
    last_exit: int | None


class Keeper:
    """`prepare` is asked for the command before every start, so that ports and left files can be looked after."""

    def __init__(self, name: str, prepare: Callable[[], Awaitable[Child]], *, records: Records, backoff: Backoff | None = None) -> None:
        self.name = name
        self.restarts = 0
        self.last_exit: int | None = None
        self._prepare = prepare
        self._records = records
        self._backoff = backoff or Backoff()
        self._task: asyncio.Task[None] | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._child: Child | None = None
        self._started = 0.0
        self._one_at_a_time = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def status(self) -> ChildStatus:
        state: State = "running" if self.pid else "stopped" if self._task is None else "waiting"
        uptime = asyncio.get_running_loop().time() - self._started if self.pid else 0.0
        return ChildStatus(name=self.name, state=state, pid=self.pid, restarts=self.restarts, uptime=uptime, last_exit=self.last_exit)

    async def start(self) -> None:
        """Returns when the process exists, not when it is ready; a second call while it is kept does nothing."""
        async with self._one_at_a_time:
            if self._task is None:
                process = await self._spawn()
                self._task = asyncio.create_task(self._keep(process), name=f"keep-{self.name}")

    async def stop(self) -> None:
        """The child's stop signal, then SIGKILL for it and its descendants when its patience is over."""
        async with self._one_at_a_time:
            process = await self._let_go()
            if process is not None and self._child is not None:
                await self._end(process, self._child)

    async def kill(self) -> None:
        """SIGKILL for the process and its descendants, and no restart."""
        async with self._one_at_a_time:
            process = await self._let_go()
            if process is not None:
                kill_family(process.pid)
                await process.wait()
                self._ended(process)

    async def _end(self, process: asyncio.subprocess.Process, child: Child) -> None:
        if process.returncode is None:
            process.send_signal(child.stop_signal)
        try:
            await asyncio.wait_for(process.wait(), child.patience)
        except TimeoutError:
            log.warning("child_killed_after_patience", child=self.name, pid=process.pid)
            kill_family(process.pid)
            await process.wait()
        self._ended(process)

    async def _let_go(self) -> asyncio.subprocess.Process | None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None
        return self._process

    async def _spawn(self) -> asyncio.subprocess.Process:
        self._child = await self._prepare()
        process = await spawn(self._child)
        self._process = process
        self._started = asyncio.get_running_loop().time()
        self._note(process.pid, self._child)
        log.info("child_started", child=self.name, pid=process.pid, restarts=self.restarts)
        return process

    def _note(self, pid: int, child: Child) -> None:
        name = identity(pid)
        if name is not None:
            stop_signal = int(child.stop_signal)
            self._records.write(
                Record(name=self.name, pid=pid, identity=name, started=self._started, restarts=self.restarts, stop_signal=stop_signal)
            )

    def _ended(self, process: asyncio.subprocess.Process) -> None:
        sweep_group(process.pid)
        self.last_exit = process.returncode
        self._process = None
        self._records.forget(self.name)

    async def _keep(self, process: asyncio.subprocess.Process) -> None:
        row = 0
        while True:
            code = await process.wait()
            lived = asyncio.get_running_loop().time() - self._started
            self._ended(process)
            row = 1 if lived >= self._backoff.settled else row + 1
            process = await self._again(row, code)

    async def _again(self, row: int, code: int) -> asyncio.subprocess.Process:
        while True:
            pause = self._backoff.wait(row)
            log.warning("child_exited", child=self.name, code=code, restart_in_seconds=pause)
            await asyncio.sleep(pause)
            self.restarts += 1
            try:
                return await self._spawn()
            except (OSError, EmbeddedError) as failed:
                log.error("child_not_startable", child=self.name, error=str(failed))
                row += 1
