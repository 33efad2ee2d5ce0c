"""The clock's round of 履职月报: each month once for each county and city that is live, on the first working day after it, at 09:00."""

from collections.abc import Sequence
from datetime import datetime

from infra.postgres.unit_of_work import UnitOfWork
from services.routing.beside import Done
from services.routing.core.mandates import Place
from services.routing.core.model import Fold, IncidentState, World
from services.routing.core.sla.monthly import GOV_07, MOST_LINES, Area, area_named, areas_of, calendars_of, months_due
from services.routing.core.sla.periods import Period, month_named
from services.routing.core.sla.shapes import Reach, Report
from services.routing.core.sla.telling import messages_of, tell_month
from services.routing.loaded import Loaded
from services.routing.sla.figures import make_report
from services.routing.sla.read import QUERIES
from services.routing.speak import ROUTING_DESK

Thing = tuple[str, str]
"""Month and division code."""
CAUSE = "clock/sla-report"


class MonthlyReport:
    """One division's month at a time, so that no deadline waits behind many reports. What was told stands in a row of its own."""

    name = "sla-report"

    def __init__(self) -> None:
        self._last: Thing = ("", "")
        self._done: tuple[str, int] | None = None
        self._next: datetime | None = None

    async def due(self, uow: UnitOfWork, world: World) -> Sequence[Thing]:
        """The next division that was not told of a month; a month before the bus delivered anything is told to nobody."""
        periods, self._next = months_due(uow.now, calendars_of(world.directory, uow.now))
        if not periods or self._done == (periods[-1].name, world.directory.version):
            return ()
        first: datetime | None = await uow.fetchval(QUERIES["first_delivery"])
        if first is None:
            return ()
        waiting = await _untold(uow, world, [period for period in periods if first < period.end])
        if not waiting:
            self._done = (periods[-1].name, world.directory.version)
            return ()
        self._last = next((thing for thing in waiting if thing > self._last), waiting[0])
        return (self._last,)

    async def look(self, uow: UnitOfWork, thing: Thing, world: World) -> Done | None:
        """Count the month and tell it; None when another clock has told it meanwhile."""
        month, code = thing
        mandate = world.book.by_id(GOV_07, uow.now, Place(code))
        if mandate is None:
            return None
        area = area_named(world.directory, code, uow.now)
        messages = messages_of(await _report(uow, world, month_named(month), area), area, world.directory)
        fold = Fold(IncidentState(), world, uow.now, CAUSE)
        incident = tell_month(fold, area, messages, mandate, publisher=ROUTING_DESK)
        figures = [message.model_dump(mode="json") for message in messages]
        if await uow.fetchval(QUERIES["claim_report"], code, month, incident.id, uow.now, figures) is None:
            return None
        return Done(Loaded(states={incident.root: fold.state}), (fold,))

    async def next_at(self, uow: UnitOfWork) -> datetime | None:  # noqa: ARG002  asked for by the round
        """09:00 of the first working day after this month."""
        return self._next


async def _untold(uow: UnitOfWork, world: World, periods: Sequence[Period]) -> list[Thing]:
    told = {(row["month"], row["county"]) for row in await uow.fetch(QUERIES["told_reports"], [period.name for period in periods])}
    wanted = [(period.name, area.code) for period in periods for area in areas_of(world.directory, period.end)]
    return sorted(thing for thing in wanted if thing not in told and world.book.by_id(GOV_07, uow.now, Place(thing[1])) is not None)


async def _report(uow: UnitOfWork, world: World, period: Period, area: Area) -> Report:
    """A city's lines are its counties, a county's its desks; of very many desks their agencies."""
    reach = Reach(area.scope)
    if area.city:
        return await make_report(uow, world.directory, period, "county", reach)
    report = await make_report(uow, world.directory, period, "desk", reach)
    if len(report.actual.lines) <= MOST_LINES and len(report.exercise.lines) <= MOST_LINES:
        return report
    return await make_report(uow, world.directory, period, "agency", reach)
