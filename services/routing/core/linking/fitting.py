"""The rule of suggestion: who else may have reported the same. It only ever asks a person."""

from collections.abc import Iterable

from contracts.ids import unit_of
from contracts.matters import Fit, Report, hold_against
from contracts.places import schools_of
from services.routing.core.directory import Directory
from services.routing.core.linking.matters import Matters
from services.routing.core.matching.places import where_of
from services.routing.core.model import Incident

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
    return hold_against(matters.every, _report(one, directory), _report(other, directory))


def _comparable(one: Incident, other: Incident) -> bool:
    withdrawn = one.withdrawn_at or other.withdrawn_at
    strangers = one.root != other.root and unit_of(one.publisher) != unit_of(other.publisher)
    return not withdrawn and strangers and one.status == other.status and one.status in COMPARED


def _report(incident: Incident, directory: Directory) -> Report:
    """What is compared of an incident; a school brings its community."""
    schools = _schools(incident, directory)
    found = (directory.school(school, incident.first_time) for school in schools)
    places = frozenset(code for code in (incident.place_code, *(one.place_code for one in found if one)) if code)
    return Report(incident.head_type, incident.picture, incident.first_known_at, incident.first_time, schools, places)


def _schools(incident: Incident, directory: Directory) -> frozenset[str]:
    """The schools as they stand on the day, so that a merged one is its successor."""
    named = where_of(incident).schools or schools_of(incident.picture)
    found = ((named_id, directory.school(named_id, incident.first_time)) for named_id in named)
    return frozenset(school.id if school else named_id for named_id, school in found)
