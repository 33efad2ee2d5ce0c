"""Loopback ports that stay the same over restarts.

They lie below the range from which the system draws the source ports of outgoing connections: a client that
reconnects for a minute to a stopped server would sooner or later be given that very port and block the restart.
"""

import json
import random
import socket
from collections.abc import Iterable
from pathlib import Path

from infra.embedded.files import write_whole

LOOPBACK = "127.0.0.1"
_EPHEMERAL_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
_LOWEST = 10_240
_TRIES = 200


def is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def claim(names: Iterable[str], *, kept_in: Path) -> dict[str, int]:
    """One free port per name; those noted in the file `kept_in` come first, and the file then holds the answer."""
    noted: dict[str, int] = json.loads(kept_in.read_text()) if kept_in.exists() else {}
    chosen: dict[str, int] = {}
    for name in names:
        port = noted.get(name)
        if port is None or port in chosen.values() or not is_free(port):
            port = _fresh(taken=set(noted.values()) | set(chosen.values()))
        chosen[name] = port
    if chosen != noted:
        write_whole(kept_in, json.dumps(noted | chosen, indent=1))
    return chosen


def _fresh(*, taken: set[int]) -> int:
    for _ in range(_TRIES):
        port = random.randrange(_LOWEST, _first_ephemeral())  # noqa: S311  spreads the choice, guards nothing
        if port not in taken and is_free(port):
            return port
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _first_ephemeral() -> int:
    try:
        return max(_LOWEST + 1_000, int(_EPHEMERAL_RANGE.read_text().split()[0]))
    except OSError:
        return 32_768
