"""Units found by where they lie, what they are and whom they serve: the cost does not grow with the units elsewhere."""

from collections.abc import Iterable, Iterator
from datetime import date

from services.routing.core.directory.index.register import Register, county_of
from services.routing.core.directory.index.shapes import SchoolAt, Unit
from services.routing.core.directory.kinds import KINDS
from services.routing.core.directory.records import UnitRead

COUNTY_DIGITS = 6
DIVISIONS = (2, 4, 6, 9, 12)
"""Digits of the codes of a province, a city, a county, a town and a community."""


class Places(Register):
    """The records by kind, county, town, division and gate, each in the order of their ids."""

    def __init__(self, records: Iterable[UnitRead]) -> None:
        super().__init__(records)
        self._of_kind: dict[str, list[str]] = {}
        self._by_kind: dict[tuple[str, str], list[str]] = {}
        self._by_town: dict[tuple[str, str], list[str]] = {}
        self._schools_within: dict[str, list[str]] = {}
        self._by_gate: dict[str, list[str]] = {}
        for unit in sorted(self.records):
            self._place(self.records[unit])

    def _place(self, record: UnitRead) -> None:
        self._of_kind.setdefault(record.kind, []).append(record.unit)
        for county in {county_of(record, row) for row in record.rows}:
            self._by_kind.setdefault((record.kind, county), []).append(record.unit)
        if record.kind == "sch":
            for prefix in {row.place_code[:digits] for row in record.rows for digits in DIVISIONS}:
                self._schools_within.setdefault(prefix, []).append(record.unit)
        for gate in record.gates:
            self._by_gate.setdefault(gate.id, []).append(record.unit)
        for code in {code for row in record.rows for code in row.serves}:
            self._by_town.setdefault((record.kind, code), []).append(record.unit)

    def living_schools(self, day: date) -> Iterator[SchoolAt]:
        """Every school that lives on ``day``, by id."""
        found = (self.school(name, day) for name in self._of_kind.get("sch", ()))
        return (school for school in found if school is not None and school.via is None)

    def schools_of_gate(self, gate: str, day: date) -> tuple[str, ...]:
        """The living schools with a gate of this id."""
        return tuple(unit for unit in self._by_gate.get(gate, ()) if self.lives(unit, day))

    def schools_in(self, codes: Iterable[str], day: date) -> Iterator[SchoolAt]:
        """Every living school whose place lies in one of the divisions, by id; a city's or province's code may stand with its zeros."""
        prefixes = [division_prefix(code) for code in codes]
        for name in sorted({name for prefix in prefixes for name in self._schools_within.get(prefix, ())}):
            school = self.school(name, day)
            if school is not None and school.via is None and school.place_code.startswith(tuple(prefixes)):
                yield school

    def in_county(self, kind: str, county: str, day: date) -> str | None:
        """The unit of a kind in a county on ``day``; the shortest id is the one in charge."""
        living = [unit for unit in self._by_kind.get((kind, county), []) if self.lives(unit, day)]
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

    def units_of(self, kind: str, day: date) -> Iterator[Unit]:
        """The living units of one kind, by id."""
        return (unit for name in self._of_kind.get(kind, ()) if (unit := self.unit(name, day)) is not None and unit.via is None)

    def units_in(self, county: str, day: date) -> Iterator[Unit]:
        """The living units of a county, of every kind, by kind and id."""
        names = (name for kind in KINDS for name in self._by_kind.get((kind, county), ()))
        return (unit for name in names if (unit := self.unit(name, day)) is not None and unit.via is None)


def division_prefix(code: str) -> str:
    """The digits that every code of a division begins with: 990100 → 9901, 990102001 as it is."""
    if len(code) != COUNTY_DIGITS:
        return code
    return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code
