"""互评 in the figures: of few ratings the average tells what one desk said of another, so it is not shown, nor can it be worked out."""

from collections.abc import Iterable, Mapping, Sequence, Set

from services.routing.core.sla.figures import POINTS, RATED, Figures
from services.routing.core.sla.sums import Column

FEWEST = 5
"""The fewest ratings that an average is shown of."""


def averages(lines: Mapping[str, Figures], columns: Iterable[Column]) -> dict[str, float]:
    """Line → its average, where it is shown. ``lines``: the figures by key. ``columns``: which lines add up to which.

    What is not shown of a sum has to be FEWEST ratings of two lines at least, or the sum less the shown lines would tell it."""
    counts = {key: figures.count(RATED) for key, figures in lines.items() if figures.count(RATED)}
    shown = {key for key, count in counts.items() if count >= FEWEST}
    rated = [(whole, [key for key in parts if key in counts]) for whole, parts in columns if whole in counts]
    while told := {key for whole, parts in rated for key in _told(whole, parts, shown, counts)}:
        shown -= told
    return {key: round(lines[key].count(POINTS) / counts[key], 2) for key in sorted(shown)}


def _told(whole: str, parts: Sequence[str], shown: Set[str], counts: Mapping[str, int]) -> Sequence[str]:
    """Where a sum tells what is hidden, what to hide next: its smallest shown part, else the sum itself."""
    few = [counts[key] for key in parts if key not in shown]
    if not (_tells(few) if whole in shown else not few):
        return ()
    return [min((key for key in parts if key in shown), key=lambda key: (counts[key], key), default=whole)]


def _tells(few: Sequence[int]) -> bool:
    """Whether these hidden counts would be told by their sum."""
    return bool(few) and (len(few) == 1 or sum(few) < FEWEST)
