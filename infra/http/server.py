"""The HTTP server of a process: uvicorn inside our own loop, without its signal handlers, until told to stop."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

GRACE_SECONDS = 5


class _Quiet(uvicorn.Server):
    """Signals belong to the composition root."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve_http(app: ASGIApp, *, host: str, port: int, stop: asyncio.Event, on_port: Callable[[int], None] = lambda _: None) -> None:
    """Serve until ``stop``. Port 0 takes a free one; ``on_port`` hears which. OSError if the port is taken."""
    listening = socket.create_server((host, port), backlog=1024, reuse_port=False)
    on_port(int(listening.getsockname()[1]))
    config = uvicorn.Config(
        app, lifespan="off", log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=GRACE_SECONDS, timeout_keep_alive=30
    )
    server = _Quiet(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        await serving
    finally:
        stopping.cancel()
        listening.close()
