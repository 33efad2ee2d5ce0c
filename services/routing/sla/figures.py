"""A report from the stored records: read, kept to a division, put into lines."""

from infra.postgres.unit_of_work import UnitOfWork
from services.routing.core.directory import Directory
from services.routing.core.sla.naming import namings_of, stands_in
from services.routing.core.sla.periods import Period
from services.routing.core.sla.report import Asked, Beside, build_report
from services.routing.core.sla.shapes import By, Report
from services.routing.sla.read import read_coverage, read_expected, read_incidents, read_pieces, read_voided


async def make_report(uow: UnitOfWork, directory: Directory, period: Period, by: By, scope: str = "") -> Report:
    """The report of a period by the business time of the unit of work, about a division (its digits; empty: everywhere)."""
    pieces = [piece for piece in await read_pieces(uow, period) if stands_in(directory, piece.desk, scope)]
    beside = Beside(
        voided=await read_voided(uow, period, scope),
        coverage=await read_coverage(uow, period, scope),
        incidents=await read_incidents(uow, period, scope),
        expected=[one for one in await read_expected(uow, period) if stands_in(directory, one.key, scope)],
    )
    return build_report(Asked(period, by, scope, uow.now), pieces, namings_of(directory, uow.now), beside)
