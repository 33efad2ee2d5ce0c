"""The report of a period: lines by desk, unit, agency, type or county with their sums, drills apart, what fell away, what was void."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.routing.core.sla.figures import DROPPED, RATED, STEPS, Figures, Piece, middle, ninetieth
from services.routing.core.sla.periods import Period
from services.routing.core.sla.shapes import (
    By,
    Coverage,
    Dropped,
    Expected,
    ExpectedOfPupils,
    Incidents,
    Line,
    Outcome,
    Owed,
    Rated,
    Reach,
    Report,
    Share,
    Shown,
    Table,
    Voided,
)
from services.routing.core.sla.subjects import smallest_shown
from services.routing.core.sla.sums import TOTAL
from services.routing.core.sla.tables import Tables

NAMES: Mapping[str, str] = {"in_time": "in-time", "late": "late", "open": "open", "asked": "asked"}


@dataclass(frozen=True, slots=True)
class Naming:
    """How pieces are put into lines: the key of each, and the title of a key."""

    key: Callable[[Piece], str]
    title: Callable[[str], str]


Namings = Mapping[By, Naming]
"""For every way of putting pieces into lines: what one way hides another must not tell."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is asked to be about."""

    period: Period
    by: By
    reach: Reach
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Beside:
    """What is counted beside notifications."""

    voided: Iterable[Voided] = ()
    coverage: Iterable[Coverage] = ()
    owed: Sequence[Owed] = ()
    incidents: Incidents | None = field(default_factory=Incidents)


class Counted:
    """The figures of a period in all tables: what happened, and the drills."""

    def __init__(self, pieces: Iterable[Piece], namings: Namings) -> None:
        by_status: dict[str, list[Piece]] = defaultdict(list)
        for piece in pieces:
            by_status[piece.status].append(piece)
        self.namings = namings
        keys = {by: naming.key for by, naming in namings.items()}
        self.actual, self.exercise = (Tables(by_status[status], keys) for status in ("actual", "exercise"))


def build_report(asked: Asked, counted: Counted, beside: Beside) -> Report:
    """From the figures of desks and types to the report, small numbers hidden."""
    naming = counted.namings[asked.by]
    actual, drills = (_Lines(tables, asked.by, naming.title) for tables in (counted.actual, counted.exercise))
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
        expected=_by_line(beside.owed, naming),
        expected_of_pupils=_of_pupils(beside.owed),
        incidents=beside.incidents,
    )


def _by_line(owed: Iterable[Owed], naming: Naming) -> tuple[Expected, ...]:
    """What desks owed, put into the lines of the report; nothing about single pupils, of whom a line would tell."""
    found: dict[tuple[str, str], Expected] = {}
    for one in (one for one in owed if smallest_shown(one.type) is None):
        key = naming.key(Piece(one.desk, one.rule, "actual", Figures()))
        before = found.get((key, one.rule), Expected(key, one.rule, 0, 0, 0))
        found[key, one.rule] = Expected(
            key, one.rule, before.in_time + one.in_time, before.late + one.late, before.missing + one.missing
        )  # fmt: skip
    return tuple(found[place] for place in sorted(found))


def _of_pupils(owed: Iterable[Owed]) -> tuple[ExpectedOfPupils, ...]:
    """What all desks together owed about single pupils, by rule."""
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    limits: dict[str, int] = {}
    for one in owed:
        limit = smallest_shown(one.type)
        if limit is not None:
            limits[one.rule] = max(limit, limits.get(one.rule, 0))
            sums[one.rule].update(in_time=one.in_time, late=one.late, missing=one.missing)
    shown = {rule: {name: count if not 0 < count < limits[rule] else f"<{limits[rule]}" for name, count in sums[rule].items()} for rule in limits}
    return tuple(ExpectedOfPupils(rule, **shown[rule]) for rule in sorted(shown))


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
    """The lines of one table, with what is not shown of them."""

    def __init__(self, tables: Tables, by: By, title: Callable[[str], str]) -> None:
        self._title = title
        self._figures = tables.lines(by)
        self._keys = [key for key in self._figures if key != TOTAL]
        self._averages = tables.averages(by)
        self._hidden = tables.hidden(by)

    def table(self) -> Table:
        return Table(tuple(self._line(key) for key in self._keys), self._line(TOTAL))

    def dropped(self) -> tuple[Dropped, ...]:
        """The lines that something fell away from, the sums last."""
        keys = [key for key in self._keys if any(self._figures[key].count(cell) for cell in DROPPED)]
        return tuple(
            Dropped(key, self._titled(key), *(self._shown(key, cell) for cell in DROPPED)) for key in (*keys, *([TOTAL] if keys else []))
        )

    def _line(self, key: str) -> Line:
        figures = self._figures[key]
        spread = self._seen(key, "signed/in-time", "signed/late")
        return Line(
            key=key,
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
        return self._title(key) if key != TOTAL else "合计"


def _rounded(minutes: float | None) -> float | None:
    return round(minutes, 1) if minutes is not None else None
