"""The records of one version, found by id as they stand on a day, through mergers."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from services.routing.core.directory.index.shapes import SchoolAt, Unit
from services.routing.core.directory.kinds import unit_name
from services.routing.core.directory.records import UnitRead, UnitRow


class Register:
    """Every record by its id, and who was merged into whom."""

    def __init__(self, records: Iterable[UnitRead]) -> None:
        self.records: Mapping[str, UnitRead] = {record.unit: record for record in records}
        self._into: dict[str, set[str]] = {}
        for record in self.records.values():
            if record.rows[-1].successor:
                self._into.setdefault(record.rows[-1].successor, set()).add(record.unit)

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
            county=self.county_at(county_of(record, row), day),
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

    def ids_of(self, school: str, day: date) -> frozenset[str]:
        """The school's own id and those of the schools merged into it by ``day``."""
        merged = {unit for unit in self._into.get(school, ()) if self.records[unit].row(day) is None}
        return frozenset({school}).union(*(self.ids_of(unit, day) for unit in merged if unit != school))

    def heirs(self, day: date) -> dict[str, str]:
        """Each unit that was merged by ``day``, and the living one that it leads to."""
        merged = sorted(unit for units in self._into.values() for unit in units)
        found = ((unit, self.current(unit, day)) for unit in merged)
        return {unit: now[0].unit for unit, now in found if now is not None and now[0].unit != unit}

    def county_at(self, county: str, day: date) -> str:
        """The county code in force on ``day``: a code retired by a merger leads to its successor's."""
        found = self.current(f"area-{county}", day)
        name = unit_name(found[0].unit) if found else None
        return name.code if name else county

    def area(self, county: str, day: date) -> tuple[UnitRead, UnitRow] | None:
        return self.current(f"area-{county}", day)

    def units(self, day: date) -> Iterator[Unit]:
        """Every unit that lives on ``day``, by id."""
        for unit in sorted(self.records):
            if self.lives(unit, day):
                found = self.unit(unit, day)
                if found is not None:
                    yield found

    def has_desk(self, role: str, unit: str, day: date) -> bool:
        record = self.records.get(unit)
        return record is not None and role in record.desks and record.row(day) is not None

    def lives(self, unit: str, day: date) -> bool:
        """Whether a record has a row on ``day``."""
        return self.records[unit].row(day) is not None


def county_of(record: UnitRead, row: UnitRow) -> str:
    """A school's county comes from its place, any other unit's from its id."""
    if record.kind == "sch":
        return row.place_code[:6]
    name = unit_name(record.unit)
    return name.county if name else ""
