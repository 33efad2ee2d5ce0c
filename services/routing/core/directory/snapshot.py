"""The Directory: everything routing asks about units and desks, at one version."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from contracts.coordination import UnitRecord
from contracts.ids import DeskId, desk_of, role_of, unit_of
from services.routing.core.calendar import Calendars, DayUnknown, DeskTime, Hours, SchoolTime, local_day
from services.routing.core.calendar.days import ONE_DAY
from services.routing.core.directory.channels import USUAL
from services.routing.core.directory.cover import Cover, cover_at
from services.routing.core.directory.faults import DirectoryInvalid, Problem
from services.routing.core.directory.index import Index, SchoolAt, Unit
from services.routing.core.directory.kinds import KINDS, unit_name
from services.routing.core.directory.ladder import Late, Target
from services.routing.core.directory.read import read_unit
from services.routing.core.directory.records import Gate
from services.routing.core.directory.resolve import Lookup, Resolved, Where, look_up
from services.routing.core.directory.roles import ROLES
from services.routing.core.directory.soundness import cross_check

NEXT_OPEN_LIMIT = 400


class Directory:
    """One immutable snapshot. Instants choose the dated rows: ``from`` at 00:00 Beijing time on, ``to`` at 00:00 no more."""

    def __init__(self, index: Index, version: int) -> None:
        self._index = index
        self.version = version

    @classmethod
    def build(cls, records: Iterable[UnitRecord | Mapping[str, Any]], version: int, calendars: Calendars) -> "Directory":
        """From unit records (or bare documents); DirectoryInvalid lists every fault with unit and field."""
        problems: list[Problem] = []
        documents = [record.document if isinstance(record, UnitRecord) else record for record in records]
        units = [unit for document in documents if (unit := read_unit(document, problems)) is not None]
        problems += cross_check(units)
        if problems:
            raise DirectoryInvalid(problems)
        return cls(Index(units, calendars), version)

    @property
    def calendar_version(self) -> str:
        """The versions of the working-day notices, for stamping."""
        return self._index.calendars.working_version()

    def calendar_covers(self, pending: str) -> bool:
        """Whether the ``<calendar>/<year>`` that duties wait for is loaded."""
        return self._index.calendars.covers(pending)

    @property
    def basis(self) -> str:
        """The version of the directory and of every calendar: what stands for everything that is derived from both."""
        return f"{self.version}/{self._index.calendars.version}"

    def unit(self, unit_id: str, at: datetime) -> Unit | None:
        """The unit on that day, through mergers; None when unknown or retired without successor."""
        return self._index.unit(unit_id, local_day(at))

    def units(self, at: datetime) -> Iterator[Unit]:
        """Every unit that lives at ``at``, by id."""
        return self._index.units(local_day(at))

    def county(self, code: str, at: datetime) -> str:
        """The county code in force on that day: one retired by a merger leads to its successor's."""
        return self._index.county_at(code, local_day(at))

    def school(self, school_id: str, at: datetime) -> SchoolAt | None:
        """The school on that day, through mergers (``via`` = the id asked for)."""
        return self._index.school(school_id, local_day(at))

    def schools_in(self, codes: Iterable[str], at: datetime) -> Iterator[SchoolAt]:
        """Every school inside one of the divisions, by id."""
        return self._index.schools_in(codes, local_day(at))

    def schools(self, at: datetime) -> Iterator[SchoolAt]:
        """Every school that lives on that day, by id."""
        return self._index.living_schools(local_day(at))

    def gates(self, school_id: str, at: datetime) -> tuple[Gate, ...]:
        """The gates of the school on that day, through mergers."""
        found = self._index.current(school_id, local_day(at))
        return found[0].gates if found else ()

    def schools_of_gate(self, gate: str, at: datetime) -> tuple[str, ...]:
        """The schools living on that day that have a gate of this id; more than one where the ids are not told apart."""
        return self._index.schools_of_gate(gate, local_day(at))

    def ids_of(self, school_id: str, at: datetime) -> frozenset[str]:
        """Every id that means this school: its own and those merged into it."""
        return self._index.ids_of(school_id, local_day(at))

    def heir(self, unit_id: str, at: datetime) -> str:
        """The id that means a unit on that day: its heir's where it was merged, else its own."""
        found = self._index.unit(unit_id, local_day(at))
        return found.id if found is not None else unit_id

    def heirs(self, at: datetime) -> Mapping[str, str]:
        """Every id of a unit that others took over by that day, with the id that means it since."""
        return self._index.heirs(local_day(at))

    def resolve(self, role: str, where: Where, at: datetime) -> tuple[Resolved, ...]:
        """The desks of a role for a place, the event's own county first; empty when none can be found."""
        return self.look_up(role, where, at).found

    def look_up(self, role: str, where: Where, at: datetime) -> Lookup:
        """As ``resolve``, with what stayed unresolved in words."""
        return look_up(self._index, role, where, local_day(at))

    def ladder_target(self, target: Target, late_desk: str, at: datetime, *, county: str | None = None) -> DeskId | None:
        """The desk a ladder step reaches; ``county`` is the event's, for units that serve several counties."""
        day = local_day(at)
        unit = self._index.unit(unit_of(late_desk), day)
        if unit is None:
            return None
        home = county if county and unit.county.endswith("00") else unit.county
        liaison = DeskTime(self._index.calendars, "office", self._index.office(home, day))
        return Late(self._index, role_of(late_desk), unit, home, day, liaison.open_at(at)).target(target)

    def desk_exists(self, desk: str, at: datetime) -> bool:
        return self._index.has_desk(role_of(desk), unit_of(desk), local_day(at))

    def succeeded(self, at: datetime) -> Mapping[str, str]:
        """The desks of units that others took over by that day, each with the same role's desk at the unit that did."""
        day = local_day(at)
        records = self._index.records
        pairs = ((records[left], records[heir]) for left, heir in self._index.heirs(day).items())
        return {str(desk_of(role, one.unit)): str(desk_of(role, heir.unit)) for one, heir in pairs for role in one.desks & heir.desks}

    def channels(self, desk: str) -> frozenset[str]:
        """By which channels the desk is reached; those that are usual where its unit names none."""
        record = self._index.records.get(unit_of(desk))
        return record.channels.get(role_of(desk), USUAL) if record is not None else frozenset()

    def place_of(self, desk: str, at: datetime) -> str | None:
        """The division code of a desk's unit: its own, else the one in its id; None when the unit is unknown."""
        unit = self.unit(unit_of(desk), at)
        name = unit_name(unit.id) if unit else None
        return ((unit.place_code if unit else "") or (name.code if name else "")) or None

    def desk_hours(self, desk: str) -> Hours:
        """The hours of the desk's role; an unknown role is a ValueError."""
        role = ROLES.get(role_of(desk))
        if role is None:
            raise ValueError(f"unknown role: {desk!r}")
        return role.hours

    def desk_time(self, desk: str, at: datetime, *, school: str | None = None) -> DeskTime:
        """The calendar a desk lives by; ``school`` gives the school days to a desk outside schools."""
        day = local_day(at)
        unit = self._index.unit(unit_of(desk), day)
        office = self._index.office(unit.county, day) if unit else ()
        return DeskTime(self._index.calendars, self.desk_hours(desk), office, self._school_time(school or unit_of(desk), day))

    def _school_time(self, unit: str, day: date) -> SchoolTime | None:
        return self._index.school_time(unit, day)

    def county_time(self, county: str, at: datetime) -> DeskTime:
        """Office hours and school days of a county as a whole."""
        day = local_day(at)
        return DeskTime(self._index.calendars, "office", self._index.office(county, day), self._index.county_time(county, day))

    def units_in(self, county: str, at: datetime) -> Iterator[Unit]:
        """The living units of a county, of every kind."""
        return self._index.units_in(county, local_day(at))

    @property
    def calendars(self) -> Calendars:
        """The calendars its desks live by."""
        return self._index.calendars

    def desk_open(self, desk: str, at: datetime) -> bool:
        """Whether the desk's hours hold this instant."""
        return self.desk_time(desk, at).open_at(at)

    def covered(self, desk: str, at: datetime, *, at_once: bool = False) -> Cover:
        """Whether a named person stands there; office and school desks by their next open hours, unless the duty is ``at_once``."""
        if not self.desk_exists(desk, at):
            return Cover(False)
        rows = self._index.records[unit_of(desk)].rosters.get(role_of(desk), ())
        cover = cover_at(rows, at)
        if cover.ok or at_once or self.desk_hours(desk) == "24x7":
            return cover
        opening = self._next_opening(desk, at)
        later = cover_at(rows, opening) if opening else cover
        return later if later.ok else cover

    def _next_opening(self, desk: str, at: datetime) -> datetime | None:
        """When the desk opens next (or now); None when the calendars end first."""
        time = self.desk_time(desk, at)
        day = local_day(at)
        try:
            for _ in range(NEXT_OPEN_LIMIT):
                hours = time.hours_on(day, at)
                if hours is not None and at < hours[1]:
                    return max(hours[0], at)
                day += ONE_DAY
        except DayUnknown:
            return None
        return None

    def onboarding(self, county: str, at: datetime) -> str:
        """none · shadow · live; a county without a record is not on the bus."""
        found = self._index.area(county, local_day(at))
        return found[1].onboarding if found else "none"

    def can_report(self, county: str, at: datetime) -> bool:
        """Whether what is awaited of a county can come over the bus: not while it is not on it; cities and provinces are."""
        return county.endswith("00") or self.onboarding(county, at) != "none"

    def title(self, desk: str, at: datetime) -> str:
        """泉西小学 · 学校值守台; a unit or role that is not known keeps its id."""
        role = ROLES.get(role_of(desk))
        return f"{self.unit_title(unit_of(desk), at)} · {role.title if role else role_of(desk)}"

    def unit_title(self, unit_id: str, at: datetime) -> str:
        """泉西小学; one that is gone is called as it last was, one that is not known by its id."""
        unit = self.unit(unit_id, at) or self._last_known(unit_id)
        return unit.name if unit else unit_id

    def _last_known(self, unit: str) -> Unit | None:
        record = self._index.records.get(unit)
        return self._index.unit(unit, record.rows[-1].span.first) if record else None

    def agency(self, unit_id: str) -> str:
        """The agency a unit belongs to, read from its id; an unknown kind is a ValueError."""
        name = unit_name(unit_id)
        if name is None or name.kind not in KINDS:
            raise ValueError(f"not a unit id: {unit_id!r}")
        return KINDS[name.kind].agency

    def county_of(self, unit_id: str) -> str:
        """The county a unit lies in (its newest row); an unknown unit is a ValueError."""
        record = self._index.records.get(unit_id)
        name = unit_name(unit_id)
        if record is not None and record.kind == "sch":
            return record.rows[-1].place_code[:6]
        if name is None or not name.county:
            raise ValueError(f"the county of this unit is not known: {unit_id!r}")
        return name.county
