"""The report of a period: lines by desk, unit, agency, type or county with their sums, drills apart, what fell away, what was void."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.routing.core.sla.figures import DROPPED, RATED, STEPS, Figures, Piece, combine, middle, ninetieth
from services.routing.core.sla.hiding import TOTAL, Column, Place, hide
from services.routing.core.sla.levels import Levels, columns_of, gather, placed, telling
from services.routing.core.sla.periods import Period
from services.routing.core.sla.rating import averages
from services.routing.core.sla.shapes import (
    By,
    Coverage,
    Dropped,
    Expected,
    Incidents,
    Line,
    Outcome,
    Rated,
    Reach,
    Report,
    Share,
    Shown,
    Table,
    Voided,
)
from services.routing.core.sla.subjects import guard_of, smallest_shown

NAMES: Mapping[str, str] = {"in_time": "in-time", "late": "late", "open": "open", "asked": "asked"}


@dataclass(frozen=True, slots=True)
class Naming:
    """How pieces are put into lines: the keys by which they are told apart, at every level that adds up to others, and the title of a key."""

    levels: Levels
    title: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is asked to be about."""

    period: Period
    by: By
    reach: Reach
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Beside:
    """What is counted beside notifications. ``expected``: by desk, which is the key."""

    voided: Iterable[Voided] = ()
    coverage: Iterable[Coverage] = ()
    expected: Iterable[Expected] = ()
    incidents: Incidents | None = field(default_factory=Incidents)


def build_report(asked: Asked, pieces: Sequence[Piece], naming: Naming, beside: Beside) -> Report:
    """From the figures of desks and types to the report, small numbers hidden."""
    actual = _Lines([piece for piece in pieces if piece.status == "actual"], naming, asked.by)
    drills = _Lines([piece for piece in pieces if piece.status == "exercise"], naming, asked.by)
    listed, hidden = _told(beside.voided)
    return Report(
        period=asked.period,
        by=asked.by,
        scope=asked.reach.scope,
        unit=asked.reach.unit,
        as_of=asked.as_of,
        actual=actual.table(),
        exercise=drills.table(),
        dropped=actual.dropped(),
        voided=listed,
        voided_hidden=hidden,
        coverage=tuple(beside.coverage),
        expected=_by_line(beside.expected, naming.levels[asked.by]),
        incidents=beside.incidents,
    )


def _by_line(expected: Iterable[Expected], key_of: Callable[[Piece], str]) -> tuple[Expected, ...]:
    """What desks owed, put into the lines of the report."""
    found: dict[tuple[str, str], Expected] = {}
    for one in expected:
        key = key_of(Piece(one.key, one.rule, "actual", Figures()))
        before = found.get((key, one.rule), Expected(key, one.rule, 0, 0, 0))
        found[key, one.rule] = Expected(
            key, one.rule, before.in_time + one.in_time, before.late + one.late, before.missing + one.missing
        )  # fmt: skip
    return tuple(found[place] for place in sorted(found))


def _told(voided: Iterable[Voided]) -> tuple[tuple[Voided, ...], dict[str, Shown]]:
    """Withdrawn incidents one by one, but for matters of single pupils: of those only how many, by type."""
    listed: list[Voided] = []
    counts: dict[str, int] = defaultdict(int)
    for one in voided:
        if smallest_shown(one.type) is None:
            listed.append(one)
        else:
            counts[one.type] += 1
    shown = {name: count if count >= (smallest_shown(name) or 0) else f"<{smallest_shown(name)}" for name, count in counts.items()}
    return tuple(listed), dict(sorted(shown.items()))


