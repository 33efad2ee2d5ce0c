"""同一事由: which statements may speak of one happening, and how two of them are held against each other. Pure.

Routing holds incidents of two units against each other; an agency holds what is being filed against what its own unit has.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import asin, cos, radians, sin, sqrt
from typing import Any, Literal

from contracts.coordination import LinkFit

Place = Literal["school", "community", "point"]
OF_ONE_CHILD = frozenset({
    "bullying", "bullying-review", "care-conference", "child-care", "dropout", "forced-report", "handover", "psych",
})  # fmt: skip
"""Families about a single child, where the mere number tells a stranger of it: never held against anything, whatever a table says, linked by
nobody, and not counted among what is."""
EARTH_METRES = 6_371_000
COMMUNITY = 12
"""Digits of a community's division code."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A type, and the codes of its field that make it speak of the matter (no field: always)."""

    type: str
    field: str | None = None
    codes: frozenset[str] = frozenset()

    def tells(self, name: str, data: Mapping[str, Any]) -> bool:
        return name == self.type and (self.field is None or bool(self.codes & _codes(data, self.field)))


def _codes(data: Mapping[str, Any], field: str) -> frozenset[str]:
    value = data.get(field)
    return frozenset(map(str, value)) if isinstance(value, list | tuple) else frozenset({str(value)})


@dataclass(frozen=True, slots=True)
class Matter:
    """A kind of happening that several desks may report. ``within``: how far apart their times may lie; ``metres``: their points."""

    name: str
    within: timedelta
    places: tuple[Place, ...]
    statements: tuple[Statement, ...]
    metres: int = 0

    def tells(self, name: str, data: Mapping[str, Any]) -> bool:
        return any(one.tells(name, data) for one in self.statements)


@dataclass(frozen=True, slots=True)
class Report:
    """What is compared of a happening as somebody reported it. ``schools``, ``places``: ids and division codes, as they stand today."""

    type: str
    data: Mapping[str, Any]
    known_at: datetime
    time: datetime
    schools: frozenset[str]
    places: frozenset[str]

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From known to stated."""
        return min(self.known_at, self.time), self.time


@dataclass(frozen=True, slots=True)
class Fit:
    """Why two may be one: the matter, what agrees of their places, and how far apart their times lie."""

    matter: str
    places: tuple[LinkFit, ...]
    apart: timedelta


def hold_against(matters: Iterable[Matter], one: Report, other: Report) -> Fit | None:
    """Whether two reports may be of one happening: one matter, times that nearly meet, a place that agrees."""
    first, second = sorted((one.span, other.span))
    apart = max(second[0] - first[1], timedelta())
    for matter in matters:
        if apart <= matter.within and matter.tells(one.type, one.data) and matter.tells(other.type, other.data):
            places = tuple(_agreeing(matter, one, other))
            if places:
                return Fit(matter.name, places, apart)
    return None


def _agreeing(matter: Matter, one: Report, other: Report) -> Iterator[LinkFit]:
    """What agrees of the places that the matter looks at; one school says more than its community."""
    if "school" in matter.places and one.schools & other.schools:
        yield "same-school"
    elif "community" in matter.places and any(len(code) == COMMUNITY for code in one.places & other.places):
        yield "same-community"
    if "point" in matter.places and _metres(one.data.get("place_point"), other.data.get("place_point")) <= matter.metres:
        yield "near"


def _metres(one: Any, other: Any) -> float:
    """The distance of two points of one datum; a point of another datum is nowhere near: no datum is turned into another."""
    if not (one and other) or one["crs"] != other["crs"]:
        return float("inf")
    lat, lat2 = radians(one["lat"]), radians(other["lat"])
    half = sin((lat2 - lat) / 2) ** 2 + cos(lat) * cos(lat2) * sin(radians(other["lon"] - one["lon"]) / 2) ** 2
    return 2 * EARTH_METRES * asin(sqrt(half))
