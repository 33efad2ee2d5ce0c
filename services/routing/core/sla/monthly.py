"""履职月报 (GOV-07): which months are due, and for which divisions."""

from dataclasses import dataclass
from datetime import datetime

from services.routing.core.calendar import Calendars, DayUnknown
from services.routing.core.directory import Directory
from services.routing.core.model import OPS_DESK
from services.routing.core.sla.periods import Period, month_before, month_of, report_due

GOV_07 = "GOV-07"
MONTHS_BACK = 3
"""A clock that slept tells no month that is older."""
MOST_LINES = 1000
"""More desks than fit into one message: then the lines are by agency."""
CITY = "00"


@dataclass(frozen=True, slots=True)
class Area:
    """A county, or (``city``) a city, that is told of a month. ``scope``: the digits that its desks stand in."""

    code: str
    name: str

    @property
    def city(self) -> bool:
        return self.code.endswith(CITY)

    @property
    def scope(self) -> str:
        return self.code[:4] if self.city else self.code


def months_due(now: datetime, calendars: Calendars) -> tuple[list[Period], datetime | None]:
    """The latest months whose report is due by ``now``, oldest first, and when the next one is (None: no calendar covers it yet)."""
    months = [month_of(now)]
    for _ in range(MONTHS_BACK):
        months.insert(0, month_before(months[0]))
    dues = [(period, _due(period, calendars)) for period in months]
    upcoming = [at for _, at in dues if at is not None and at > now]
    return [period for period, at in dues if at is not None and at <= now], min(upcoming, default=None)


def _due(period: Period, calendars: Calendars) -> datetime | None:
    try:
        return report_due(period, calendars)
    except DayUnknown:
        return None


def calendars_of(directory: Directory, at: datetime) -> Calendars:
    """The calendars that a directory was built with."""
    return directory.desk_time(OPS_DESK, at).calendars


def areas_of(directory: Directory, at: datetime) -> list[Area]:
    """The counties that are live on the bus at ``at``, and the cities of such."""
    named = {unit.id.removeprefix("area-"): unit.name for unit in directory.units(at) if unit.kind == "area"}
    live = [code for code in named if not code.endswith(CITY) and directory.onboarding(code, at) == "live"]
    cities = {f"{code[:4]}{CITY}" for code in live} & named.keys()
    return [Area(code, named[code]) for code in sorted((*live, *cities))]


def area_named(directory: Directory, code: str, at: datetime) -> Area:
    """The division of a code."""
    unit = directory.unit(f"area-{code}", at)
    return Area(code, unit.name if unit else code)
