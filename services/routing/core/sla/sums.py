"""The sums that a count stands in, as every reader knows them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from services.routing.core.sla.figures import ASKED, COUNTED, DELIVERED, DROPPED, Cell, Figures

TOTAL = ""
"""The key of the line of sums."""
Place = tuple[str, Cell]
"""A line and a count in it."""
Column = tuple[str, Sequence[str]]
"""A line that is the sum of others, be it in another table that the same reader may ask for, and those."""
DECIDED: tuple[Cell, ...] = (COUNTED, *DROPPED)
"""What everything that was delivered became, where nothing else happened to it."""


@dataclass(slots=True, eq=False)
class Sum:
    """One count that is the sum of others. ``hidden``: the parts that are not shown; ``shown``: what those that are add up to."""

    of: Place
    parts: tuple[Place, ...]
    shown: int
    hidden: list[Place] = field(default_factory=list)

class Sums:
    """In a line what was asked for, and what was delivered as counted and dropped; its columns. Made when a member is asked for."""

    def __init__(self, lines: Mapping[str, Figures], columns: Iterable[Column]) -> None:
        self._lines = lines
        self._columns = list(columns)
        self._in: dict[str, list[int]] = defaultdict(list)
        for number, (whole, parts) in enumerate(self._columns):
            for key in (whole, *parts):
                self._in[key].append(number)
        self._made: dict[tuple[str | int, Cell], Sum] = {}
        self._of: dict[Place, tuple[Sum, ...]] = {}
        self._values: dict[Place, int] = {}

    def __getitem__(self, place: Place) -> tuple[Sum, ...]:
        if place not in self._of:
            self._of[place] = (*self._across(*place), *(self._down(number, place[1]) for number in self._in[place[0]]))
        return self._of[place]

    def value(self, place: Place) -> int:
        """The count that stands there."""
        if place not in self._values:
            self._values[place] = self._lines[place[0]].count(place[1])
        return self._values[place]

    def _across(self, key: str, cell: Cell) -> Iterator[Sum]:
        for asked, parts in ASKED.items():
            if cell == asked or cell in parts:
                yield self._row(key, asked, parts)
        if (cell == DELIVERED or cell in DECIDED) and self.value((key, DELIVERED)) == sum(self.value((key, part)) for part in DECIDED):
            yield self._row(key, DELIVERED, DECIDED)

    def _row(self, key: str, asked: Cell, parts: tuple[Cell, ...]) -> Sum:
        """One object for each sum, from whichever of its members it is come to."""
        named = (key, parts[0])
        if named not in self._made:
            self._made[named] = Sum((key, asked), tuple((key, part) for part in parts), self.value((key, asked)))
        return self._made[named]

    def _down(self, number: int, cell: Cell) -> Sum:
        named = (number, cell)
        if named not in self._made:
            whole, parts = self._columns[number]
            self._made[named] = Sum((whole, cell), tuple((part, cell) for part in parts), self.value((whole, cell)))
        return self._made[named]
