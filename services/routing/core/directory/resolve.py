"""From a role and the place of an event to the desks that must know. What cannot be found is named, never guessed."""

from dataclasses import dataclass
from datetime import date, datetime

from contracts.ids import DeskId, desk_of
from services.routing.core.calendar import local_day
from services.routing.core.directory.index import COUNTY_DIGITS, Index, SchoolAt
from services.routing.core.directory.roles import ROLES, Role


@dataclass(frozen=True, slots=True)
class Where:
    """What an event says about place: its schools, the county it happened in (none where only some of its places are asked for), town or
    community, and who published it.

    ``areas``: division codes whose every school it concerns. ``since``: when it was first stated; the units paired with its schools then
    go on with it (none: as they are paired now)."""

    schools: tuple[str, ...]
    county: str
    place_code: str | None = None
    publisher: str | None = None
    areas: tuple[str, ...] = ()
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Resolved:
    """One desk; ``school`` is the school it was found for when the desk stands in that school."""

    desk: DeskId
    note: str
    school: str | None


@dataclass(frozen=True, slots=True)
class Lookup:
    """The desks of a role, the event's own county first, and what stayed unresolved, in words."""

    found: tuple[Resolved, ...]
    unresolved: tuple[str, ...]


class _Search:
    """One look-up in progress: desks in order of discovery, without repeats."""

    def __init__(self, index: Index, role: Role, where: Where, day: date) -> None:
        self.index, self.role, self.where, self.day = index, role, where, day
        self.begun = local_day(where.since) if where.since is not None else day
        self.county = index.county_at(where.county, day)
        self.found: dict[str, Resolved] = {}
        self.missing: list[str] = []
        self.schools = self._schools()

    def _schools(self) -> list[SchoolAt]:
        """The schools of the event after merges, those of its own county first."""
        schools: dict[str, SchoolAt] = {}
        for school in self.where.schools:
            at = self.index.school(school, self.day)
            if at is None:
                self.missing.append(f"学校 {school} 不在名录（unknown school）")
            else:
                schools.setdefault(at.id, at)
        for within in self.index.schools_in(self.where.areas, self.day):
            schools.setdefault(within.id, within)
        return sorted(schools.values(), key=lambda school: school.county != self.county)

    def add(self, unit: str | None, what: str, *, school: SchoolAt | None = None) -> bool:
        """Take the desk at ``unit`` (or its successor); a unit without this desk is named as missing."""
        living = self.index.unit(unit, self.day) if unit else None
        name = next((one for one in (self.role.name, self.role.instead) if living is not None and one in living.desks), None)
        if living is None or name is None:
            self.missing.append(f"{what}没有{self.role.title}（no {self.role.name}）")
            return False
        desk = desk_of(name, living.id)
        note = f"via-merge:{school.via}" if school and school.via else ""
        self.found.setdefault(desk, Resolved(desk, note, school.id if school else None))
        return True

    def paired(self, school: SchoolAt) -> str | None:
        """The unit paired with the school when the event was first stated, as long as it lives; else the one paired with it now."""
        then = self.index.school(school.via or school.id, self.begun)
        unit = then.pairs.get(self.role.pair) if then else None
        living = self.index.unit(unit, self.day) if unit else None
        return unit if living is not None and self.role.name in living.desks else school.pairs.get(self.role.pair)

    def counties(self) -> list[str]:
        """The event's own county first, then the county of each school."""
        named = [
            self.index.county_at(code[:6], self.day)
            for code in self.where.areas
            if len(code) >= COUNTY_DIGITS and not code[:6].endswith("00")
        ]
        return [county for county in dict.fromkeys([self.county, *named, *(school.county for school in self.schools)]) if county]


def look_up(index: Index, role: str, where: Where, day: date) -> Lookup:
    """Every desk of ``role`` for that place on ``day``; an unknown role is a ValueError."""
    if role not in ROLES:
        raise ValueError(f"unknown role: {role!r}")
    search = _Search(index, ROLES[role], where, day)
    match search.role.scope:
        case "school":
            for school in search.schools:
                search.add(school.id, school.name, school=school)
            if not where.schools and not where.areas:
                search.missing.append(f"事件没有学校，无法确定{search.role.title}（no school）")
        case "paired" | "serving":
            _by_place(search)
        case "county":
            for county in search.counties():
                search.add(index.in_county(search.role.unit_kind, county, day), county)
        case "designated":
            _designated(search)
        case "city":
            for city in dict.fromkeys(f"{county[:4]}00" for county in search.counties()):
                search.add(index.in_county(search.role.unit_kind, city, day), city)
        case "province" | "bus":
            _single(search)
    return Lookup(tuple(search.found.values()), tuple(dict.fromkeys(search.missing)))


def _by_place(search: _Search) -> None:
    """The unit paired with each school, else the one serving its town; without any school by the event's place."""
    index, role, day = search.index, search.role, search.day
    for school in search.schools:
        unit = search.paired(school) or index.serving(role.unit_kind, school.place_code, day)
        if unit is None and role.name == "health.hospital-er":
            unit = index.in_county(role.unit_kind, school.county, day)
        search.add(unit, school.name)
    if search.schools:
        return
    place = search.where.place_code
    if place is None:
        search.missing.append(f"事件没有学校也没有地点编码，无法确定{role.title}（no school, no place_code）")
    elif role.name == "health.hospital-er":
        search.add(index.in_county(role.unit_kind, search.county, day), search.county)
    else:
        search.add(index.serving(role.unit_kind, place, day), place)


def _designated(search: _Search) -> None:
    """The psychology hospital that each school's county had designated when the event was first stated."""
    counties = [school.county for school in search.schools] or [search.county]
    for county in dict.fromkeys(counties):
        area = search.index.area(county, search.begun)
        spans = area[0].hospital if area else ()
        search.add(next((unit for span, unit in spans if span.holds(search.begun)), None), county)


def _single(search: _Search) -> None:
    """The one operations desk of the bus, or the platform of the province."""
    kind = search.role.unit_kind
    living = [unit.id for unit in search.index.units_of(kind, search.day)]
    if kind == "prov":
        living = [unit for unit in living if unit.removeprefix("prov-")[:2] == search.county[:2]]
    near = [unit for unit in living if f"-{search.county[:4]}" in unit]
    search.add(next(iter(near or living), None), search.county)
