"""Matching: the mandates whose conditions hold on the picture of an incident, with every condition as it was tested."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from contracts.coordination import ConditionResult
from contracts.envelope import Event
from contracts.registry import event_type
from services.routing.core.mandates import Mandate, test
from services.routing.core.matching.naming import TRIAGE, nameless
from services.routing.core.matching.places import places_of, rules_of
from services.routing.core.model import Fold, Incident, row_key, type_in

HIGHEST = frozenset({"life-risk", "red", "grave", "severe", "critical", "imminent", "extreme", "D"})


@dataclass(frozen=True, slots=True)
class Matched:
    """The mandates that match. ``unmatched``: a person has to look at it (GOV-01 is among them); ``named``: a person did, and named one."""

    mandates: tuple[Mandate, ...] = ()
    conditions: tuple[ConditionResult, ...] = ()
    unmatched: bool = False
    named: bool = False


def match(fold: Fold, incident: Incident, event: Event) -> Matched:
    """Test the mandates in force when the incident's first event was known; nothing matched is a decision too (GOV-01).

    The rules of the head's type are tested on its picture; those of a joining type, or of a level change itself, on what that says beside
    it. A person also looks at an event whose head never came or whose school nobody knows, until that person has named a mandate."""
    book = fold.world.book
    found: list[Mandate] = []
    conditions: list[ConditionResult] = []
    for name, facts in tested(incident, event):
        places = places_of(fold, incident, name, event.envelope.time)
        for mandate in book.candidates(name, places, incident.first_known_at, incident.first_time):
            ok, results = test(mandate, facts, event.envelope)
            conditions += results
            found += [mandate] if ok and mandate not in found else []
    if found and not incident.head_missing and not nameless(fold, incident, event.envelope.time):
        return Matched(tuple(found), tuple(conditions))
    if (triage := incident.triage) is not None and triage.mandate is not None and triage.about == spoken_of(event):
        named = spoken_for(fold, incident, triage.mandate, triage.about, event.envelope.time)
        return Matched((*found, *(one for one in named if one not in found)), tuple(conditions), named=True)
    asked = (_triage(rule, incident.picture) for rule in rules_of(fold, incident, TRIAGE))
    return Matched((*found, *asked), tuple(conditions), unmatched=True)


def spoken_for(fold: Fold, incident: Incident, mandate: str, about: str, at: datetime) -> tuple[Mandate, ...]:
    """The rules of one id about a type that are in force for an incident, each with the places it speaks for; none: it is not to be applied."""
    return tuple(one for one in applicable(fold, incident, about, at) if one.id == mandate)


def applicable(fold: Fold, incident: Incident, about: str, at: datetime) -> tuple[Mandate, ...]:
    """The rules about a type that are in force for an incident, whatever their conditions say, each with the places it speaks for."""
    places = places_of(fold, incident, about, at)
    return fold.world.book.candidates(about, places, incident.first_known_at, incident.first_time)


def match_beside(fold: Fold, incident: Incident, event: Event) -> Iterator[tuple[str, list[Mandate]]]:
    """What is stated in this incident beside what the event speaks of (its head, outcomes, other rows), each with the mandates that match it."""
    for key, said in {incident.head_type: incident.picture, **incident.statements}.items():
        name = type_in(key)
        if key in (spoken_of(event), key_in(event)):
            continue
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


def key_in(event: Event) -> str:
    """Where its incident keeps what it states beside the head: its type, and the row where it speaks of one."""
    about = spoken_of(event)
    row = event_type(about).row
    return row_key(about, str(getattr(event.data, row))) if row is not None else about


def _triage(mandate: Mandate, picture: Mapping[str, Any]) -> Mandate:
    """GOV-01 goes to the duty officer when the severity is the highest, else to the safety desk; ops are always informed."""
    highest = bool(HIGHEST & {str(picture.get(field)) for field in ("severity", "level", "grade", "rating", "emergency_grade")})
    skipped = "otherwise" if highest else "highest"
    return replace(mandate, notify=tuple(row for row in mandate.notify if row.only != skipped))
