"""A report from the stored records: read, kept to a division or to one unit, put into lines."""

from collections.abc import Sequence
from datetime import timedelta

from infra.postgres.unit_of_work import UnitOfWork
from services.routing.core.directory import Directory
from services.routing.core.sla.naming import is_counted, is_within, naming_of
from services.routing.core.sla.periods import Period
from services.routing.core.sla.report import Asked, Beside, build_report
from services.routing.core.sla.shapes import By, Reach, Report
from services.routing.core.sla.subjects import is_kept_from_unit
from services.routing.sla.read import read_coverage, read_expected, read_incidents, read_pieces, read_voided

INSTANT = timedelta(microseconds=1)
EVERYTHING = Reach()


async def make_report(uow: UnitOfWork, directory: Directory, period: Period, by: By, reach: Reach = EVERYTHING) -> Report:
    """The report of a period by the business time of the unit of work."""
    return (await make_reports(uow, directory, period, (by,), reach))[0]


async def make_reports(
    uow: UnitOfWork, directory: Directory, period: Period, bys: Sequence[By], reach: Reach = EVERYTHING
) -> tuple[Report, ...]:
    """The same, in lines by each of several, read once.

    A county that only looks on at the end of the period (or now, within it) is not counted."""
    at = min(period.end - INSTANT, uow.now)

    def counts(desk: str) -> bool:
        return is_within(directory, desk, reach) and is_counted(directory, desk, at)

    pieces = [piece for piece in await read_pieces(uow, period) if counts(piece.desk)]
    expected = [one for one in await read_expected(uow, period) if counts(one.key)]
    coverage = await read_coverage(uow, period, reach)
    if reach.unit:
        pieces = [piece for piece in pieces if not is_kept_from_unit(piece.type)]
        beside = Beside(coverage=coverage, expected=expected, incidents=None)
    else:
        voided, incidents = await read_voided(uow, period, reach.scope), await read_incidents(uow, period, reach.scope)
        beside = Beside(voided, coverage, expected, incidents)
    return tuple(build_report(Asked(period, by, reach, uow.now), pieces, naming_of(by, directory, uow.now), beside) for by in bys)
