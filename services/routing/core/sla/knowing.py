"""What a patient reader can know of counts that are not shown: each sum narrows its members, again and again."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Literal

from services.routing.core.sla.sums import Place, Sum, Sums

Span = tuple[float, float]
"""The least and the greatest value that a hidden count can have."""
ANYTHING: Span = (0, inf)
Side = Literal[0, 1]
LEAST: Side = 0
MOST: Side = 1
Bound = tuple[Place, Side]
MANY = 50
"""Sums with more hidden parts wait until the short ones have said all they can."""
MOST_WORK = 400_000
"""So many looks at members of sums are taken: some four seconds, less than a transaction may idle. A county of 200 schools that all have small
counts takes half of it."""


class TooMuch(Exception):
    """There is more to work out than anybody can wait for."""


@dataclass(slots=True)
class _Parts:
    """What the hidden parts of a sum add up to: ``most`` without those that have no greatest value, ``boundless`` of them."""

    least: float = 0
    most: float = 0
    boundless: int = 0

    def shift(self, before: Span, after: Span) -> None:
        self.least += after[0] - before[0]
        self.most += (after[1] if after[1] < inf else 0) - (before[1] if before[1] < inf else 0)
        self.boundless += (after[1] == inf) - (before[1] == inf)

    @property
    def greatest(self) -> float:
        return inf if self.boundless else self.most

    def without(self, own: Span) -> float:
        """The greatest sum of the others."""
        if own[1] < inf:
            return self.greatest - own[1]
        return self.most if self.boundless == 1 else inf


@dataclass(slots=True)
class _Waiting:
    """Sums to look at again, each once, short ones first."""

    short: deque[Sum] = field(default_factory=deque)
    long: deque[Sum] = field(default_factory=deque)
    known: set[Sum] = field(default_factory=set)

    def add(self, sums: Iterable[Sum]) -> None:
        for one in sums:
            if one not in self.known:
                self.known.add(one)
                (self.long if len(one.hidden) > MANY else self.short).append(one)

    def __iter__(self) -> Iterator[Sum]:
        while queue := self.short or self.long:
            one = queue.popleft()
            self.known.remove(one)
            yield one


class Known:
    """Keeps what is known while more is hidden: forgets what stood on it, and works out that alone anew."""

    def __init__(self, sums: Sums) -> None:
        self._sums = sums
        self._given: dict[Place, Span] = {}
        self._spans: dict[Place, Span] = {}
        self._parts: dict[Sum, _Parts] = {}
        self._because: dict[Bound, Sum] = {}
        self._waiting = _Waiting()
        self._work = 0

    def hide(self, spans: Mapping[Place, Span]) -> None:
        """Show some counts no more (or less of them than before), and work out what is known then. TooMuch after MOST_WORK."""
        for place, span in spans.items():
            if place not in self._given:
                self._begin(place)
            self._given[place] = span
        self._forget(spans)
        for one in self._waiting:
            self._work += 1 + len(one.hidden)
            if self._work > MOST_WORK:
                raise TooMuch
            self._narrow(one)

    def is_told(self, place: Place) -> bool:
        """Whether a hidden count has one value left."""
        return place in self._spans and _is_point(self._spans[place])

    def because(self, bound: Bound) -> Sum | None:
        """The sum that told this bound; None for one that every reader knows anyway."""
        return self._because.get(bound)

    def stands_on(self, bound: Bound, one: Sum) -> list[Bound]:
        """By which told bounds of its other members a sum tells this one: those of counts with one value left first."""
        place, side = bound
        if place == one.of:
            used: list[Bound] = [(member, side) for member in one.hidden]
        else:
            other: Side = MOST if side == LEAST else LEAST
            used = [(one.of, side), *((member, other) for member in one.hidden if member != place)]
        return sorted((bound for bound in used if bound in self._because), key=lambda bound: not self.is_told(bound[0]))

    def _begin(self, place: Place) -> None:
        value = self._sums.value(place)
        self._spans[place] = (value, value)
        for one in self._sums[place]:
            if place != one.of:
                one.hidden.append(place)
                one.shown -= value
                self._parts_of(one).shift((0, 0), (value, value))

    def _forget(self, places: Iterable[Place]) -> None:
        """Give back what was known of these counts, and whatever was known by it."""
        looked: set[tuple[Sum, bool, Side]] = set()
        waiting: list[Bound] = [(place, side) for place in places for side in (LEAST, MOST)]
        for bound in waiting:
            self._give_back(bound)
        while waiting:
            place, side = waiting.pop()
            fresh = [told for one in self._sums[place] for told in _told_by(one, place, side) if told not in looked]
            looked.update(fresh)
            for bound in [bound for told in fresh for bound in self._told(*told)]:
                self._give_back(bound)
                waiting.append(bound)

    def _told(self, one: Sum, whole: bool, side: Side) -> list[Bound]:
        """The bounds of a sum's whole, or of its parts, that it told."""
        members = (one.of,) if whole else one.hidden
        return [bound for member in members if self._because.get(bound := (member, side)) is one]

    def _give_back(self, bound: Bound) -> None:
        place, side = bound
        self._because.pop(bound, None)
        self._set(place, side, self._given[place][side])

    def _set(self, place: Place, side: Side, value: float) -> None:
        before = self._spans[place]
        after = (value, before[1]) if side == LEAST else (before[0], value)
        self._spans[place] = after
        sums = self._sums[place]
        for one in sums:
            if place != one.of:
                self._parts_of(one).shift(before, after)
        self._waiting.add(sums)

    def _tell(self, one: Sum, place: Place, side: Side, value: float) -> None:
        """Note a bound that a sum sets, where it is narrower than what was known."""
        known = self._spans[place][side]
        if value > known if side == LEAST else value < known:
            self._because[place, side] = one
            self._set(place, side, value)

    def _narrow(self, one: Sum) -> None:
        parts = self._parts_of(one)
        if one.of in self._spans:
            self._tell(one, one.of, LEAST, one.shown + parts.least)
            self._tell(one, one.of, MOST, one.shown + parts.greatest)
        least, most = self._whole(one)
        room = most - one.shown - parts.least
        if room < inf:
            for place in one.hidden:
                self._tell(one, place, MOST, self._spans[place][0] + room)
        if parts.boundless > 1:
            return
        others = [(place, parts.without(self._spans[place])) for place in one.hidden]
        for place, greatest in others:
            self._tell(one, place, LEAST, least - one.shown - greatest)

    def _whole(self, one: Sum) -> Span:
        value = self._sums.value(one.of)
        return self._spans.get(one.of) or (value, value)

    def _parts_of(self, one: Sum) -> _Parts:
        if one not in self._parts:
            self._parts[one] = _Parts()
        return self._parts[one]


def _told_by(one: Sum, place: Place, side: Side) -> tuple[tuple[Sum, bool, Side], ...]:
    """Which bounds, of the whole or of the parts, a sum tells by a bound of this member."""
    if place == one.of:
        return ((one, False, side),)
    return (one, True, side), (one, False, MOST if side == LEAST else LEAST)


def _is_point(span: Span) -> bool:
    return span[0] == span[1]
