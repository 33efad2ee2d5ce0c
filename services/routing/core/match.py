"""Matching: the mandates whose conditions hold on the picture of an incident, with every condition as it was tested."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from contracts.coordination import ConditionResult
from contracts.envelope import Event
from contracts.places import named_schools, schools_of
from contracts.registry import event_type
from services.routing.core.mandates import Mandate, test
from services.routing.core.model import Fold, Incident
from services.routing.core.places import places_of, rule_of

HIGHEST = frozenset({"life-risk", "red", "grave", "severe", "critical", "imminent", "extreme", "D"})


@dataclass(frozen=True, slots=True)
class Matched:
    """The mandates that match. ``unmatched``: a person has to look at it (GOV-01 is among them)."""

    mandates: tuple[Mandate, ...] = ()
    conditions: tuple[ConditionResult, ...] = ()
    unmatched: bool = False


def match(fold: Fold, incident: Incident, event: Event) -> Matched:
    """Test the mandates in force when the incident's first event was known; nothing matched is a decision too (GOV-01).

    The rules of the head's type are tested on its picture; those of a joining type, or of a level change itself, on what that says beside
    it. A person also looks at an event whose head never came or whose school nobody knows."""
    book = fold.world.book
    found: list[Mandate] = []
    conditions: list[ConditionResult] = []
    for name, facts in tested(incident, event):
        places = places_of(fold, incident, name, event.envelope.time)
        for mandate in book.candidates(name, places, incident.first_known_at, incident.first_time):
            ok, results = test(mandate, facts, event.envelope)
            conditions += results
            found += [mandate] if ok and mandate not in found else []
    if found and not incident.head_missing and not unknown_school(fold, incident, event):
        return Matched(tuple(found), tuple(conditions))
    triage = rule_of(fold, incident, "GOV-01")
    return Matched((*found, *([_triage(triage, incident.picture)] if triage else [])), tuple(conditions), unmatched=True)


def match_beside(fold: Fold, incident: Incident, event: Event) -> Iterator[tuple[str, list[Mandate]]]:
    """What later types of the family state in this incident, each with the mandates that match it now."""
    for name, said in incident.statements.items():
        places = places_of(fold, incident, name, event.envelope.time)
        candidates = fold.world.book.candidates(name, places, incident.first_known_at, incident.first_time)
        yield name, [one for one in candidates if test(one, {**incident.picture, **said}, event.envelope)[0]]


def tested(incident: Incident, event: Event) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The types whose rules an event can match, each with the facts they are tested on."""
    facts = {**incident.picture, **incident.said(spoken_of(event))}
    if event_type(event.name).mark == "L":
        moved = event.data.model_dump(mode="json", by_alias=True, exclude_none=True)
        yield event.name, {**facts, "from": moved["from"], "to": moved["to"]}
    else:
        yield spoken_of(event), facts


def spoken_of(event: Event) -> str:
    """The type that an event speaks of: its own, or for a follow-up its head's."""
    return event_type(event.name).head or event.name


def unknown_school(fold: Fold, incident: Incident, event: Event) -> bool:
    """Whether the event names a school that nobody can say: the word ``unknown``, or an id that the directory does not hold."""
    at = event.envelope.time
    return "unknown" in named_schools(incident.picture) or any(
        fold.world.directory.school(school, at) is None for school in schools_of(incident.picture)
    )


def _triage(mandate: Mandate, picture: Mapping[str, Any]) -> Mandate:
    """GOV-01 goes to the duty officer when the severity is the highest, else to the safety desk; ops are always informed."""
    highest = bool(HIGHEST & {str(picture.get(field)) for field in ("severity", "level", "grade", "rating", "emergency_grade")})
    skipped = "otherwise" if highest else "highest"
    return replace(mandate, notify=tuple(row for row in mandate.notify if row.only != skipped))
