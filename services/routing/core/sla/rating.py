"""互评 in the figures: of few ratings the average tells what one desk said of another, so it is not shown, nor can it be worked out."""

from collections.abc import Mapping

from services.routing.core.sla.figures import POINTS, RATED, Figures
from services.routing.core.sla.hiding import TOTAL

FEWEST = 5
"""The fewest ratings that an average is shown of."""


def averages(lines: Mapping[str, Figures]) -> dict[str, float]:
    """Line → its average, where it is shown. ``lines``: the figures by key, the sums under TOTAL.

    What is not shown has to be FEWEST ratings of two lines at least, or the sums less the shown lines would tell it."""
    counts = {key: figures.count(RATED) for key, figures in lines.items() if figures.count(RATED)}
    shown = {key for key, count in counts.items() if count >= FEWEST}
    while _tells(few := [counts[key] for key in counts.keys() - shown - {TOTAL}]) and (others := shown - {TOTAL}):
        shown.remove(min(others, key=lambda key: (counts[key], key)))
    if _tells(few):
        shown.discard(TOTAL)
    return {key: round(lines[key].count(POINTS) / counts[key], 2) for key in sorted(shown)}


def _tells(few: list[int]) -> bool:
    """Whether these hidden counts would be told by their sum."""
    return bool(few) and (len(few) == 1 or sum(few) < FEWEST)
