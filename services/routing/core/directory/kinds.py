"""Kinds of units and the desks they host: what an id says before any document is read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

_SCHOOL = re.compile(r"[0-9]{10}")
_CITY = re.compile(r"city-(?P<agency>[a-z]+)-(?P<code>[0-9]{6})")
_UNIT = re.compile(r"(?P<abbr>[a-z]+)-(?P<code>[0-9]{2,12})(?:-(?P<tail>[0-9a-z]+))?")
SCHOOL_TYPES: Mapping[str, str] = {"11": "kindergarten", "21": "primary", "31": "junior", "34": "senior", "51": "special"}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of unit: its agency, its title and the desks a unit of it has unless its document says otherwise."""

    agency: str
    title: str
    desks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitName:
    """What a unit id tells by itself. ``code`` is the division code inside (empty for a school)."""

    kind: str
    code: str

    @property
    def county(self) -> str:
        return self.code[:6].ljust(6, "0") if self.code else ""


def _bureau(agency: str, title: str, *desks: str) -> Kind:
    return Kind(agency, title, (*desks, f"{agency}.unit-leader", f"{agency}.leader-in-charge"))


def _unit(agency: str, title: str, *desks: str) -> Kind:
    return Kind(agency, title, (*desks, f"{agency}.unit-leader"))


_SCHOOL_DESKS = (
    "school.principal",
    "school.duty-leader",
    "school.duty-desk",
    "school.safety-officer",
    "school.moral-director",
    "school.class-teacher",
    "school.psych-teacher",
    "school.resident-doctor",
    "school.infection-reporter",
    "school.law-vice-principal",
    "school.health-vice-principal",
)
_POLICE_DESKS = ("police.110-desk", "police.liaison-desk", "police.minor-case-desk", "police.cyber-desk")
_EDUCATION_DESKS = ("education.duty-officer", "education.safety-desk", "education.student-desk", "education.conference-office")
CITY_AGENCIES = ("police", "health", "market", "cyberspace", "education", "fire", "housing", "urban", "civil")

KINDS: Mapping[str, Kind] = {
    "sch": Kind("school", "学校", _SCHOOL_DESKS),
    "pb": _bureau("police", "公安分局", *_POLICE_DESKS),
    "ps": _unit("police", "派出所", "police.station-duty"),
    "tp": _unit("police", "交警中队", "police.traffic-duty"),
    "hb": _bureau("health", "卫健局", "health.emergency-office", "health.expert-pool"),
    "cdc": _unit("health", "疾控中心", "health.cdc-duty"),
    "hos-er": _unit("health", "医院（急诊）", "health.hospital-er"),
    "hos-psy": _unit("health", "医院（心理绿色通道）", "health.hospital-green-channel"),
    "mkt": _bureau("market", "市场监管局", "market.duty-desk", "market.food-safety-desk"),
    "mkt-station": _unit("market", "市场监管所", "market.station"),
    "cac": _bureau("cyberspace", "网信办", "cyberspace.duty-desk", "cyberspace.campaign-desk"),
    "edu": _bureau("education", "教育局", *_EDUCATION_DESKS),
    "fire": _bureau("fire", "消防救援大队", "fire.supervision-desk"),
    "fire-station": _unit("fire", "消防站", "fire.station-duty"),
    "hou": _bureau("housing", "住建局", "housing.safety-desk"),
    "urb": _bureau("urban", "城管局", "urban.bureau-desk"),
    "urb-squad": _unit("urban", "城管中队", "urban.squad"),
    "civ": _bureau("civil", "民政局", "civil.protection-duty"),
    "town": _unit("community", "街道（镇）", "community.town-office"),
    "com": _unit("community", "社区（村）", "community.desk"),
    "prov": _unit("province", "省级平台", "province.platform"),
    "bus": _unit("bus", "协同平台", "bus.ops-desk"),
    "area": Kind("area", "行政区划", ()),
    **{f"city-{agency}": _unit(agency, "市级单位", f"city.{agency}-duty") for agency in CITY_AGENCIES},
    "city-health": _unit("health", "市级单位", "city.health-duty", "city.mental-expert"),
}
_TAILED: Mapping[str, str] = {"mkt": "mkt-station", "fire": "fire-station", "urb": "urb-squad"}
_BUREAU_OF: Mapping[str, str] = {
    "police": "pb",
    "health": "hb",
    "market": "mkt",
    "cyberspace": "cac",
    "education": "edu",
    "fire": "fire",
    "housing": "hou",
    "urban": "urb",
    "civil": "civ",
}


def bureau_kind(agency: str) -> str | None:
    """The kind of the county bureau that leads an agency: schools answer to education, communities to civil affairs."""
    return _BUREAU_OF.get({"school": "education", "community": "civil"}.get(agency, agency))


@cache
def unit_name(unit: str) -> UnitName | None:
    """Read a unit id; None when it follows no known form."""
    if _SCHOOL.fullmatch(unit):
        return UnitName("sch", "")
    if (city := _CITY.fullmatch(unit)) is not None:
        return UnitName(f"city-{city['agency']}", city["code"])
    found = _UNIT.fullmatch(unit)
    if found is None:
        return None
    abbr, tail = found["abbr"], found["tail"]
    if tail and abbr in _TAILED:
        abbr = _TAILED[abbr]
    elif tail and f"{abbr}-{tail}" in KINDS:
        abbr = f"{abbr}-{tail}"
    return UnitName(abbr, found["code"])
