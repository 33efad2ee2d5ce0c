"""PostgreSQL stores no U+0000: a record that holds one must be found at the border, not in the middle of a batch."""

from typing import Any

import pydantic_core


def holds_nul(value: Any) -> bool:
    """Whether JSON (bytes, or already parsed) holds U+0000 in a text or a name. Bytes without the escape cost one search."""
    if isinstance(value, bytes):
        return b"\\u0000" in value and _walk(pydantic_core.from_json(value))
    return _walk(value)


def _walk(value: Any) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any(_walk(name) or _walk(inner) for name, inner in value.items())
    if isinstance(value, list):
        return any(_walk(inner) for inner in value)
    return False
