"""Figures from routing's tables: whole periods in a few statements, one row for each desk, type and status."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from contracts.matters import OF_ONE_CHILD
from infra.clock import BEIJING
from infra.postgres.queries import load
from infra.postgres.unit_of_work import UnitOfWork
from services.routing.core.sla.figures import POINTS, RATED, STEPS, Figures, Piece
from services.routing.core.sla.periods import Period
from services.routing.core.sla.rules import MEASURE_OF
from services.routing.core.sla.shapes import Coverage, Incidents, Owed, Reach, Voided

QUERIES = load(Path(__file__).with_name("queries.sql"))
VERDICTS: Mapping[str, str] = {"in_time": "in-time", "late": "late", "open": "open"}
Place = tuple[str, str, str]
"""Desk, type and status."""


class _Gathering:
    """The rows of several statements, by desk, type and status."""

    def __init__(self) -> None:
        self.cells: dict[Place, Counter[str]] = defaultdict(Counter)
        self.seconds: dict[Place, dict[str, float]] = defaultdict(dict)
        self.minutes: dict[Place, list[float]] = defaultdict(list)

    def outcomes(self, row: Mapping[str, Any], measure: str) -> None:
        self.cells[_place(row)].update({f"{measure}/{verdict}": row[name] for name, verdict in VERDICTS.items() if row.get(name)})

    def duties(self, row: Mapping[str, Any]) -> None:
        place, measure = _place(row), MEASURE_OF[row["kind"]]
        self.outcomes(row, measure)
        self.cells[place].update(STEPS[min(step, len(STEPS)) - 1] for step in row["steps"])
        self.minutes[place] += [seconds / 60 for seconds in row["took"]]
        if measure == "signed":
            self.seconds[place]["receiver"] = row["overrun"]

    def deliveries(self, row: Mapping[str, Any]) -> None:
        self.outcomes(row, "delivered")
        self.cells[_place(row)]["publisher/late"] += row["publisher_late"]
        self.seconds[_place(row)] |= {"bus": row["bus"], "publisher": row["publisher"]}

    def publications(self, row: Mapping[str, Any]) -> None:
        self.outcomes(row, "published")
        self.cells[_place(row)].update({"lawful/in-time": row["lawful"], "lawful/late": row["unlawful"]})
        self.seconds[_place(row)]["published"] = row["overrun"]

    def ratings(self, row: Mapping[str, Any]) -> None:
        self.cells[_place(row)].update({RATED: row["given"], POINTS: row["points"]})

    def dropped(self, row: Mapping[str, Any]) -> None:
        self.cells[_place(row)][f"dropped/{row['state']}"] += row["count"]

    def pieces(self) -> list[Piece]:
        places = sorted({*self.cells, *self.seconds, *self.minutes})
        return [Piece(*one, Figures(dict(self.cells[one]), self.seconds[one], self.minutes[one])) for one in places]


async def read_pieces(uow: UnitOfWork, period: Period) -> list[Piece]:
    """What was delivered, asked and stated in a period, as it stands at the business time of the unit of work."""
    gathering = _Gathering()
    await uow.execute(QUERIES["roomy"])
    _each(await uow.fetch(QUERIES["duties"], period.start, period.end, uow.now), gathering.duties)
    _each(await uow.fetch(QUERIES["deliveries"], period.start, period.end), gathering.deliveries)
    _each(await uow.fetch(QUERIES["publications"], period.start, period.end), gathering.publications)
    _each(await uow.fetch(QUERIES["dropped"], period.start, period.end), gathering.dropped)
    _each(await uow.fetch(QUERIES["ratings"], period.start, period.end), gathering.ratings)
    return gathering.pieces()


async def read_coverage(uow: UnitOfWork, period: Period, reach: Reach) -> list[Coverage]:
    """The gate windows of a division, or of one school's gates, in a period, by county."""
    first, end = (at.astimezone(BEIJING).date() for at in (period.start, period.end))
    return [Coverage(**dict(row)) for row in await uow.fetch(QUERIES["windows"], first, end, uow.now, reach.scope, reach.unit)]


async def read_owed(uow: UnitOfWork, period: Period) -> list[Owed]:
    """What desks owed in a period without being asked."""
    rows = await uow.fetch(QUERIES["expected"], period.start, period.end)
    return [Owed(**dict(row)) for row in rows]


async def read_voided(uow: UnitOfWork, period: Period, scope: str) -> list[Voided]:
    """The incidents of a division (its digits) that were withdrawn in a period."""
    return [
        Voided(row["number"], row["type"], row["county"], row["withdrawn_at"], *_why(row["withdrawal"]))
        for row in await uow.fetch(QUERIES["voided"], period.start, period.end, scope)
    ]


async def read_incidents(uow: UnitOfWork, period: Period, scope: str) -> Incidents:
    """The incidents of a division (its digits) in a period, as reported and with merged ones as one."""
    row = await uow.fetchrow(QUERIES["incidents"], period.start, period.end, scope, sorted(OF_ONE_CHILD))
    return Incidents(row["reported"], row["counted"]) if row is not None else Incidents()


def _why(withdrawal: Mapping[str, str]) -> Iterable[str]:
    return (withdrawal.get(field, "") for field in ("code", "reason", "officer"))


def _each(rows: Iterable[Any], take: Any) -> None:
    for row in rows:
        take(row)


def _place(row: Mapping[str, Any]) -> Place:
    return row["desk"], row["type"], row["status"]
