"""Reports the coverage of each school day at 18:30 (GRD-04), and measures the windows of today meanwhile."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import NamedTuple

from infra.clock import monotonic
from infra.postgres.unit_of_work import UnitOfWork
from services.routing.beside import Done
from services.routing.core.calendar import ONE_DAY, local_day, moment
from services.routing.core.gaps import report_coverage
from services.routing.core.model import World
from services.routing.guard.coverage import coverage_by_county, measure
from services.routing.guard.rows import QUERIES
from services.routing.loaded import Loaded

REPORT_AT = time(18, 30)
MEASURE_SECONDS = 30.0


class ReportDue(NamedTuple):
    """A day to be reported."""

    day: date


class ReportRound:
    """One unit of work for a day, of all counties together; a clock that slept reports yesterday late, and nothing older."""

    name = "guard-reports"

    def __init__(self) -> None:
        self._measured = float("-inf")

    async def due(self, uow: UnitOfWork, world: World) -> Sequence[ReportDue]:  # noqa: ARG002  asked for by the interface
        """The days whose 18:30 has passed without a report."""
        today = local_day(uow.now)
        if monotonic() - self._measured >= MEASURE_SECONDS:
            await measure(uow, today)
            self._measured = monotonic()
        last = today if uow.now >= moment(today, REPORT_AT) else today - ONE_DAY
        return [ReportDue(row["day"]) for row in await uow.fetch(QUERIES["days_to_report"], today - ONE_DAY, last)]

    async def look(self, uow: UnitOfWork, thing: ReportDue, world: World) -> Done | None:
        """Tell every county that has gate windows on that day how they were covered."""
        if await uow.fetchval(QUERIES["close_report"], thing.day, uow.now) is None:
            return None
        folds = [report_coverage(world, uow.now, one) for one in await coverage_by_county(uow, thing.day)]
        loaded = Loaded()
        told = tuple(fold for fold in folds if fold is not None)
        for fold in told:
            loaded.states.update({incident: fold.state for incident in fold.state.incidents})
        return Done(loaded, told)

    async def next_at(self, uow: UnitOfWork) -> datetime | None:
        """The next 18:30."""
        today = moment(local_day(uow.now), REPORT_AT)
        return today if uow.now < today else today + ONE_DAY
