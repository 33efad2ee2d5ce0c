"""Where an incident happened, as the directory and the calendars are asked for it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import Any

from contracts.ids import unit_of
from contracts.places import SCHOOL_ID, named_schools, schools_of
from services.routing.core.calendar import DeskTime
from services.routing.core.directory import Where, division_prefix
from services.routing.core.mandates import Mandate, Place
from services.routing.core.matching.agency import agency_word
from services.routing.core.model import Fold, Incident

SIDES = ("to_school", "from_school")
"""Fields of the two schools of a handover."""


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
        since=incident.first_time,
    )


def desk_time(fold: Fold, incident: Incident, desk: str, at: datetime) -> DeskTime:
    """The hours of a desk; one outside schools takes its school days from the first school of the event, else of its area or county."""
    own = fold.world.directory.desk_time(desk, at)
    if own.school is not None:
        return own
    return fold.world.directory.desk_time(desk, at, school=_first_school(fold, incident, at))


def _first_school(fold: Fold, incident: Incident, at: datetime) -> str | None:
    picture, directory = incident.picture, fold.world.directory
    named = (*schools_of(picture), *([picture["from_school"]] if "from_school" in picture else []))
    known = (school for school in named if directory.school(school, at) is not None)
    near = (school.id for areas in (areas_of(picture), (incident.county,)) for school in directory.schools_in(areas, at))
    return next(chain(known, near), None)


def places_of(fold: Fold, incident: Incident, about: str, at: datetime) -> tuple[Place, ...]:
    """Where rules about a type are asked for: at each school of the incident, in its county, and (an area) wherever rules differ.

    The county of a school stands for the incident's own when it is the same; it comes first, as its lead does."""
    directory, picture = fold.world.directory, incident.picture
    sides = [str(picture[side]) for side in SIDES if picture.get(side)]
    schools = [school for named in (*schools_of(picture), *sides) if (school := directory.school(named, at)) is not None]
    areas = areas_of(picture)
    found = [Place(school.county, school.id) for school in schools]
    found += [Place(directory.county(code, at)) for code in areas]
    found += _inside(fold, about, areas, at)
    home = directory.county(incident.county, at)
    if all(place.division != home for place in found):
        found.insert(0, Place(home))
    return tuple(dict.fromkeys(sorted(found, key=lambda place: place.division != home)))


def _inside(fold: Fold, about: str, areas: tuple[str, ...], at: datetime) -> list[Place]:
    """The divisions and schools with rules of their own inside the areas."""
    book = fold.world.book
    divisions = [Place(code) for area in areas for code in book.divisions_within(about, division_prefix(area))]
    schools = fold.world.directory.schools_in(areas, at) if areas else ()
    return [*divisions, *(Place(school.county, school.id) for school in schools if book.speaks_at(about, school.id))]


def where_at(fold: Fold, incident: Incident, places: Sequence[Place], at: datetime) -> Where:
    """The part of where an incident is that lies at some of its places; all of it when none is named."""
    whole = where_of(incident)
    if not places:
        return whole
    directory, wanted = fold.world.directory, {place.school for place in places if place.school}
    home = directory.county(whole.county, at)
    schools = tuple(named for named in whole.schools if (school := directory.school(named, at)) is not None and school.id in wanted)
    areas = tuple(place.division for place in places if not place.school and _is_area(place, whole))
    county = whole.county if any(place.division == home for place in places) else ""
    return replace(whole, schools=schools, county=county, areas=areas)


def _is_area(place: Place, whole: Where) -> bool:
    return place.division.startswith(tuple(division_prefix(area) for area in whole.areas)) if whole.areas else False


def rule_of(fold: Fold, incident: Incident, identity: str, *, school: str | None = None) -> Mandate | None:
    """The mandate of that id as it speaks about an incident: in force when its first event was known, else stated; else the newest.

    ``school``: as it speaks there. Of several places the rule of the smallest jurisdiction."""
    book, places = fold.world.book, _speaking_places(fold, incident, school)
    moments = (incident.first_known_at, incident.first_time, None)
    rules = ([rule for place in places if (rule := book.by_id(identity, at, place)) is not None] for at in moments)
    found = next((spoken for spoken in rules if spoken), [])
    return max(found, key=lambda rule: len(rule.in_pack.jurisdiction), default=None)


def rules_of(fold: Fold, incident: Incident, identity: str, *, school: str | None = None) -> tuple[Mandate, ...]:
    """Every mandate of that id that speaks about an incident, as rules about its type do: one above that is tighter speaks beside one below.

    ``school``: as they speak there. Without one in force, the newest."""
    places = _speaking_places(fold, incident, school)
    found = fold.world.book.standing(identity, places, incident.first_known_at, incident.first_time)
    newest = rule_of(fold, incident, identity, school=school) if not found else None
    return found or ((newest,) if newest is not None else ())


def _speaking_places(fold: Fold, incident: Incident, school: str | None) -> Sequence[Place]:
    every = places_of(fold, incident, incident.head_type, incident.first_time)
    return [place for place in every if place.school == school] or every
