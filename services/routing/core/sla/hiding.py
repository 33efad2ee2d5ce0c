"""Small numbers: counts about pupils below a limit are not shown, nor any other count that they could be worked out from."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
Whole = tuple[str, Sequence[str]]
"""A line, and the lines that it is the sum of."""


@dataclass(frozen=True, slots=True, eq=False)
class Sum:
    """One count that is the sum of others, as every reader knows."""

    of: Place
    parts: tuple[Place, ...]


def hide(lines: Mapping[str, Figures], guards: Mapping[str, int], wholes: Sequence[Whole] | None = None) -> dict[Place, str]:
    """Which counts are not shown, and what stands in their place: ``<5`` for a small one, ``hidden`` for one that would give it away.

    ``lines``: the figures by key, the sums under TOTAL. ``guards``: the smallest number shown in a line; a line without is shown whole.
    ``wholes``: which lines are sums of which others, be it in another table that the same reader may ask for; None: TOTAL is of all others.
    """
    small = {
        (key, cell): f"<{guard}" for key, guard in guards.items() for cell in (*CELLS, *ASKED) if 0 < lines[key].count(cell) < guard
    }  # fmt: skip
    if wholes is None:
        wholes = [(TOTAL, [key for key in lines if key != TOTAL])]
    return _Hiding(lines, small, wholes).run() if small else {}


class _Hiding:
    """Hides one count more wherever a small one can be worked out, until none can.

    In an order that depends on the figures alone: two answers that hide differently would tell more than one."""

    def __init__(self, lines: Mapping[str, Figures], small: Mapping[Place, str], wholes: Sequence[Whole]) -> None:
        self._lines = lines
        self._values: dict[Place, int] = {}
        self._small = small
        self._spans: dict[Place, Span] = {place: (1, int(text[1:]) - 1) for place, text in small.items()}
        self._sums: dict[Place, list[Sum]] = defaultdict(list)
        for one in _sums(lines, wholes):
            for place in (one.of, *one.parts):
                self._sums[place].append(one)

    def run(self) -> dict[Place, str]:
        while more := self._more():
            self._spans |= dict.fromkeys(more, ANYTHING)
        return {place: HIDDEN if span == ANYTHING else self._small[place] for place, span in self._spans.items()}

    def _more(self) -> list[Place]:
        """Of what nothing may be told: for each small count with one value left, what keeps the sums that leave it from doing so."""
        known = self._worked_out()
        left = _Leaving(self, known)
        found: dict[Place, None] = {}
        for place in (place for place in self._small if _is_point(known[place])):
            found |= dict.fromkeys(self._to_hide(self._pinning(place, left)) or self._further(place))
        return list(found)

    def _pinning(self, place: Place, left: "_Leaving") -> list[Sum]:
        """The sums that leave a count one value. One that does so by a hidden count that others give away: those others, in its place."""
        found: dict[Sum, None] = {}
        seen, waiting = {place}, [place]
        while waiting:
            here = waiting.pop()
            for one in (one for one in self._sums[here] if _is_point(left[one][here])):
                given_away = [member for member in (one.of, *one.parts) if member in left.hidden_points and member not in seen]
                seen |= set(given_away)
                waiting += given_away
                if not given_away:
                    found[one] = None
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
            for place, (least, most) in list(self.left(one, known)):
                narrowed = (max(known[place][0], least), min(known[place][1], most))
                if narrowed != known[place]:
                    known[place] = narrowed
                    waiting |= dict.fromkeys(self._sums[place])
        return known

    def left(self, one: Sum, known: Mapping[Place, Span]) -> Iterator[tuple[Place, Span]]:
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
        if place not in self._values:
            self._values[place] = self._lines[key].count(cell)
        return self._values[place]


class _Leaving(dict[Sum, Mapping[Place, Span]]):
    """What each sum leaves for its hidden members, worked out once for all that ask."""

    def __init__(self, hiding: _Hiding, known: Mapping[Place, Span]) -> None:
        super().__init__()
        self._hiding = hiding
        self._known = known
        self.hidden_points = {place for place, span in known.items() if _is_point(span)}

    def __missing__(self, one: Sum) -> Mapping[Place, Span]:
        self[one] = dict(self._hiding.left(one, self._known))
        return self[one]


def _is_point(span: Span) -> bool:
    return span[0] == span[1]


def _sums(lines: Mapping[str, Figures], wholes: Iterable[Whole]) -> Iterator[Sum]:
    """In each line what was asked for, and what was delivered as counted and dropped; in each column its wholes. What nobody was asked tells nothing."""
    unasked = [asked for asked in ASKED if not any(figures.count(asked) for figures in lines.values())]
    left_out = {cell for asked in unasked if asked not in (COUNTED, DELIVERED) for cell in (asked, *ASKED[asked])}
    cells = [cell for cell in (*CELLS, *ASKED) if cell not in left_out]
    for key, figures in lines.items():
        for asked, parts in ASKED.items():
            if asked not in left_out:
                yield Sum((key, asked), tuple((key, part) for part in parts))
        if figures.count(DELIVERED) == sum(figures.count(part) for part in (COUNTED, *DROPPED)):
            yield Sum((key, DELIVERED), tuple((key, part) for part in (COUNTED, *DROPPED)))
    for whole, members in wholes:
        for cell in cells:
            yield Sum((whole, cell), tuple((member, cell) for member in members))
