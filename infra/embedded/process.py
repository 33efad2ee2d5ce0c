"""Operating-system processes: starting them so that they die with us, naming them so that they are found again."""

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from infra.embedded.killing import kill_family

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


async def end(pid: int, *, number: signal.Signals, patience: float) -> None:
    """Ask a process to stop; after `patience` seconds it is killed with its descendants.

    It is watched, not waited for: if it is a child of ours after all, its exit code is its keeper's.
    """
    name = identity(pid)
    if name is None:
        return
    with suppress(ProcessLookupError):
        os.kill(pid, number)
    if not await _gone(pid, name, patience):
        kill_family(pid)
        await _gone(pid, name, patience)


async def _gone(pid: int, name: str, within: float) -> bool:
    loop = asyncio.get_running_loop()
    limit = loop.time() + within
    while identity(pid) == name and loop.time() < limit:  # noqa: ASYNC110  the state is another process's
        await asyncio.sleep(0.02)
    return identity(pid) != name
