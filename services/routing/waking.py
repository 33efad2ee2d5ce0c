"""The clock's bell, as routing rings it."""

from typing import Any

from infra.postgres.pool import Row
from infra.postgres.unit_of_work import UnitOfWork

DUTIES = "duties"
"""The channel that the clock listens on; the payload is when it is needed (an ISO time)."""


async def waking(uow: UnitOfWork, sql: str, *args: Any) -> Row | None:
    """Do what a statement says and wake the clock for the time in its column ``wake``, if there is one; brings the statement's row."""
    row = await uow.fetchrow(sql, *args)
    if row is not None and row["wake"] is not None:
        uow.tell(DUTIES, row["wake"].isoformat())
    return row
