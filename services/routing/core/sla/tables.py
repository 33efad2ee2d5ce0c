"""The same figures in lines by desk, unit, agency, type and county: one reader may ask for all of them, so they are hidden together."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from services.routing.core.sla.figures import Figures, Piece, combine
from services.routing.core.sla.hiding import hide, hide_whole
from services.routing.core.sla.knowing import TooMuch
from services.routing.core.sla.rating import averages
from services.routing.core.sla.shapes import By
from services.routing.core.sla.subjects import guard_of
from services.routing.core.sla.sums import TOTAL, Column, Place

Keys = Mapping[By, Callable[[Piece], str]]
WIDEST: Sequence[By] = ("agency", "county", "type")
"""Tables of whose lines everything is the sum; those of desks and units add up to these."""
ADD_UP: Sequence[tuple[By, Sequence[By]]] = (
    ("unit", ("desk",)), ("agency", ("unit", "desk")), ("county", ("agency", "unit", "desk")), ("type", ("county", "agency", "unit", "desk")),
    ("desk", ("type",)), ("unit", ("type",)), ("agency", ("type",)), ("county", ("type",)),
)  # fmt: skip
"""What the lines of a table may be sums of, the widest first."""


class Tables:
    """Pieces gathered in every way at once. Inside, a line is called by its way and its key; the sums are those of all ways."""

    def __init__(self, pieces: Sequence[Piece], keys: Keys) -> None:
        gathered: dict[str, list[Piece]] = defaultdict(list)
        names: set[tuple[str, ...]] = set()
        for piece in pieces:
            named = tuple(_named(by, key(piece)) for by, key in keys.items())
            names.add(named)
            for name in named:
                gathered[name].append(piece)
        self._gathered = {TOTAL: list(pieces), **{name: gathered[name] for name in sorted(gathered)}}
        self._figures = {name: combine(piece.figures for piece in several) for name, several in self._gathered.items()}
        self._names = [dict(zip(keys, named, strict=True)) for named in sorted(names)]
        self.columns: Sequence[Column] = list(_columns(self._names, tuple(keys)))
        """Which lines are the sum of which."""

    def lines(self, by: By) -> dict[str, Figures]:
        """The lines of one table by key, the sums under TOTAL."""
        return {key: figures for name, figures in self._figures.items() if (key := _key(by, name)) is not None}

    def hidden(self, by: By) -> dict[Place, str]:
        """What is not shown of the lines of one table, and what stands in its place."""
        return {(key, cell): text for (name, cell), text in self._hidden.items() if (key := _key(by, name)) is not None}

    def averages(self, by: By) -> dict[str, float]:
        """The averages that are shown in one table."""
        return {key: average for name, average in self._averages.items() if (key := _key(by, name)) is not None}

    @cached_property
    def _hidden(self) -> dict[Place, str]:
        """Of all tables together; of desks and units nothing at all where that is more than anybody can wait for."""
        try:
            return hide(self._figures, self._guards(self._figures), self.columns)
        except TooMuch:
            wide = [name for name in self._figures if name == TOTAL or any(_key(by, name) is not None for by in WIDEST)]
        apart = hide_whole(self._figures.keys() - set(wide))
        try:
            return apart | hide({name: self._figures[name] for name in wide}, self._guards(wide), _columns(self._names, WIDEST))
        except TooMuch:
            return hide_whole(self._figures)

    def _guards(self, names: Iterable[str]) -> dict[str, int]:
        guards = {name: guard_of(piece.type for piece in self._gathered[name]) for name in names}
        return {name: guard for name, guard in guards.items() if guard is not None}

    @cached_property
    def _averages(self) -> dict[str, float]:
        return averages(self._figures, self.columns)


def _columns(names: Sequence[Mapping[By, str]], ways: Collection[By]) -> Iterator[Column]:
    """Everything as the sum of the widest tables, and each line as the sum of the widest lines of another table that lie in it whole."""
    for by in WIDEST:
        yield TOTAL, tuple(sorted({named[by] for named in names}))
    for by, finer in ADD_UP:
        found: dict[str, tuple[str, ...]] = {}
        for other in (one for one in finer if {one, by} <= {*ways}):
            found = dict(_wholes({(named[other], named[by]) for named in names})) | found
        yield from found.items()


def _wholes(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """From pairs of part and whole: the wholes of which no part belongs to another one too."""
    parts: dict[str, list[str]] = defaultdict(list)
    wholes: dict[str, int] = defaultdict(int)
    for part, whole in sorted(pairs):
        parts[whole].append(part)
        wholes[part] += 1
    return ((whole, tuple(several)) for whole, several in parts.items() if all(wholes[part] == 1 for part in several))


def _named(by: By, key: str) -> str:
    return f"{by}/{key}"


def _key(by: By, name: str) -> str | None:
    """The key of a line of one table, and of the sums; None for a line of another table."""
    mark = _named(by, "")
    return name.removeprefix(mark) if name == TOTAL or name.startswith(mark) else None
