"""Operating-system processes: starting them so that they die with us, naming them so that they are found again."""

import asyncio
import ctypes
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from infra.embedded.files import write_whole

_PR_SET_PDEATHSIG = 1
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_LOG_LIMIT = 16 * 1024 * 1024
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True, kw_only=True)
class Account:
    """The system account that a process runs under when it is not ours."""

    uid: int
    gid: int


@dataclass(frozen=True, kw_only=True)
class Child:
    """One process to keep: `env=None` inherits ours; its output is appended to `log`."""

    name: str
    argv: tuple[str, ...]
    log: Path
    env: Mapping[str, str] | None = None
    cwd: Path | None = None
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGKILL
    patience: float = 20.0


async def spawn(child: Child, *, talk: bool = False) -> asyncio.subprocess.Process:
    """Start it in a session of its own, so that Ctrl-C reaches only us; the kernel signals it when we die.

    `talk` opens its standard input; else that is empty.
    """
    child.log.parent.mkdir(parents=True, exist_ok=True)
    _rotate(child.log)
    with child.log.open("ab") as log:
        return await asyncio.create_subprocess_exec(
            *child.argv,
            stdin=asyncio.subprocess.PIPE if talk else asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=None if child.env is None else dict(child.env),
            cwd=child.cwd,
            start_new_session=True,
            user=child.account.uid if child.account else None,
            group=child.account.gid if child.account else None,
            extra_groups=[] if child.account else None,
            preexec_fn=_die_with_parent(child.orphan_signal),
        )


async def run(child: Child, *, say: str = "") -> int:
    """Run it to its end, with `say` on its standard input; the exit code. It is killed when the caller is cancelled."""
    process = await spawn(child, talk=True)
    try:
        await process.communicate(say.encode())
    finally:
        if process.returncode is None:
            kill_family(process.pid)
            await process.wait()
    return process.returncode or 0


def _die_with_parent(number: signal.Signals) -> Callable[[], None]:
    parent = os.getpid()

    def arm() -> None:
        if _libc is not None:
            _libc.prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return arm


def _rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        log.replace(log.with_suffix(log.suffix + ".1"))


def identity(pid: int) -> str | None:
    """What tells this process from a later one with the same pid; None when there is none (a zombie is none)."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        if sys.platform != "linux":
            return f"{process.create_time():.2f}"
        ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
        return f"{_BOOT_ID.read_text().strip()}/{ticks}"
    except (psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError):
        return None


def family(pid: int) -> list[psutil.Process]:
    """The process and all its descendants."""
    try:
        head = psutil.Process(pid)
        return [head, *head.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def kill_family(pid: int) -> None:
    members = family(pid)
    for member in members:
        try:
            member.kill()
        except psutil.NoSuchProcess:
            continue


async def end(pid: int, *, number: signal.Signals, patience: float) -> None:
    """Ask a process that is not our child to stop; after `patience` seconds it is killed with its descendants."""
    members = family(pid)
    if not members:
        return
    members[0].send_signal(number)
    _, alive = await asyncio.to_thread(psutil.wait_procs, members, timeout=patience)
    for member in alive:
        kill_family(member.pid)
    await asyncio.to_thread(psutil.wait_procs, alive, timeout=patience)


@dataclass(frozen=True, kw_only=True)
class Record:
    """What a supervisor notes beside the data about one running child; `started` is on the monotonic clock."""

    name: str
    pid: int
    identity: str
    started: float
    restarts: int
    stop_signal: int

    def is_alive(self) -> bool:
        return identity(self.pid) == self.identity


@dataclass(frozen=True)
class Records:
    """The folder of these notes: the next start finds in it what a killed supervisor left running."""

    folder: Path

    def write(self, record: Record) -> None:
        write_whole(self.folder / f"{record.name}.json", json.dumps(asdict(record)))

    def forget(self, name: str) -> None:
        (self.folder / f"{name}.json").unlink(missing_ok=True)

    def read(self) -> list[Record]:
        return [Record(**json.loads(file.read_text())) for file in sorted(self.folder.glob("*.json"))]

    async def end_leftovers(self, *, patience: float = 10.0) -> tuple[str, ...]:
        """End what is still running from an earlier supervisor; the names that were found alive."""
        left = [record for record in self.read() if record.is_alive()]
        await asyncio.gather(*(_end_record(record, patience) for record in left))
        for record in self.read():
            self.forget(record.name)
        return tuple(record.name for record in left)


async def _end_record(record: Record, patience: float) -> None:
    await end(record.pid, number=signal.Signals(record.stop_signal), patience=patience)
