"""What a person at the triage desk named: the schools in the picture, the mandate among those that match, and how desks read of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from contracts.coordination import Basis
from contracts.places import named_schools, school_in, schools_of
from services.routing.core.matching.places import SIDES
from services.routing.core.model import Fold, Incident, Triage

TRIAGE = "GOV-01"
UNKNOWN = "unknown"


def nameless(fold: Fold, incident: Incident, at: datetime) -> tuple[str, ...]:
    """What an event names as its schools and nobody knows: the word ``unknown``, or an id that the directory does not hold."""
    picture = incident.picture
    named = dict.fromkeys((*named_schools(picture), *schools_of(picture), *(str(picture[side]) for side in SIDES if picture.get(side))))
    return tuple(one for one in named if one == UNKNOWN or fold.world.directory.school(one, at) is None)


def with_schools(picture: Mapping[str, Any], instead_of: Sequence[str], schools: Sequence[str]) -> dict[str, Any]:
    """The picture with some schools in the place of what it names; a field that holds one school takes one alone."""
    after = dict(picture)
    for field in ("schools", "scope"):
        if field in picture:
            after[field] = _replaced(picture[field], instead_of, schools)
    for field in ("school_id", *SIDES):
        if picture.get(field) in instead_of and len(schools) == 1:
            after[field] = schools[0]
    return after


def _replaced(named: Iterable[Any], instead_of: Sequence[str], schools: Sequence[str]) -> list[Any]:
    """Each school once, in its place."""
    found: dict[str, Any] = {}
    for item in named:
        for school in schools if school_in(item) in instead_of else (school_in(item),):
            found.setdefault(school, {**item, "school_id": school} if isinstance(item, Mapping) else school)
    return list(found.values())


def as_named(picture: Mapping[str, Any], triage: Triage | None) -> dict[str, Any]:
    """What an agency states, with the schools that a person named where it knew none."""
    return with_schools(picture, triage.instead_of, triage.schools) if triage is not None and triage.schools else dict(picture)


def after_statement(triage: Triage | None, stated: Mapping[str, Any]) -> Triage | None:
    """What is left of a triage when the publisher states its schools: who names them itself, and knows them, is right."""
    named = named_schools(stated)
    if triage is None or not named or set(named) & set(triage.instead_of):
        return triage
    return replace(triage, schools=(), instead_of=()) if triage.mandate is not None else None


def without_mandate(fold: Fold, incident: Incident) -> Incident:
    """The publisher's own words have mandates now: what a person named instead stands no more."""
    triage = incident.triage
    if triage is None or triage.mandate is None:
        return incident
    freed = replace(incident, triage=replace(triage, mandate=None) if triage.schools else None)
    fold.put(freed)
    return freed


def named_reasons(fold: Fold, incident: Incident, bases: Sequence[Basis]) -> tuple[Basis, ...]:
    """The reasons of a desk, with the person's word in them: a mandate that was named has no conditions that held."""
    triage = incident.triage
    if triage is None:
        return tuple(bases)
    return tuple(_reason(triage, who_named(fold, triage), basis) for basis in bases)


def who_named(fold: Fold, triage: Triage) -> str:
    """The desk and the person, for people to read."""
    return f"{fold.world.directory.title(triage.desk, triage.at)} {triage.person}"


def _reason(triage: Triage, who: str, basis: Basis) -> Basis:
    if basis.mandate == TRIAGE:
        return basis
    matched = (f"由{who}分办指定",) if basis.mandate == triage.mandate else basis.matched
    schools = (f"学校由{who}分办写明",) if triage.schools else ()
    return basis.model_copy(update={"matched": (*matched, *schools)})
