"""How a cost grows with a size: medians, their ratios to the smallest case, and the slope in log-log."""

import math
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

FLAT = 0.1


@dataclass
class Series:
    """``costs``: size → seconds of one unit of work, one entry for each round."""

    title: str
    unit: str
    costs: dict[int, list[float]] = field(default_factory=dict)

    def take(self, size: int, seconds: float) -> None:
        self.costs.setdefault(size, []).append(seconds)

    def median(self, size: int) -> float:
        return statistics.median(self.costs[size])

    @property
    def slope(self) -> float:
        """Least squares of log(cost) over log(size)."""
        points = [(math.log(size), math.log(self.median(size))) for size in self.costs]
        x, y = statistics.fmean(p[0] for p in points), statistics.fmean(p[1] for p in points)
        return sum((a - x) * (b - y) for a, b in points) / sum((a - x) ** 2 for a, _ in points)

    @property
    def is_flat(self) -> bool:
        return self.slope < FLAT

    def text(self) -> str:
        floor = self.median(min(self.costs))
        lines = [
            f"  {size:>12,}  {self.median(size) * 1e6:9.1f} µs  ×{self.median(size) / floor:5.2f}  "
            f"[{min(rounds) * 1e6:.1f} – {max(rounds) * 1e6:.1f}]"
            for size, rounds in sorted(self.costs.items())
        ]
        verdict = "flat" if self.is_flat else "NOT flat"
        return f"{self.title} ({self.unit})\n" + "\n".join(lines) + f"\n  slope {self.slope:+.3f}: {verdict}\n\n"


def seconds_each(work: Callable[[], None], *, times: int) -> float:
    """Wall seconds of one repetition."""
    began = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - began) / times
