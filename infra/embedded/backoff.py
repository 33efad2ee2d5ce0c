from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Backoff:
    """Seconds before a restart: doubled with each exit in a row; a run of `settled` seconds clears the row."""

    first: float = 1.0
    most: float = 30.0
    settled: float = 60.0

    def wait(self, exits_in_a_row: int) -> float:
        return float(min(self.most, self.first * 2 ** min(exits_in_a_row - 1, 16)))


SERVER_BACKOFF = Backoff(first=0.2)
