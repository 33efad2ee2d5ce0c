"""Lines by desk, unit, agency and county add up to one another: what is hidden of a desk must not be told by its unit."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, product

from services.routing.core.sla.figures import ASKED, CELLS, Figures, Piece
from services.routing.core.sla.hiding import TOTAL, Column, Place
from services.routing.core.sla.shapes import By

Levels = Mapping[By, Callable[[Piece], str]]
"""How the pieces are put into lines, the finest first."""


def placed(by: By, key: str) -> str:
    """The key of a line among those of all levels."""
    return f"{by}/{key}"


def gather(pieces: Sequence[Piece], levels: Levels) -> dict[str, list[Piece]]:
    """The pieces of every line, sorted by key; all of them under TOTAL."""
    gathered: dict[str, list[Piece]] = {TOTAL: list(pieces)}
    for by, key in levels.items():
        for piece in pieces:
            gathered.setdefault(placed(by, key(piece)), []).append(piece)
    return {key: gathered[key] for key in sorted(gathered)}


def columns_of(pieces: Iterable[Piece], levels: Levels) -> list[Column]:
    """Which lines are the sum of which: each level of everything, and a line of one whose pieces are those of whole lines of another."""
    keys = {tuple(placed(by, key(piece)) for by, key in levels.items()) for piece in pieces}
    columns = [(TOTAL, tuple(sorted({several[number] for several in keys}))) for number in range(len(levels))]
    for finer, coarser in combinations(range(len(levels)), 2):
        columns += _wholes(sorted({(several[finer], several[coarser]) for several in keys}))
        columns += _wholes(sorted({(several[coarser], several[finer]) for several in keys}))
    return columns


def telling(lines: Mapping[str, Figures], guards: Mapping[str, int], columns: Iterable[Column]) -> Iterator[Place]:
    """The counts of units that hold a small one of a desk: less the unit's other desks they would be that."""
    units, desks = placed("unit", ""), placed("desk", "")
    pairs = ((whole, part) for whole, parts in columns for part in parts if whole.startswith(units) and part.startswith(desks))
    guarded = ((whole, part) for whole, part in pairs if part in guards)
    for (whole, part), cell in product(guarded, (*CELLS, *ASKED)):
        if 0 < lines[part].count(cell) < guards[part]:
            yield whole, cell


def _wholes(pairs: Sequence[tuple[str, str]]) -> Iterator[Column]:
    """From pairs of part and whole: the wholes of which no part belongs to another one too."""
    parts: dict[str, list[str]] = {}
    wholes: dict[str, int] = {}
    for part, whole in pairs:
        parts.setdefault(whole, []).append(part)
        wholes[part] = wholes.get(part, 0) + 1
    return ((whole, tuple(several)) for whole, several in parts.items() if all(wholes[part] == 1 for part in several))
