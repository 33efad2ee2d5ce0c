"""Who stands where: the Directory's documents as the auditor reads them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from services.demo.audit.rules import CannotJudge

BEIJING = ZoneInfo("Asia/Shanghai")
PAIRED = {
    "police.station-duty": "station",
    "police.traffic-duty": "traffic",
    "market.station": "market",
    "urban.squad": "urban",
    "community.desk": "community",
    "fire.station-duty": "fire",
    "health.hospital-er": "er",
}
"""Roles whose unit a school's circle names."""
SERVING = {
    "police.station-duty": "ps",
    "police.traffic-duty": "tp",
    "market.station": "mkt",
    "urban.squad": "urb",
    "fire.station-duty": "fire",
}
"""Roles that are found by the place alone, and what the ids of their units begin with."""
BUREAUS = {
    "police": "pb",
    "education": "edu",
    "health": "hb",
    "market": "mkt",
    "cyberspace": "cac",
    "fire": "fire",
    "housing": "hou",
    "urban": "urb",
    "civil": "civ",
}
OWN_UNITS = {"health.cdc-duty": "cdc"}
"""Roles of a county whose unit is not its agency's bureau."""
TOWN_OFFICE = "community.town-office"
FIXED = {"bus.ops-desk": "bus-990100"}


class District:
    """Resolves roles to desks; a role it does not know is CannotJudge."""

    def __init__(self, documents: Iterable[Mapping[str, Any]]) -> None:
        self._documents = {str(document["unit"]): document for document in documents}

    def school(self, school: str, at: datetime) -> str | None:
        """The school that answers for this id at that moment: itself, or the one it was merged into."""
        seen: set[str] = set()
        while school in self._documents and school not in seen:
            seen.add(school)
            if self._row(school, at) is not None:
                return school
            school = str(self._documents[school]["rows"][-1].get("successor", ""))
        return None

    def county(self, school: str, at: datetime) -> str:
        """The county in which a school lies."""
        return self._place(school, at)[:6]

    def desks(self, role: str, *, schools: Sequence[str], county: str, at: datetime, place_code: str | None = None) -> set[str]:
        """Every desk of a role for these schools and this county; without a school the paired roles are found by the place."""
        standing = [found for school in schools if (found := self.school(school, at))]
        if role in FIXED:
            return {f"{role}@{FIXED[role]}"}
        if role.startswith("school."):
            return {f"{role}@{school}" for school in standing}
        if role in PAIRED and not standing and place_code:
            return {f"{role}@{unit}" for unit in self._serving(SERVING.get(role, ""), place_code, at)}
        if role in PAIRED:
            pairs = (self._pairs(school, at).get(PAIRED[role]) for school in standing)
            return {f"{role}@{unit}" for unit in pairs if unit}
        if role == TOWN_OFFICE:
            places = [self._place(school, at) for school in standing] or ([place_code] if place_code else [])
            return {f"{role}@town-{place[:9]}" for place in places if f"town-{place[:9]}" in self._documents}
        bureau = OWN_UNITS.get(role) or BUREAUS.get(role.partition(".")[0])
        if bureau is None:
            raise CannotJudge(f"role {role}")
        counties = {county, *(self.county(school, at) for school in standing)}
        units = (f"{bureau}-{code}" for code in counties)
        return {f"{role}@{unit}" for unit in units if unit in self._documents and self._row(unit, at) is not None}

    def is_manned(self, desk: str, at: datetime) -> bool:
        """Somebody's roster row holds at that moment."""
        role, _, unit = desk.partition("@")
        rows = self._documents.get(unit, {}).get("rosters", ())
        return any(row["role"] == role and _instant(row["from"]) <= at < _instant(row.get("to") or "9999-12-31") for row in rows)

    def windows(self, school: str, day: date) -> list[tuple[str, str, datetime, datetime]]:
        """(gate, peak, begin, end) by the timetable of a date; of several rows of a gate and peak the one that begins first."""
        rows = [row for row in self._documents.get(school, {}).get("windows", ()) if _timetabled(row, day)]
        found: dict[tuple[str, str], tuple[str, str]] = {}
        for row in sorted(rows, key=lambda one: one["starts"]):
            found.setdefault((row["gate"], row["peak"]), (row["starts"], row["ends"]))
        return [(gate, peak, _at(day, starts), _at(day, ends)) for (gate, peak), (starts, ends) in found.items()]

    def _serving(self, kind: str, place_code: str, at: datetime) -> list[str]:
        """Units of a kind that serve the town of a place."""
        rows = ((unit, self._row(unit, at) or {}) for unit in self._documents if kind and unit.startswith(f"{kind}-"))
        return [unit for unit, row in rows if place_code[:9] in row.get("serves", ())]

    def _row(self, unit: str, at: datetime) -> Mapping[str, Any] | None:
        return _dated(self._documents[unit].get("rows", ()), at)

    def _pairs(self, school: str, at: datetime) -> Mapping[str, Any]:
        return _dated(self._documents[school].get("circle", ()), at) or {}

    def _place(self, school: str, at: datetime) -> str:
        return str((self._row(school, at) or {}).get("place_code", ""))


def _dated(rows: Iterable[Mapping[str, Any]], at: datetime) -> Mapping[str, Any] | None:
    day = at.astimezone(BEIJING).date()
    for row in rows:
        end = row.get("to")
        if date.fromisoformat(row["from"]) <= day and (not end or day < date.fromisoformat(end)):
            return row
    return None


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)


def _timetabled(row: Mapping[str, Any], day: date) -> bool:
    """Whether a window's row holds on a date: its dates, and its season (``["10-01", "04-30"]`` runs over the new year)."""
    if _dated([row], datetime.combine(day, time(12), tzinfo=BEIJING)) is None:
        return False
    first, last = row.get("season") or ("01-01", "12-31")
    today = f"{day:%m-%d}"
    return first <= today <= last if first <= last else today >= first or today <= last


def _at(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=BEIJING)
