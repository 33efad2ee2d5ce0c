"""W3C trace context: read what the caller sent, write what travels on."""

import re
import secrets

_TRACEPARENT = re.compile(r"^[0-9a-f]{2}-(?P<trace>[0-9a-f]{32})-(?P<span>[0-9a-f]{16})-[0-9a-f]{2}$")


def parse_traceparent(header: str) -> str | None:
    """The trace id of a well-formed header; None for anything else (also for the all-zero ids and version ff)."""
    match = _TRACEPARENT.match(header.strip())
    if match is None or header.strip().startswith("ff"):
        return None
    if set(match["trace"]) == {"0"} or set(match["span"]) == {"0"}:
        return None
    return match["trace"]


def traceparent(trace: str) -> str:
    """A header for a new span of the trace."""
    return f"00-{trace}-{secrets.token_hex(8)}-01"
