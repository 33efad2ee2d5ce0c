"""One HTTP server inside a process that runs other loops too."""

import asyncio
import logging
import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

GRACE_SECONDS = 5


class _Server(uvicorn.Server):
    """Signals belong to the process, not to its HTTP server."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


async def serve_http(
    app: ASGIApp, *, host: str, port: int, stop: asyncio.Event, on_port: Callable[[int], None] | None = None
) -> None:
    """Serve until ``stop``, then finish what is being answered. Port 0: a free one, told to ``on_port``. OSError: the port is taken."""
    with socket.create_server((host, port), backlog=2048) as listening:
        config = uvicorn.Config(
            app, http="httptools", log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=GRACE_SECONDS,
            lifespan="off",
        )  # fmt: skip
        logging.getLogger("uvicorn.access").disabled = True  # addresses hold numbers of people's business
        server = _Server(config)
        serving = asyncio.ensure_future(server.serve(sockets=[listening]))
        stopping = asyncio.ensure_future(stop.wait())
        try:
            while not server.started and not serving.done():  # noqa: ASYNC110  uvicorn tells it by an attribute alone
                await asyncio.sleep(0.01)
            if on_port is not None and server.started:
                on_port(listening.getsockname()[1])
            await asyncio.wait([serving, stopping], return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            server.should_exit = True
            await serving
