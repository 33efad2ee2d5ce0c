"""A report from the stored records: read, kept to a division, put into lines."""

from datetime import timedelta

from infra.postgres.unit_of_work import UnitOfWork
from services.routing.core.directory import Directory
from services.routing.core.sla.naming import is_counted, naming_of, stands_in
from services.routing.core.sla.periods import Period
from services.routing.core.sla.report import Asked, Beside, build_report
from services.routing.core.sla.shapes import By, Report
from services.routing.sla.read import read_coverage, read_expected, read_incidents, read_pieces, read_voided

INSTANT = timedelta(microseconds=1)


async def make_report(uow: UnitOfWork, directory: Directory, period: Period, by: By, scope: str = "") -> Report:
    """The report of a period by the business time of the unit of work, about a division (its digits; empty: everywhere).

    A county that only looks on at the end of the period (or now, within it) is not counted."""
    at = min(period.end - INSTANT, uow.now)

    def counts(desk: str) -> bool:
        return stands_in(directory, desk, scope) and is_counted(directory, desk, at)

    pieces = [piece for piece in await read_pieces(uow, period) if counts(piece.desk)]
    beside = Beside(
        voided=await read_voided(uow, period, scope),
        coverage=await read_coverage(uow, period, scope),
        incidents=await read_incidents(uow, period, scope),
        expected=[one for one in await read_expected(uow, period) if counts(one.key)],
    )
    return build_report(Asked(period, by, scope, uow.now), pieces, naming_of(by, directory, uow.now), beside)
