"""The units of one version of the Directory, found by id, by kind and county, and through merges."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from services.routing.core.calendar import Calendars, OfficeRow, SchoolTime, usual_windows
from services.routing.core.directory.kinds import KINDS, unit_name
from services.routing.core.directory.records import UnitRead, UnitRow

COUNTY_DIGITS = 6
COUNTY_SCHOOLS = "primary"
"""The kind of school whose terms are those of a county."""
DIVISIONS = (2, 4, 6, 9, 12)
"""Digits of the codes of a province, a city, a county, a town and a community."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as it stands on one day; ``via`` is the id asked for when a merger led here."""

    id: str
    kind: str
    agency: str
    name: str
    county: str
    place_code: str
    parent: str
    responsible: str
    duty: str
    way: str
    desks: frozenset[str]
    serves: tuple[str, ...]
    via: str | None = None


@dataclass(frozen=True, slots=True)
class SchoolAt:
    """A school as it stands on one day with its circle; ``via`` is the merged school's id, ``via_name`` its last name."""

    id: str
    name: str
    county: str
    town: str
    place_code: str
    kind: str
    pairs: Mapping[str, str]
    via: str | None = None
    via_name: str | None = None


class Index:
    """Look-ups over immutable records; built once per version."""

    def __init__(self, records: Iterable[UnitRead], calendars: Calendars) -> None:
        self.records: Mapping[str, UnitRead] = {record.unit: record for record in records}
        self.calendars = calendars
        self._of_kind: dict[str, list[str]] = {}
        self._by_kind: dict[tuple[str, str], list[str]] = {}
        self._by_town: dict[tuple[str, str], list[str]] = {}
        self._into: dict[str, set[str]] = {}
        self._schools_within: dict[str, list[str]] = {}
        self._by_gate: dict[str, list[str]] = {}
        self._school_times: dict[tuple[str, str], SchoolTime] = {}
        for unit in sorted(self.records):
            self._place(self.records[unit])

    def _place(self, record: UnitRead) -> None:
        self._of_kind.setdefault(record.kind, []).append(record.unit)
        for county in {self._county(record, row) for row in record.rows}:
            self._by_kind.setdefault((record.kind, county), []).append(record.unit)
        if record.rows[-1].successor:
            self._into.setdefault(record.rows[-1].successor, set()).add(record.unit)
        if record.kind == "sch":
            for prefix in {row.place_code[:digits] for row in record.rows for digits in DIVISIONS}:
                self._schools_within.setdefault(prefix, []).append(record.unit)
        for gate in record.gates:
            self._by_gate.setdefault(gate.id, []).append(record.unit)
        for code in {code for row in record.rows for code in row.serves}:
            self._by_town.setdefault((record.kind, code), []).append(record.unit)

    def current(self, unit: str, day: date) -> tuple[UnitRead, UnitRow] | None:
        """The record and row valid on ``day``, through successors; None = unknown, not begun, or retired without successor."""
        seen: set[str] = set()
        while unit not in seen:
            seen.add(unit)
            record = self.records.get(unit)
            if record is None:
                return None
            row = record.row(day)
            if row is not None:
                return record, row
            last = record.last_before(day)
            if last is None or not last.successor:
                return None
            unit = last.successor
        return None

    def unit(self, unit: str, day: date) -> Unit | None:
        found = self.current(unit, day)
        if found is None:
            return None
        record, row = found
        return Unit(
            id=record.unit,
            kind=record.kind,
            agency=record.agency,
            name=row.name,
            county=self.county_at(self._county(record, row), day),
            place_code=row.place_code,
            parent=row.parent,
            responsible=row.responsible,
            duty=row.duty,
            way=row.way,
            desks=record.desks,
            serves=row.serves,
            via=unit if unit != record.unit else None,
        )

    def school(self, school: str, day: date) -> SchoolAt | None:
        """The school behind an id on ``day``; pairs that were merged away lead to their successors."""
        found = self.current(school, day)
        if found is None or found[0].kind != "sch":
            return None
        record, row = found
        merged = record.unit != school
        return SchoolAt(
            id=record.unit,
            name=row.name,
            county=self.county_at(row.place_code[:6], day),
            town=row.place_code[:9],
            place_code=row.place_code,
            kind=row.school_kind,
            pairs=record.pairs(day),
            via=school if merged else None,
            via_name=self.records[school].rows[-1].name if merged else None,
        )

    def living_schools(self, day: date) -> Iterator[SchoolAt]:
        """Every school that lives on ``day``, by id."""
        found = (self.school(name, day) for name in self._of_kind.get("sch", ()))
        return (school for school in found if school is not None and school.via is None)

    def schools_of_gate(self, gate: str, day: date) -> tuple[str, ...]:
        """The living schools with a gate of this id."""
        return tuple(unit for unit in self._by_gate.get(gate, ()) if self._lives(unit, day))

    def schools_in(self, codes: Iterable[str], day: date) -> Iterator[SchoolAt]:
        """Every living school whose place lies in one of the divisions, by id; a city's or province's code may stand with its zeros."""
        prefixes = [division_prefix(code) for code in codes]
        for name in sorted({name for prefix in prefixes for name in self._schools_within.get(prefix, ())}):
            school = self.school(name, day)
            if school is not None and school.via is None and school.place_code.startswith(tuple(prefixes)):
                yield school

    def ids_of(self, school: str, day: date) -> frozenset[str]:
        """The school's own id and those of the schools merged into it by ``day``."""
        merged = {unit for unit in self._into.get(school, ()) if self.records[unit].row(day) is None}
        return frozenset({school}).union(*(self.ids_of(unit, day) for unit in merged if unit != school))

    def county_at(self, county: str, day: date) -> str:
        """The county code in force on ``day``: a code retired by a merger leads to its successor's."""
        found = self.current(f"area-{county}", day)
        name = unit_name(found[0].unit) if found else None
        return name.code if name else county

    def area(self, county: str, day: date) -> tuple[UnitRead, UnitRow] | None:
        return self.current(f"area-{county}", day)

    def in_county(self, kind: str, county: str, day: date) -> str | None:
        """The unit of a kind in a county on ``day``; the shortest id is the one in charge."""
        living = [unit for unit in self._by_kind.get((kind, county), []) if self._lives(unit, day)]
        return min(living, key=lambda unit: (len(unit), unit), default=None)

    def serving(self, kind: str, place_code: str, day: date) -> str | None:
        """The unit of a kind that serves a place: its community, else its town."""
        for code in (place_code, place_code[:9]):
            for unit in self._by_town.get((kind, code), []):
                record = self.records[unit]
                row = record.row(day)
                if row is not None and code in row.serves:
                    return unit
        return None

    def units(self, day: date) -> Iterator[Unit]:
        """Every unit that lives on ``day``, by id."""
        for unit in sorted(self.records):
            if self._lives(unit, day):
                found = self.unit(unit, day)
                if found is not None:
                    yield found

    def units_of(self, kind: str, day: date) -> Iterator[Unit]:
        """The living units of one kind, by id."""
        return (unit for name in self._of_kind.get(kind, ()) if (unit := self.unit(name, day)) is not None and unit.via is None)

    def has_desk(self, role: str, unit: str, day: date) -> bool:
        record = self.records.get(unit)
        return record is not None and role in record.desks and record.row(day) is not None

    def office(self, county: str, day: date) -> tuple[OfficeRow, ...]:
        found = self.area(county, day)
        return found[0].office if found else ()

    def school_time(self, school: str, day: date) -> SchoolTime | None:
        """Days and hours of a school with its county's closures."""
        found = self.current(school, day)
        if found is None or found[0].kind != "sch":
            return None
        record, row = found
        county = self.county_at(row.place_code[:6], day)
        key = (record.unit, f"{county}/{row.school_kind}")
        if key not in self._school_times:
            area = self.area(county, day)
            closures = (*(area[0].closures if area else ()), *record.closures)
            city = f"{county[:4]}00"
            windows = record.windows or usual_windows(gate.id for gate in record.gates)
            self._school_times[key] = SchoolTime(city, row.school_kind, windows, record.closings, closures)
        return self._school_times[key]

    def county_time(self, county: str, day: date) -> SchoolTime:
        """The school days of a county as a whole: those of its primary schools, with the closures of the county."""
        key = (f"area-{county}", county)
        if key not in self._school_times:
            area = self.area(county, day)
            self._school_times[key] = SchoolTime(f"{county[:4]}00", COUNTY_SCHOOLS, closures=area[0].closures if area else ())
        return self._school_times[key]

    def units_in(self, county: str, day: date) -> Iterator[Unit]:
        """The living units of a county, of every kind, by kind and id."""
        names = (name for kind in KINDS for name in self._by_kind.get((kind, county), ()))
        return (unit for name in names if (unit := self.unit(name, day)) is not None and unit.via is None)

    def _lives(self, unit: str, day: date) -> bool:
        return self.records[unit].row(day) is not None

    @staticmethod
    def _county(record: UnitRead, row: UnitRow) -> str:
        """A school's county comes from its place, any other unit's from its id."""
        if record.kind == "sch":
            return row.place_code[:6]
        name = unit_name(record.unit)
        return name.county if name else ""


def division_prefix(code: str) -> str:
    """The digits that every code of a division begins with: 990100 → 9901, 990102001 as it is."""
    if len(code) != COUNTY_DIGITS:
        return code
    return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code
