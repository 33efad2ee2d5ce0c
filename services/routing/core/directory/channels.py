"""By which channels a desk is reached: its screen always, others as the unit's document names them."""

from collections.abc import Mapping
from typing import Any

from services.routing.core.directory.faults import Reader, read_text

SCREEN = "screen"
CHANNELS = frozenset({SCREEN, "push", "sms", "phone", "paper"})
USUAL = frozenset({SCREEN, "push"})
"""Of a desk whose unit names none: the screen, and the push to whoever is on duty there."""
Channels = Mapping[str, frozenset[str]]


def read_channels(reader: Reader, desks: frozenset[str]) -> Channels:
    """Role → its channels, of the rows ``{role, by: [sms, phone]}``."""
    return dict(reader.rows("channels", lambda row: _row(row, desks)))


def _row(row: Reader, desks: frozenset[str]) -> tuple[str, frozenset[str]]:
    role = row.value("role", read_text)
    if role not in desks:
        raise row.fault("role", f"本单位没有岗位 {role}", f"this unit has no desk {role}")
    return role, frozenset({SCREEN, *row.value("by", _known)})


def _known(value: Any) -> list[str]:
    if not isinstance(value, list) or not set(value) <= CHANNELS:
        raise ValueError("not a list of channels")
    return value
