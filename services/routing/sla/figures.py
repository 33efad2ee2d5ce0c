"""A report from the stored records: read, kept to a division or to one unit, put into lines."""

import asyncio
from collections.abc import Sequence

from infra.postgres.unit_of_work import UnitOfWork
from services.routing.core.calendar import INSTANT
from services.routing.core.directory import Directory
from services.routing.core.sla.naming import county_of, is_counted, is_within, namings_of
from services.routing.core.sla.periods import Period
from services.routing.core.sla.report import Asked, Beside, Counted, build_report
from services.routing.core.sla.shapes import By, Reach, Report
from services.routing.core.sla.subjects import is_kept_from_unit, smallest_shown
from services.routing.sla.read import read_coverage, read_incidents, read_owed, read_pieces, read_voided

EVERYTHING = Reach()


async def make_report(uow: UnitOfWork, directory: Directory, period: Period, by: By, reach: Reach = EVERYTHING) -> Report:
    """The report of a period by the business time of the unit of work."""
    return (await make_reports(uow, directory, period, (by,), reach))[0]


async def make_reports(
    uow: UnitOfWork, directory: Directory, period: Period, bys: Sequence[By], reach: Reach = EVERYTHING
) -> tuple[Report, ...]:
    """The same, in lines by each of several, read once, and built beside the loop: what to hide of a whole city takes seconds.

    A county that only looks on at the end of the period (or now, within it) is not counted."""
    at = min(period.end - INSTANT, uow.now)

    def counts(desk: str) -> bool:
        return is_within(directory, desk, reach) and is_counted(directory, county_of(directory, desk), at)

    pieces = [piece for piece in await read_pieces(uow, period) if counts(piece.desk)]
    owed = [one for one in await read_owed(uow, period) if counts(one.desk)]
    coverage = [one for one in await read_coverage(uow, period, reach) if is_counted(directory, one.county, at)]
    if reach.unit:
        pieces = [piece for piece in pieces if not is_kept_from_unit(piece.type)]
        owed = [one for one in owed if smallest_shown(one.type) is None]
        beside = Beside(coverage=coverage, owed=owed, incidents=None)
    else:
        voided, incidents = await read_voided(uow, period, reach.scope), await read_incidents(uow, period, reach.scope)
        beside = Beside(voided, coverage, owed, incidents)
    asked, namings = [Asked(period, by, reach, uow.now) for by in bys], namings_of(directory, uow.now)

    def build() -> tuple[Report, ...]:
        counted = Counted(pieces, namings)
        return tuple(build_report(one, counted, beside) for one in asked)

    return await asyncio.to_thread(build)
