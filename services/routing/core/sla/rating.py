"""互评 in the figures: of few ratings the average tells what one desk said of another, so it is not shown, nor can it be worked out."""

from collections.abc import Mapping, Sequence, Set

from services.routing.core.sla.figures import POINTS, RATED, Figures
from services.routing.core.sla.hiding import TOTAL, Whole

FEWEST = 5
"""The fewest ratings that an average is shown of."""


def averages(lines: Mapping[str, Figures], wholes: Sequence[Whole] | None = None) -> dict[str, float]:
    """Line → its average, where it is shown. ``lines``: the figures by key, the sums under TOTAL.

    What is not shown of a whole that is has to be FEWEST ratings of two lines at least, or the sum less the shown lines would tell it.
    ``wholes``: which lines are sums of which others; None: TOTAL is of all others."""
    counts = {key: figures.count(RATED) for key, figures in lines.items() if figures.count(RATED)}
    shown = {key for key, count in counts.items() if count >= FEWEST}
    rated = [(whole, [part for part in parts if part in counts]) for whole, parts in wholes or [(TOTAL, [k for k in lines if k != TOTAL])]]
    while given_away := [key for whole, parts in rated for key in _to_hide(whole, parts, counts, shown)]:
        shown -= set(given_away)
    return {key: round(lines[key].count(POINTS) / counts[key], 2) for key in sorted(shown)}


def _to_hide(whole: str, parts: Sequence[str], counts: Mapping[str, int], shown: Set[str]) -> Sequence[str]:
    """The smallest shown part of a shown whole that would tell those that are not, else the whole."""
    if whole not in shown or not _tells([counts[part] for part in parts if part not in shown]):
        return ()
    return [min((part for part in parts if part in shown), key=lambda key: (counts[key], key), default=whole)]


def _tells(few: list[int]) -> bool:
    """Whether these hidden counts would be told by their sum."""
    return bool(few) and (len(few) == 1 or sum(few) < FEWEST)
