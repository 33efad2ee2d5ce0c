"""Small numbers: counts about pupils below a limit are not shown, nor any other count that they could be worked out from."""

from collections.abc import Iterable, Mapping

from services.routing.core.sla.figures import ASKED, CELLS, Figures
from services.routing.core.sla.knowing import ANYTHING, LEAST, MOST, Bound, Known, Span
from services.routing.core.sla.sums import Column, Place, Sum, Sums

HIDDEN = "hidden"


def hide(lines: Mapping[str, Figures], guards: Mapping[str, int], columns: Iterable[Column]) -> dict[Place, str]:
    """Which counts are not shown, and what stands in their place: ``<5`` for a small one, ``hidden`` for one that would give it away.

    ``lines``: the figures by key, of all tables that the same reader may ask for, the sums under TOTAL. ``guards``: the smallest number
    shown in a line; a line without is shown whole. ``columns``: which lines add up to which. TooMuch where nobody can wait for what would
    give small ones away.
    """
    small = {
        (key, cell): f"<{guard}" for key, guard in guards.items() for cell in (*CELLS, *ASKED) if 0 < lines[key].count(cell) < guard
    }  # fmt: skip
    return _Hiding(Sums(lines, columns), small).run() if small else {}


def hide_whole(lines: Iterable[str]) -> dict[Place, str]:
    """Nothing of some lines is shown."""
    return {(key, cell): HIDDEN for key in lines for cell in (*CELLS, *ASKED)}


class _Hiding:
    """Hides one count more wherever a small one can be worked out, until none can.

    In an order that depends on the figures alone: two answers that hide differently would tell more than one."""

    def __init__(self, sums: Sums, small: Mapping[Place, str]) -> None:
        self._sums = sums
        self._small = small
        self._known = Known(sums)
        self._spans: dict[Place, Span] = {}
        self._shown: dict[Sum, list[Place]] = {}
        self._hide({place: (1, int(text[1:]) - 1) for place, text in small.items()})

    def run(self) -> dict[Place, str]:
        while more := self._more():
            self._hide(dict.fromkeys(more, ANYTHING))
        return {place: HIDDEN if span == ANYTHING else self._small[place] for place, span in self._spans.items()}

    def _hide(self, spans: Mapping[Place, Span]) -> None:
        self._spans |= spans
        self._known.hide(spans)

    def _more(self) -> list[Place]:
        """For each small count with one value left, what keeps the sums that leave it from doing so."""
        found: dict[Place, None] = {}
        for place in filter(self._known.is_told, self._small):
            found[self._keeping(place)] = None
        return list(found)

    def _keeping(self, place: Place) -> Place:
        """What to hide in a sum that told a bound of this count; where it did so by hidden counts that others tell of, in those others.

        Where nothing of all those is shown any more the limits alone tell the count: one of them."""
        looked: dict[Bound, Sum] = {}
        waiting: list[Bound | Sum] = [(place, MOST), (place, LEAST)]
        while waiting:
            here = waiting.pop()
            if isinstance(here, Sum):
                found = self._next_to_hide(here)
                if found is not None:
                    return found
            elif here not in looked and (one := self._known.because(here)) is not None:
                looked[here] = one
                waiting += [one, *reversed(self._known.stands_on(here, one))]
        return self._limit(looked.values())

    def _limit(self, sums: Iterable[Sum]) -> Place:
        """A small count of which a reader still knows the limit: those of wholes first."""
        several = list(dict.fromkeys(sums))
        members = [*(one.of for one in several), *(part for one in several for part in one.hidden)]
        return next(place for place in members if place in self._small and self._spans[place] != ANYTHING)

    def _next_to_hide(self, one: Sum) -> Place | None:
        """The smallest shown part that is not nothing, else a part, else the sum itself; None when nothing of it is shown."""
        if one not in self._shown:
            self._shown[one] = sorted(one.parts, key=self._order, reverse=True)
        shown = self._shown[one]
        while shown and shown[-1] in self._spans:
            shown.pop()
        if shown:
            return shown[-1]
        return one.of if one.of not in self._spans else None

    def _order(self, place: Place) -> tuple[bool, int, Place]:
        """Nothing last: to hide a zero tells most readers little less."""
        value = self._sums.value(place)
        return value == 0, value, place
