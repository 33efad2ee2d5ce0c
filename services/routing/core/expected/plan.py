"""Planning: what one unit owes for one period, with its due as the calendars say when it is planned."""

from dataclasses import dataclass, field, replace
from datetime import datetime, time

from contracts.ids import derived_id, desk_of
from services.routing.core.calendar import INSTANT, DayUnknown, DeskTime, moment
from services.routing.core.deadlines import Due, Period, pending_words, period_due
from services.routing.core.directory import KINDS, Directory, Unit, Where, unit_name
from services.routing.core.expected.periods import own_period
from services.routing.core.expected.records import Expectation
from services.routing.core.mandates import Expected, PeriodicDuty
from services.routing.core.model import World

NOON = time(12, 0)
UNIT_DESK = "@unit-desk"


@dataclass(frozen=True, slots=True)
class Planning:
    """One part of a duty planned for one period of all units. Closures published by ``as_of`` count; units alike share their due."""

    duty: PeriodicDuty
    part: Expected
    period: Period
    world: World
    as_of: datetime
    known: dict[tuple[str, DeskTime], Due | None] = field(default_factory=dict)

    def due(self, own: Period, desk: DeskTime) -> Due | None:
        """The due of a unit with these days and hours; None without a duty."""
        alike = replace(desk, school=replace(desk.school, windows=())) if desk.school is not None else desk
        key = (own.label, alike)
        if key not in self.known:
            self.known[key] = _due(self.part, own, self.as_of, alike)
        return self.known[key]


@dataclass(frozen=True, slots=True)
class Owing:
    """One unit as a duty looks at it: as it stands ``at`` a day of its life, where it lies, which school it is, and the desk that owes."""

    at: datetime
    unit: Unit
    city: str
    school_kind: str
    desk: str


def expectation_of(planning: Planning, unit_id: str) -> Expectation | None:
    """What a unit owes for its own period within that of all; None when it owes nothing."""
    directory, part = planning.world.directory, planning.part
    owing = _owing(part, unit_id, planning.period, directory)
    if owing is None or not directory.can_report(owing.unit.county, planning.as_of):
        return None
    own = own_period(part.every, planning.period, owing.city, owing.school_kind, directory.calendars)
    due = planning.due(own, _time_of(owing, directory)) if own else None
    if own is None or due is None or not _lives(directory, unit_id, due.at - INSTANT if due.at else moment(own.last, NOON)):
        return None
    return _made(planning.duty, part, owing, own, due)


def _made(duty: PeriodicDuty, part: Expected, owing: Owing, own: Period, due: Due) -> Expectation:
    return Expectation(
        id=derived_id(moment(own.first, time.min), "expectation", duty.id, part.part, owing.unit.id, own.label),
        rule=duty.id,
        part=part.part,
        stamp=duty.stamp,
        unit=owing.unit.id,
        desk=owing.desk,
        county=owing.unit.county,
        area=_area(owing.unit),
        period=own.label,
        begins=own.first,
        ends=own.last,
        state="open" if due.at else "pending",
        due=due.at,
        derivation=due.derivation,
        calendar_version=due.calendar_version,
        pending=due.pending,
        next_at=due.at,
    )


def _owing(part: Expected, unit_id: str, period: Period, directory: Directory) -> Owing | None:
    """The unit as it stands at the end of the period, or (one that ends within it) at its begin."""
    name = unit_name(unit_id)
    if name is None or name.kind not in part.who.kinds:
        return None
    for day in (period.last, period.first):
        at = moment(day, NOON)
        unit = directory.unit(unit_id, at)
        if unit is not None and unit.via is None:
            return _as_owing(part, unit, directory, at)
    return None


def _as_owing(part: Expected, unit: Unit, directory: Directory, at: datetime) -> Owing | None:
    school = directory.school(unit.id, at) if unit.kind == "sch" else None
    kind = school.kind if school else "primary"
    if not part.who.holds(unit.kind, kind) or (unit.kind == "area" and unit.county.endswith("00")):
        return None
    desk = _desk_of(part, unit, directory, at)
    return Owing(at, unit, f"{unit.county[:4]}00", kind, desk) if desk else None


def _desk_of(part: Expected, unit: Unit, directory: Directory, at: datetime) -> str | None:
    """The desk that owes: of the unit itself, or the one that its place leads to."""
    if part.desk == UNIT_DESK:
        return next((desk_of(role, unit.id) for role in KINDS[unit.kind].desks if role in unit.desks), None)
    if part.desk in unit.desks:
        return desk_of(part.desk, unit.id)
    where = Where((unit.id,) if unit.kind == "sch" else (), unit.county, unit.place_code or None)
    return next((one.desk for one in directory.resolve(part.desk, where, at)), None)


def _time_of(owing: Owing, directory: Directory) -> DeskTime:
    if owing.unit.kind == "sch":
        return directory.desk_time(desk_of("school.duty-desk", owing.unit.id), owing.at)
    return directory.county_time(owing.unit.county, owing.at)


def _due(part: Expected, own: Period, as_of: datetime, desk: DeskTime) -> Due | None:
    """None without a duty: too few days that count, or none of those that the form names. Days that nobody knows: pending."""
    floor = part.floor
    if floor is not None:
        at_school = floor.days == "school-days"
        try:
            counted = sum(desk.school_day(day, as_of) if at_school else desk.calendars.working(day) for day in own.days())
        except DayUnknown as unknown:
            return Due(None, unknown.pending, pending_words(unknown.pending), desk.calendars.working_version())
        if counted < floor.at_least:
            return None
    return period_due(part.due, own, as_of, desk)


def _lives(directory: Directory, unit: str, at: datetime) -> bool:
    found = directory.unit(unit, at)
    return found is not None and found.via is None


def _area(unit: Unit) -> str:
    """The division a unit speaks for: a county, the four digits of a city, the two of a province."""
    code = unit.county
    if not code.endswith("00"):
        return code
    return code[:2] if code.endswith("0000") else code[:4]
