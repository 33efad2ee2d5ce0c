"""Which line a piece belongs to, where its desk stands, and what a line is called."""

from collections.abc import Mapping
from datetime import datetime

from contracts.ids import unit_of
from contracts.registry import UnknownType, event_type
from services.routing.core.directory import Directory
from services.routing.core.matching.agency import agency_word
from services.routing.core.sla.asking import BYS
from services.routing.core.sla.report import Naming, Namings
from services.routing.core.sla.shapes import By, Reach

UNKNOWN = "unknown"
SHADOW = "shadow"
AGENCY_TITLES: Mapping[str, str] = {
    "police": "公安", "health": "卫健", "market": "市场监管", "cyberspace": "网信", "education": "教育", "school": "学校", "fire": "消防",
    "housing": "住建", "urban": "城管", "civil": "民政", "community": "街道社区", "province": "省级平台", "bus": "协同平台",
    UNKNOWN: "不详",
}  # fmt: skip
OWN_TITLES: Mapping[str, str] = {"bus.arbitration": "退单裁定", "bus.uncovered": "无人值守"}
"""Matters of the bus's own government, by their family."""


def county_of(directory: Directory, desk: str) -> str:
    """The county (of a city's desk: the city) that a desk stands in; empty for a unit that nobody knows."""
    try:
        return directory.county_of(unit_of(desk))
    except ValueError:
        return ""


def agency_of(directory: Directory, desk: str) -> str:
    """The agency of a desk's unit; of a unit that nobody knows the first word of the role."""
    try:
        return directory.agency(unit_of(desk))
    except ValueError:
        word = agency_word(desk)
        return word if word in AGENCY_TITLES else UNKNOWN


def is_within(directory: Directory, desk: str, reach: Reach) -> bool:
    """Whether a desk is of the unit, or stands in the division, that is told of."""
    return unit_of(desk) == reach.unit if reach.unit else county_of(directory, desk).startswith(reach.scope)


def is_counted(directory: Directory, county: str, at: datetime) -> bool:
    """Whether what stands in a county counts: not while it only looks on (``shadow``). What is of cities, and of nobody known, does."""
    return county.endswith("00") or directory.onboarding(county, at) != SHADOW


def naming_of(by: By, directory: Directory, at: datetime) -> Naming:
    """Keys and titles for lines by ``by``, with the names of ``at``."""
    match by:
        case "desk":
            return Naming(lambda piece: piece.desk, lambda key: directory.title(key, at))
        case "unit":
            return Naming(lambda piece: unit_of(piece.desk), lambda key: directory.unit_title(key, at))
        case "agency":
            return Naming(lambda piece: agency_of(directory, piece.desk), lambda key: AGENCY_TITLES.get(key, key))
        case "type":
            return Naming(lambda piece: piece.type, type_title)
        case "county":
            return Naming(lambda piece: county_of(directory, piece.desk) or UNKNOWN, lambda key: _county_title(directory, key, at))


def namings_of(directory: Directory, at: datetime) -> Namings:
    """All of them."""
    return {by: naming_of(by, directory, at) for by in BYS}


def _county_title(directory: Directory, county: str, at: datetime) -> str:
    found = directory.unit(f"area-{county}", at)
    return found.name if found else AGENCY_TITLES.get(county, county)


def type_title(name: str) -> str:
    """The title of an event type, or of a matter of the bus's own."""
    try:
        return event_type(name).title
    except UnknownType:
        return OWN_TITLES.get(name, name)
