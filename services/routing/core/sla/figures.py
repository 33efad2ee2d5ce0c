"""Figures of any group of desks, types or places: counts that add up, and the minutes that medians are taken of."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from services.routing.core.sla.rules import MEASURES

Cell = str
"""The name of a count: ``signed/late``, ``dropped/redirected``, ``step/2``, ``publisher/late``."""
ASKED: Mapping[Cell, tuple[Cell, ...]] = {
    f"{measure}/asked": tuple(f"{measure}/{verdict}" for verdict in ("in-time", "late", "open")) for measure in MEASURES
}
"""What was asked for, and the counts it is the sum of."""
DROPPED: tuple[Cell, ...] = ("dropped/superseded", "dropped/withdrawn", "dropped/redirected")
STEPS: tuple[Cell, ...] = tuple(f"step/{step}" for step in range(1, 7))
RATED, POINTS = "rated/given", "rated/points"
"""How often the other side of a closed task rated, and the sum of its scores (which is no count and is never shown)."""
CELLS: tuple[Cell, ...] = (*(part for parts in ASKED.values() for part in parts), "publisher/late", *DROPPED, *STEPS, RATED)
"""Every count that is not a sum of others."""
DELIVERED = "delivered/asked"
COUNTED = "signed/asked"


@dataclass(frozen=True, slots=True)
class Figures:
    """``seconds``: overruns by share (publisher, bus, receiver; ``published``: of the group's own statements). ``minutes``: to 签收."""

    cells: Mapping[Cell, int] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    minutes: Sequence[float] = ()

    def count(self, cell: Cell) -> int:
        """A count; what was asked for is the sum of its parts."""
        return sum(self.cells.get(part, 0) for part in ASKED.get(cell, (cell,)))


@dataclass(frozen=True, slots=True)
class Piece:
    """The figures of one desk and event type. ``status``: actual, or exercise in a table of its own."""

    desk: str
    type: str
    status: str
    figures: Figures


def combine(several: Iterable[Figures]) -> Figures:
    """The figures of all of them together."""
    cells: Counter[Cell] = Counter()
    seconds: Counter[str] = Counter()
    minutes: list[float] = []
    for one in several:
        cells.update(one.cells)
        for share, value in one.seconds.items():
            seconds[share] += value  # type: ignore[assignment]  # a Counter of seconds
        minutes += one.minutes
    return Figures(dict(cells), dict(seconds), tuple(minutes))


def middle(minutes: Sequence[float]) -> float | None:
    """The median; None of nothing."""
    return median(minutes) if minutes else None


def ninetieth(minutes: Sequence[float]) -> float | None:
    """The 90th percentile: the smallest that nine of ten do not exceed; None of nothing."""
    return sorted(minutes)[math.ceil(0.9 * len(minutes)) - 1] if minutes else None
