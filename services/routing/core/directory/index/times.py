"""The days and hours of units: their own with those of their county and city."""

from collections.abc import Iterable
from datetime import date

from services.routing.core.calendar import Calendars, OfficeRow, SchoolTime, usual_windows
from services.routing.core.directory.index.places import Places
from services.routing.core.directory.records import UnitRead

COUNTY_SCHOOLS = "primary"
"""The kind of school whose terms are those of a county."""


class Index(Places):
    """Look-ups over immutable records; built once per version."""

    def __init__(self, records: Iterable[UnitRead], calendars: Calendars) -> None:
        super().__init__(records)
        self.calendars = calendars
        self._school_times: dict[tuple[str, str], SchoolTime] = {}

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
