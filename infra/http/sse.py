"""Server-sent events: ids and names, a retry, a comment when nothing happens; never buffered on the way."""

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

from starlette.responses import StreamingResponse

RETRY_MS = 2_000
KEEP_ALIVE = 15.0
COMMENT = b":\n\n"


def opening() -> bytes:
    """The first bytes: how long a browser waits before it comes back."""
    return f"retry: {RETRY_MS}\n\n".encode()


def message(name: str, data: Mapping[str, Any], *, id: str | None = None) -> bytes:
    """One event; the data is one line of JSON."""
    lines = [f"id: {id}"] if id is not None else []
    lines += [f"event: {name}", f"data: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}"]
    return ("\n".join(lines) + "\n\n").encode()


def stream(parts: AsyncIterator[bytes]) -> StreamingResponse:
    """The answer that sends the parts as they come."""
    return StreamingResponse(parts, media_type="text/event-stream", headers={"X-Accel-Buffering": "no", "Cache-Control": "no-store"})
