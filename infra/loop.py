"""The event loop of a process: uvloop, without the kernel thread that it would keep spinning."""

import os
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """What ``work`` returns, on uvloop.

    libuv hands changes of its poll set to a thread of the kernel (io_uring, SQPOLL) that spins for ten milliseconds after each:
    in a process that is never quiet for so long it burns up to a core and saves nothing."""
    os.environ.setdefault("UV_USE_IO_URING", "0")
    import uvloop

    return uvloop.run(work)
