"""Who is told when a desk is late: the targets of the ladders."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from contracts.ids import DeskId, desk_of
from services.routing.core.directory.index import Index, Unit
from services.routing.core.directory.kinds import bureau_kind

Target = Literal["unit-leader", "parent", "leader-in-charge", "conference-office", "city-duty", "education-duty-officer"]

_PARENTS: Mapping[str, tuple[str, str]] = {
    "sch": ("education.duty-officer", "edu"),
    "hos-er": ("health.emergency-office", "hb"),
    "hos-psy": ("health.emergency-office", "hb"),
    "cdc": ("health.emergency-office", "hb"),
    "health.expert-pool": ("health.emergency-office", "hb"),
    "mkt-station": ("market.duty-desk", "mkt"),
    "market.food-safety-desk": ("market.duty-desk", "mkt"),
    "urb-squad": ("urban.bureau-desk", "urb"),
}
"""By role where a bureau's own desks differ, else by kind of unit; anybody else answers to the city desk of its agency."""


@dataclass(frozen=True, slots=True)
class Late:
    """A late desk: its role and unit, and the county whose desks stand above it."""

    index: Index
    role: str
    unit: Unit
    home: str
    day: date
    liaison_open: bool

    def target(self, target: Target) -> DeskId | None:
        """The desk of a ladder step; None when no unit fills it."""
        match target:
            case "unit-leader":
                return self._at(self._leader_role(), self.unit.id)
            case "parent":
                return self._parent()
            case "leader-in-charge":
                return self._above(f"{self._agency()}.leader-in-charge", bureau_kind(self.unit.agency))
            case "conference-office":
                return self._above("education.conference-office", "edu")
            case "education-duty-officer":
                return self._above("education.duty-officer", "edu")
            case "city-duty":
                return self._city()

    def _leader_role(self) -> str:
        if self.unit.kind != "sch":
            return f"{self.unit.agency}.unit-leader"
        return "school.duty-leader" if self.role == "school.principal" else "school.principal"

    def _agency(self) -> str:
        return {"school": "education", "community": "civil"}.get(self.unit.agency, self.unit.agency)

    def _parent(self) -> DeskId | None:
        if self.unit.kind.startswith("city-") or self.unit.kind in ("bus", "prov"):
            return None
        if self.unit.kind in ("ps", "tp"):
            return self._above("police.liaison-desk" if self.liaison_open else "police.110-desk", "pb")
        if self.unit.kind == "com":
            town = self.unit.parent or self.index.serving("town", self.unit.id.removeprefix("com-")[:9], self.day)
            return self._at("community.town-office", town)
        above = _PARENTS.get(self.role) or _PARENTS.get(self.unit.kind)
        return (self._above(*above) if above else None) or self._city()

    def _city(self) -> DeskId | None:
        agency = self._agency()
        return self._at(f"city.{agency}-duty", self.index.in_county(f"city-{agency}", f"{self.home[:4]}00", self.day))

    def _above(self, role: str, kind: str | None) -> DeskId | None:
        return self._at(role, self.index.in_county(kind, self.home, self.day)) if kind else None

    def _at(self, role: str, unit: str | None) -> DeskId | None:
        return desk_of(role, unit) if unit and self.index.has_desk(role, unit, self.day) else None
