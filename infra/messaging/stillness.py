"""How long a consumer has not moved although there is work: what the watchdog counts."""

from collections.abc import Mapping
from dataclasses import dataclass

Place = tuple[str, int]
"""Topic and partition."""


@dataclass
class Stillness:
    """How long a consumer has not moved although records wait and the servers answer."""

    since: float | None = None
    positions: Mapping[Place, int] | None = None

    def observe(self, positions: Mapping[Place, int], ends: Mapping[Place, int], now: float) -> float:
        """Seconds of standing still up to now; nothing to do or any movement starts anew."""
        waiting = any(end > positions.get(place, 0) for place, end in ends.items())
        moved, self.positions = positions != self.positions, dict(positions)
        if not waiting:
            self.since = None
        elif moved or self.since is None:
            self.since = now
        return now - self.since if self.since is not None else 0.0

    def blind(self) -> None:
        """A server did not answer: nobody can be blamed."""
        self.since = None
        self.positions = None
