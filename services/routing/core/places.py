"""Where an incident happened, as the directory and the calendars are asked for it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from contracts.ids import unit_of
from services.routing.core.agency import agency_word
from services.routing.core.calendar import DeskTime
from services.routing.core.directory import Where
from services.routing.core.model import Fold, Incident

SCHOOL_ID = 10
"""Digits of a school's id; a division code has another length."""


def named_schools(picture: Mapping[str, Any]) -> tuple[str, ...]:
    """The schools an event names, alone or each with its distance, and the word ``unknown``."""
    named = picture.get("schools") or ([picture["school_id"]] if picture.get("school_id") else [])
    return tuple(map(school_in, named))


def school_in(named: str | Mapping[str, Any]) -> str:
    """The school in an item of a list of schools: an id, or an object that holds one (``{school_id, metres}``)."""
    return str(named.get("school_id", "")) if isinstance(named, Mapping) else named


def schools_of(picture: Mapping[str, Any]) -> tuple[str, ...]:
    """The schools an event names, also in a scope of divisions; the word ``unknown`` is none."""
    scoped = (code for code in picture.get("scope", ()) if len(code) == SCHOOL_ID)
    return tuple(school for school in dict.fromkeys((*named_schools(picture), *scoped)) if school != "unknown")


def areas_of(picture: Mapping[str, Any]) -> tuple[str, ...]:
    """The divisions whose every school an event concerns."""
    return tuple(code for code in picture.get("scope", ()) if len(code) != SCHOOL_ID)


def where_of(incident: Incident) -> Where:
    """The places the roles of an incident are resolved by; an event of a school that names none is about the school itself."""
    areas = areas_of(incident.picture)
    itself = (unit_of(incident.publisher),) if agency_word(incident.publisher) == "school" else ()
    named = named_schools(incident.picture) or areas
    return Where(
        schools=schools_of(incident.picture) if named else itself,
        county=incident.county,
        place_code=incident.place_code,
        publisher=incident.publisher,
        areas=areas,
    )


def desk_time(fold: Fold, incident: Incident, desk: str, at: datetime) -> DeskTime:
    """The hours of a desk; one outside schools takes its school days from the first school of the event."""
    own = fold.world.directory.desk_time(desk, at)
    if own.school is not None:
        return own
    return fold.world.directory.desk_time(desk, at, school=next(iter(schools_of(incident.picture)), None))
