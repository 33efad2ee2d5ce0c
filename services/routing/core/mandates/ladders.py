"""Ladders of smaller places: a pack may bring its own, with earlier or additional steps, and never with later or fewer."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from contracts.coordination import Ladder
from services.routing.core.mandates.model import LadderStep, PackInfo, Place
from services.routing.core.mandates.tightening import Ladders, climbs_no_later, has_counterpart


@dataclass(frozen=True, slots=True)
class OwnLadder:
    """A ladder as one pack has it, ``file`` and ``line`` where it is written."""

    letter: Ladder
    steps: tuple[LadderStep, ...]
    in_pack: PackInfo
    file: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)

    @property
    def id(self) -> str:
        return f"ladder-{self.letter}"

    @property
    def pack(self) -> str:
        return self.in_pack.name


class PlacedLadders:
    """The ladders that all packs share, and those of smaller places, found by place and time."""

    def __init__(self, shared: Ladders, own: Iterable[OwnLadder], in_force: Callable[[PackInfo, datetime], bool]) -> None:
        self.shared: Mapping[Ladder, tuple[LadderStep, ...]] = {letter: tuple(steps) for letter, steps in shared.items()}
        self.own = tuple(sorted(own, key=lambda one: (one.letter, one.in_pack.jurisdiction, one.in_pack.version)))
        self._in_force = in_force

    def at(self, letter: Ladder, place: Place, at: datetime) -> tuple[LadderStep, ...]:
        """The steps that hold at a place; a letter that no file describes is a KeyError.

        One that has ceased to be a tightening, since the one above it became tighter, holds no longer: nobody climbs later."""
        steps = self.shared[letter]
        for one in self._chain(letter, place.jurisdictions, at):
            steps = one.steps if climbs_no_later(one.steps, steps) else steps
        return steps

    def everywhere(self, place: Place, at: datetime) -> Ladders:
        """All letters as they hold at a place."""
        return {letter: self.at(letter, place, at) for letter in self.shared}

    def loosened(self, one: OwnLadder, over: Sequence[str], at: datetime) -> tuple[OwnLadder | None, tuple[LadderStep, ...]]:
        """The steps of the ladder above (None: the shared one) that this one has later, or not at all."""
        above = next(reversed([*self._chain(one.letter, over, at)]), None)
        wanted = above.steps if above is not None else self.shared.get(one.letter, ())
        return above, tuple(step for step in wanted if not has_counterpart(one.steps, step))

    def _chain(self, letter: Ladder, jurisdictions: Sequence[str], at: datetime) -> Iterator[OwnLadder]:
        """Those in force, from the nation down."""
        for code in jurisdictions:
            yield from (one for one in self.own if (one.letter, one.in_pack.jurisdiction) == (letter, code) and self._in_force(one.in_pack, at))
