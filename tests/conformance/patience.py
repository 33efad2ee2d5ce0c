"""How long these tests wait, and how often they repeat a fault."""

import os
from collections.abc import Awaitable, Callable

from tests import servers

ROUNDS = int(os.environ.get("CONFORMANCE_ROUNDS", "2"))
"""Twice in the ordinary run, as often as `CONFORMANCE_ROUNDS` says in a long one."""

SECONDS = 180.0
"""Far more than anything takes: a restart after kill -9 waits 6 s for the dead member, and the machine may be busy."""


async def until(condition: Callable[[], bool | Awaitable[bool]]) -> None:
    """Wait for a condition; TimeoutError if it never holds."""
    await servers.until(condition, within=SECONDS)
