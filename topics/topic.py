"""One topic."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """``owner``: the one service that writes it. ``addressed``: one per recipient service. ``dead_letters_of``: the topic it mirrors."""

    name: str
    owner: str
    events: tuple[str, ...]
    key: str
    partitions: int
    retention_days: int
    compacted: bool
    readers: tuple[str, ...]
    addressed: bool = False
    dead_letters_of: str | None = None
