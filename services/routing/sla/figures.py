"""A report from the stored records: read, kept to a division, put into lines."""

from infra.postgres.unit_of_work import UnitOfWork
from services.routing.core.directory import Directory
from services.routing.core.sla.naming import county_of, is_counted, namings_of, stands_in
from services.routing.core.sla.periods import Period
from services.routing.core.sla.report import Asked, Beside, build_report
from services.routing.core.sla.shapes import By, Report
from services.routing.sla.read import read_coverage, read_incidents, read_owed, read_pieces, read_voided


async def make_report(uow: UnitOfWork, directory: Directory, period: Period, by: By, scope: str = "") -> Report:
    """The report of a period by the business time of the unit of work, about a division (its digits; empty: everywhere).

    Counties that are in shadow at its end, or now, are left out."""
    at = min(uow.now, period.end)

    def counts(desk: str) -> bool:
        return stands_in(directory, desk, scope) and is_counted(directory, county_of(directory, desk), at)

    pieces = [piece for piece in await read_pieces(uow, period) if counts(piece.desk)]
    beside = Beside(
        voided=await read_voided(uow, period, scope),
        coverage=[one for one in await read_coverage(uow, period, scope) if is_counted(directory, one.county, at)],
        incidents=await read_incidents(uow, period, scope),
        owed=[one for one in await read_owed(uow, period) if counts(one.desk)],
    )
    return build_report(Asked(period, by, scope, uow.now), pieces, namings_of(directory, uow.now), beside)
