"""The rule of suggestion: who else may have reported the same. It only ever asks a person."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from math import asin, cos, radians, sin, sqrt
from typing import Any

from contracts.coordination import LinkFit
from contracts.ids import unit_of
from services.routing.core.directory import Directory
from services.routing.core.linking.matters import Fit, Matter, Matters
from services.routing.core.model import Incident
from services.routing.core.places import schools_of, where_of

EARTH_METRES = 6_371_000
COMMUNITY = 12
"""Digits of a community's division code."""
MOST = 5
"""Suggestions of one incident that may wait for a person's word; the nearest in time come first. Where many fit, time and place say little."""
COMPARED = frozenset({"actual", "exercise"})


def nearest(matters: Matters, incident: Incident, others: Iterable[Incident], directory: Directory) -> list[tuple[Incident, Fit]]:
    """The incidents that may be the same happening, the nearest in time first."""
    found = [(other, fitting) for other in others if (fitting := fit(matters, incident, other, directory)) is not None]
    return sorted(found, key=lambda pair: (pair[1].apart, pair[0].id))[:MOST]


def fit(matters: Matters, one: Incident, other: Incident, directory: Directory) -> Fit | None:
    """Whether two open incidents of two units may be one: same status, one matter, times that nearly meet, a place that agrees."""
    return None if one.closed_at or other.closed_at else still_fit(matters, one, other, directory)


def still_fit(matters: Matters, one: Incident, other: Incident, directory: Directory) -> Fit | None:
    """Whether two may be one, closed or not: what both units have done with is still counted twice until a person says that it is one."""
    if not (matters.linkable(one) and matters.linkable(other)) or not _comparable(one, other):
        return None
    apart = _apart(one, other)
    for matter in matters.every:
        if apart <= matter.within and matter.tells(one) and matter.tells(other):
            places = tuple(_places(matter, one, other, directory))
            if places:
                return Fit(matter.name, places, apart)
    return None


def _comparable(one: Incident, other: Incident) -> bool:
    withdrawn = one.withdrawn_at or other.withdrawn_at
    strangers = one.root != other.root and unit_of(one.publisher) != unit_of(other.publisher)
    return not withdrawn and strangers and one.status == other.status and one.status in COMPARED


def _apart(one: Incident, other: Incident) -> timedelta:
    """The time between the spans from known to stated; none where they overlap."""
    first, second = sorted((_span(one), _span(other)))
    return max(second[0] - first[1], timedelta())


def _span(incident: Incident) -> tuple[datetime, datetime]:
    return min(incident.first_known_at, incident.first_time), incident.first_time


def _places(matter: Matter, one: Incident, other: Incident, directory: Directory) -> Iterator[LinkFit]:
    """What agrees of the places that the matter looks at; one school says more than its community."""
    if "school" in matter.places and _schools(one, directory) & _schools(other, directory):
        yield "same-school"
    elif "community" in matter.places and _communities(one, directory) & _communities(other, directory):
        yield "same-community"
    if "point" in matter.places and _metres(one.picture.get("place_point"), other.picture.get("place_point")) <= matter.metres:
        yield "near"


def _schools(incident: Incident, directory: Directory) -> frozenset[str]:
    """The schools as they stand on the day, so that a merged one is its successor."""
    named = where_of(incident).schools or schools_of(incident.picture)
    found = ((named_id, directory.school(named_id, incident.first_time)) for named_id in named)
    return frozenset(school.id if school else named_id for named_id, school in found)


def _communities(incident: Incident, directory: Directory) -> frozenset[str]:
    schools = (directory.school(school, incident.first_time) for school in _schools(incident, directory))
    codes = (incident.place_code, *(school.place_code for school in schools if school))
    return frozenset(code for code in codes if code is not None and len(code) == COMMUNITY)


def _metres(one: Any, other: Any) -> float:
    """The distance of two points of one datum; a point of another datum is nowhere near: no datum is turned into another."""
    if not (one and other) or one["crs"] != other["crs"]:
        return float("inf")
    lat, lat2 = radians(one["lat"]), radians(other["lat"])
    half = sin((lat2 - lat) / 2) ** 2 + cos(lat) * cos(lat2) * sin(radians(other["lon"] - one["lon"]) / 2) ** 2
    return 2 * EARTH_METRES * asin(sqrt(half))
