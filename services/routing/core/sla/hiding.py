"""Small numbers: counts about pupils below a limit are not shown, nor any other count that they could be worked out from."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import inf

from services.routing.core.sla.figures import ASKED, CELLS, COUNTED, DELIVERED, DROPPED, Cell, Figures

TOTAL = ""
"""The key of the line of sums."""
HIDDEN = "hidden"
Place = tuple[str, Cell]
"""A line and a count in it."""
Span = tuple[float, float]
"""What a reader may know of a hidden count: its least and its greatest value."""
ANYTHING: Span = (0, inf)
DECIDED: tuple[Cell, ...] = (COUNTED, *DROPPED)
"""What everything that was delivered became, where nothing else happened to it."""
Column = tuple[str, tuple[str, ...]]
"""A line that is the sum of others, and those."""


@dataclass(frozen=True, slots=True, eq=False)
class Sum:
    """One count that is the sum of others, as every reader knows."""

    of: Place
    parts: tuple[Place, ...]


def hide(lines: Mapping[str, Figures], guards: Mapping[str, int], columns: Iterable[Column], kept: Iterable[Place] = ()) -> dict[Place, str]:
    """Which counts are not shown, and what stands in their place: ``<5`` for a small one, ``hidden`` for one that would give it away.

    ``lines``: the figures by key, the sums under TOTAL. ``guards``: the smallest number shown in a line; a line without is shown whole.
    ``columns``: which lines add up to which. ``kept``: counts that would tell a small one of another answer.
    """
    small = {
        (key, cell): f"<{guard}" for key, guard in guards.items() for cell in (*CELLS, *ASKED) if 0 < lines[key].count(cell) < guard
    }  # fmt: skip
    told = dict.fromkeys(kept, HIDDEN) | small
    return _Hiding(_Sums(lines, columns), lines, told).run() if told else {}


class _Hiding:
    """Hides one count more wherever a small one can be worked out, until none can.

    In an order that depends on the figures alone: two answers that hide differently would tell more than one."""

    def __init__(self, sums: "_Sums", lines: Mapping[str, Figures], small: Mapping[Place, str]) -> None:
        self._sums = sums
        self._lines = lines
        self._small = small
        self._spans: dict[Place, Span] = {
            place: (1, int(text[1:]) - 1) if text != HIDDEN else ANYTHING for place, text in small.items()
        }

    def run(self) -> dict[Place, str]:
        while more := self._more():
            self._spans |= dict.fromkeys(more, ANYTHING)
        return {place: HIDDEN if span == ANYTHING else self._small[place] for place, span in self._spans.items()}

    def _more(self) -> list[Place]:
        """Of what nothing may be told: in each sum that leaves a small count one value, the smallest shown part."""
        known = self._worked_out()
        found: dict[Place, None] = {}
        for place in (place for place in self._small if _is_point(known[place])):
            pinning = [one for one in self._sums[place] if _is_point(dict(self._left(one, known))[place])]
            found |= dict.fromkeys(self._to_hide(pinning) or self._further(place))
        return list(found)

    def _further(self, place: Place) -> list[Place]:
        """Where a pinning sum is hidden whole, the pin comes from beyond: one shown count of the nearest sums that have any, else a limit."""
        near = dict.fromkeys(self._sums[place])
        while True:
            shown = self._to_hide(near)
            if shown:
                return [min(shown, key=self._order)]
            beyond = dict.fromkeys(one for nearer in near for member in (nearer.of, *nearer.parts) for one in self._sums[member])
            if beyond.keys() == near.keys():
                return self._limits(near)[:1]
            near |= beyond

    def _limits(self, sums: Iterable[Sum]) -> list[Place]:
        """Small counts of which a reader still knows the limit: those of sums first."""
        members = dict.fromkeys([*(one.of for one in sums), *(part for one in sums for part in one.parts)])
        return [place for place in members if place in self._small and self._spans[place] != ANYTHING]

    def _to_hide(self, sums: Iterable[Sum]) -> list[Place]:
        return [place for one in sums if (place := self._next_to_hide(one)) is not None]

    def _worked_out(self) -> dict[Place, Span]:
        """What a patient reader can know of every hidden count: each sum narrows its members, again and again."""
        known = dict(self._spans)
        waiting = dict.fromkeys(one for place in known for one in self._sums[place])
        while waiting:
            one = next(iter(waiting))
            del waiting[one]
            for place, (least, most) in list(self._left(one, known)):
                narrowed = (max(known[place][0], least), min(known[place][1], most))
                if narrowed != known[place]:
                    known[place] = narrowed
                    waiting |= dict.fromkeys(self._sums[place])
        return known

    def _left(self, one: Sum, known: Mapping[Place, Span]) -> Iterator[tuple[Place, Span]]:
        """What the other members of a sum leave for each hidden one."""
        shown = sum(self._value(place) for place in one.parts if place not in known)
        hidden = [(place, known[place]) for place in one.parts if place in known]
        low, high = sum(span[0] for _, span in hidden), sum(span[1] for _, span in hidden if span[1] < inf)
        boundless = sum(span[1] == inf for _, span in hidden)
        if one.of in known:
            yield one.of, (shown + low, inf if boundless else shown + high)
        least, most = known.get(one.of) or (self._value(one.of),) * 2
        for place, own in hidden:
            others = boundless - (own[1] == inf)
            yield place, (least - shown - (inf if others else high - (own[1] if own[1] < inf else 0)), most - shown - (low - own[0]))

    def _next_to_hide(self, one: Sum) -> Place | None:
        """The smallest shown part that is not nothing, else a part, else the sum itself; None when nothing of it is shown."""
        shown = [place for place in one.parts if place not in self._spans]
        if shown:
            return min(shown, key=self._order)
        return one.of if one.of not in self._spans else None

    def _order(self, place: Place) -> tuple[bool, int, Place]:
        """Nothing last: to hide a zero tells most readers little less."""
        return self._value(place) == 0, self._value(place), place

    def _value(self, place: Place) -> int:
        key, cell = place
        return self._lines[key].count(cell)


def _is_point(span: Span) -> bool:
    return span[0] == span[1]


class _Sums:
    """The sums that a count stands in: in its line what was asked for, and what was delivered as counted and dropped; its columns."""

    def __init__(self, lines: Mapping[str, Figures], columns: Iterable[Column]) -> None:
        self._lines = lines
        self._columns = list(columns)
        self._in: dict[str, list[int]] = defaultdict(list)
        for number, (whole, parts) in enumerate(self._columns):
            for key in (whole, *parts):
                self._in[key].append(number)
        self._made: dict[tuple[str | int, str], Sum] = {}
        self._of: dict[Place, tuple[Sum, ...]] = {}

    def __getitem__(self, place: Place) -> tuple[Sum, ...]:
        if place not in self._of:
            self._of[place] = (*self._across(*place), *(self._down(number, place[1]) for number in self._in[place[0]]))
        return self._of[place]

    def _across(self, key: str, cell: Cell) -> Iterator[Sum]:
        for asked, parts in ASKED.items():
            if cell == asked or cell in parts:
                yield self._row(key, asked, parts)
        if (cell == DELIVERED or cell in DECIDED) and self._lines[key].count(DELIVERED) == sum(map(self._lines[key].count, DECIDED)):
            yield self._row(key, DELIVERED, DECIDED)

    def _row(self, key: str, asked: Cell, parts: tuple[Cell, ...]) -> Sum:
        """One object for each sum, from whichever of its members it is come to."""
        named = (key, parts[0])
        if named not in self._made:
            self._made[named] = Sum((key, asked), tuple((key, part) for part in parts))
        return self._made[named]

    def _down(self, number: int, cell: Cell) -> Sum:
        named = (number, cell)
        if named not in self._made:
            whole, parts = self._columns[number]
            self._made[named] = Sum((whole, cell), tuple((part, cell) for part in parts))
        return self._made[named]
