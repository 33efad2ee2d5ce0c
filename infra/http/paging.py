"""Pages by cursor: opaque, stable under inserts, never an offset."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request

from infra.http.errors import BadCursor

MAX_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows and the cursor of the next one; no cursor = the last page."""

    items: list[dict[str, Any]]
    next_cursor: str | None


def encode_cursor(*values: str | int | None) -> str:
    """The place after a row, as text for a URL."""
    return base64.urlsafe_b64encode(json.dumps(values, ensure_ascii=False).encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None, kinds: Sequence[type]) -> tuple[Any, ...] | None:
    """The values of a cursor, checked against their kinds; a cursor that was not made here is a BadCursor."""
    if cursor is None:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise BadCursor() from error
    if not isinstance(values, list) or len(values) != len(kinds):
        raise BadCursor()
    if not all(type(value) is kind for value, kind in zip(values, kinds, strict=True)):
        raise BadCursor()
    if any(isinstance(value, str) and not value.isprintable() for value in values):
        raise BadCursor()
    return tuple(values)


def next_link(request: Request, cursor: str | None) -> dict[str, str]:
    """The Link header that leads to the next page; empty on the last one."""
    if cursor is None:
        return {}
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    return {"Link": f'<{request.url.path}?{urlencode([*kept, ("cursor", cursor)])}>; rel="next"'}
