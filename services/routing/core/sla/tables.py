"""The same figures in lines by desk, agency, type and county: one reader may ask for all of them, so they are hidden together."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from services.routing.core.sla.figures import Figures, Piece, combine
from services.routing.core.sla.hiding import TOTAL, Place, Whole, hide
from services.routing.core.sla.rating import averages
from services.routing.core.sla.shapes import By
from services.routing.core.sla.subjects import guard_of

Keys = Mapping[By, Callable[[Piece], str]]
PARTS: Mapping[By, By] = {"agency": "desk", "county": "desk"}
"""Lines that are sums of lines of another table: a desk stands in one agency and one county."""


class Tables:
    """Pieces gathered in every way at once. Inside, a line is called by its way and its key; the sums are those of all ways."""

    def __init__(self, pieces: Sequence[Piece], keys: Keys) -> None:
        gathered: dict[str, list[Piece]] = defaultdict(list)
        columns: dict[By, dict[str, None]] = {by: {} for by in keys}
        parts: dict[str, dict[str, None]] = defaultdict(dict)
        for piece in pieces:
            names = {by: _named(by, key(piece)) for by, key in keys.items()}
            for by, name in names.items():
                gathered[name].append(piece)
                columns[by][name] = None
            for by, finer in PARTS.items():
                parts[names[by]][names[finer]] = None
        self._gathered = {TOTAL: list(pieces), **{name: gathered[name] for name in sorted(gathered)}}
        self._figures = {name: combine(piece.figures for piece in several) for name, several in self._gathered.items()}
        self._wholes: Sequence[Whole] = [
            *((TOTAL, tuple(lines)) for lines in columns.values()),
            *((name, tuple(lines)) for name, lines in parts.items()),
        ]

    def lines(self, by: By) -> dict[str, Figures]:
        """The lines of one table by key, the sums under TOTAL."""
        return {key: figures for name, figures in self._figures.items() if (key := _key(by, name)) is not None}

    def hidden(self, by: By) -> dict[Place, str]:
        """What is not shown of the lines of one table, and what stands in its place."""
        return {(key, cell): text for (name, cell), text in self._hidden.items() if (key := _key(by, name)) is not None}

    def averages(self, by: By) -> dict[str, float]:
        """The averages that are shown in one table."""
        found = averages(self._figures, self._wholes)
        return {key: average for name, average in found.items() if (key := _key(by, name)) is not None}

    @cached_property
    def _hidden(self) -> dict[Place, str]:
        guards = {name: guard_of(piece.type for piece in several) for name, several in self._gathered.items()}
        return hide(self._figures, {name: guard for name, guard in guards.items() if guard is not None}, self._wholes)


def _named(by: By, key: str) -> str:
    return f"{by}:{key}"


def _key(by: By, name: str) -> str | None:
    """The key of a line of one table, and of the sums; None for a line of another table."""
    mark = _named(by, "")
    return name.removeprefix(mark) if name == TOTAL or name.startswith(mark) else None