class _Lines:
    """Pieces gathered by key, with what is not shown of them."""

    def __init__(self, pieces: Sequence[Piece], naming: Naming, by: By) -> None:
        gathered = gather(pieces, naming.levels)
        columns = columns_of(pieces, naming.levels)
        self._title = naming.title
        self._by = placed(by, "")
        self._figures = {key: combine(piece.figures for piece in several) for key, several in gathered.items()}
        guards = {key: guard_of(piece.type for piece in several) for key, several in gathered.items()}
        self._averages = averages(self._figures, columns)
        self._keys = [key for key in self._figures if key.startswith(self._by)]
        self._hidden = self._hide({key: guard for key, guard in guards.items() if guard is not None}, columns)

    def _hide(self, guards: Mapping[str, int], columns: Sequence[Column]) -> Mapping[Place, str]:
        lines = {key: self._figures[key] for key in (TOTAL, *self._keys)}
        kept = telling(self._figures, guards, columns)
        own = {key: guard for key, guard in guards.items() if key in lines}
        return hide(lines, own, [(TOTAL, tuple(self._keys))], [place for place in kept if place[0] in lines])

    def table(self) -> Table:
        return Table(tuple(self._line(key) for key in self._keys), self._line(TOTAL))

    def dropped(self) -> tuple[Dropped, ...]:
        """The lines that something fell away from, the sums last."""
        keys = [key for key in self._keys if any(self._figures[key].count(cell) for cell in DROPPED)]
        return tuple(
            Dropped(self._plain(key), self._titled(key), *(self._shown(key, cell) for cell in DROPPED)) for key in (*keys, *([TOTAL] if keys else []))
        )

    def _line(self, key: str) -> Line:
        figures = self._figures[key]
        spread = self._seen(key, "signed/in-time", "signed/late")
        return Line(
            key=self._plain(key),
            title=self._titled(key),
            delivered=self._outcome(key, "delivered"),
            signed=self._outcome(key, "signed"),
            acted=self._outcome(key, "acted"),
            reported=self._outcome(key, "reported"),
            closed=self._outcome(key, "closed"),
            median_minutes=_rounded(middle(figures.minutes)) if spread else None,
            p90_minutes=_rounded(ninetieth(figures.minutes)) if spread else None,
            publisher=self._share(key, "publisher", "publisher/late"),
            bus=self._share(key, "bus", "delivered/late"),
            receiver=self._share(key, "receiver", "signed/late"),
            published=self._outcome(key, "published"),
            published_overrun=self._share(key, "published", "published/late"),
            lawful=self._outcome(key, "lawful"),
            steps={cell.partition("/")[2]: self._shown(key, cell) for cell in STEPS if figures.count(cell)},
            rated=self._rated(key),
        )

    def _rated(self, key: str) -> Rated:
        return Rated(self._shown(key, RATED), self._averages.get(key) if self._seen(key, RATED) else None)

    def _outcome(self, key: str, measure: str) -> Outcome:
        in_time, late = (self._figures[key].count(f"{measure}/{verdict}") for verdict in ("in-time", "late"))
        seen = in_time + late > 0 and self._seen(key, f"{measure}/in-time", f"{measure}/late")
        return Outcome(
            **{name: self._shown(key, f"{measure}/{cell}") for name, cell in NAMES.items()},
            rate=round(in_time / (in_time + late), 4) if seen else None,
        )

    def _share(self, key: str, share: str, cell: str) -> Share:
        minutes = self._figures[key].seconds.get(share, 0) / 60
        return Share(self._shown(key, cell), _rounded(minutes) if self._seen(key, cell) else None)

    def _shown(self, key: str, cell: str) -> Shown:
        return self._hidden.get((key, cell)) or self._figures[key].count(cell)

    def _seen(self, key: str, *cells: str) -> bool:
        return not any((key, cell) in self._hidden for cell in cells)

    def _titled(self, key: str) -> str:
        return self._title(self._plain(key)) if key != TOTAL else "合计"

    def _plain(self, key: str) -> str:
        return key.removeprefix(self._by)


def _rounded(minutes: float | None) -> float | None:
    return round(minutes, 1) if minutes is not None else None
