"""SIGKILL for a process and whatever hangs on it."""

import os
import signal
from contextlib import suppress

import psutil


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
        with suppress(psutil.NoSuchProcess):
            member.kill()


def sweep_group(pid: int) -> None:
    """Kills what a session's first process, now gone, left in its group."""
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
