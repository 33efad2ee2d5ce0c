"""How a day was covered, read from posts and gaps; and the leader's word that lets a late batch count."""

from datetime import date

from infra.metrics import GUARD_WINDOWS
from infra.postgres.unit_of_work import UnitOfWork
from services.routing.core.gaps import Coverage
from services.routing.guard.rows import QUERIES
from services.routing.waking import waking

MEASURED = ("covered", "uncovered", "pending", "filled", "late")


async def coverage(uow: UnitOfWork, day: date, county: str) -> Coverage:
    """The gate windows of a county on a day, as they stand now; all zero where none is planned."""
    found = await coverage_by_county(uow, day, county)
    return found[0] if found else Coverage(day, county)


async def coverage_by_county(uow: UnitOfWork, day: date, county: str | None = None) -> tuple[Coverage, ...]:
    """Every county that has gate windows on that day, by code."""
    return tuple(Coverage(day, **dict(row)) for row in await uow.fetch(QUERIES["coverage"], day, county, uow.now))


async def measure(uow: UnitOfWork, day: date) -> None:
    """Set the gauges of the windows of a day, all counties together."""
    found = await coverage_by_county(uow, day)
    for state in MEASURED:
        GUARD_WINDOWS.labels(state).set(sum(getattr(one, state) for one in found))


async def confirm_batch(uow: UnitOfWork, *, device: str, batch: str, by: str, unit: str) -> int:
    """The leader ``by`` (an opaque reference) of the unit that stated a batch vouches for it, though it was uploaded too late: it counts;
    how many of its check-ins.

    Nothing happens to a batch that counted before, that is flagged for another reason, or that another unit stated."""
    row = await waking(uow, QUERIES["confirm_checkins"], device, batch, by, uow.now, unit)
    return int(row["confirmed"]) if row else 0
