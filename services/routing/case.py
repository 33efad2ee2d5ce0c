"""The incident after a statement: opened, followed by a new one where it was closed, or going on with its merged picture."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from contracts.envelope import Event
from contracts.event_type import Mark
from contracts.followups import new_values
from contracts.ids import derived_id, unit_of
from contracts.places import named_schools
from contracts.registry import event_type
from services.routing.core.deciding.change import Change, change_of, corrected, differing, joined, merge_picture
from services.routing.core.matching.decision import published_late
from services.routing.core.matching.linked import number_of
from services.routing.core.matching.match import key_in, spoken_of
from services.routing.core.matching.naming import after_statement, as_named
from services.routing.core.model import Fold, Incident
from services.routing.loaded import ANYWHERE, IncidentKey


@dataclass(frozen=True, slots=True)
class Case:
    """One statement with its mark, its key and its digest."""

    event: Event
    key: IncidentKey
    mark: Mark | None
    digest: str

    @classmethod
    def of(cls, event: Event) -> "Case":
        return cls(event, key_of(event), mark_of(event), content_hash(event))

    @property
    def revision(self) -> int:
        return self.event.envelope.revision


def key_of(event: Event) -> IncidentKey:
    """The key an agency event ties to its incident with; exercise and actual never share one."""
    spec = event_type(event.name)
    envelope = event.envelope
    if spec.joins:
        return open_key_of(event)
    agency = f"{envelope.county}/{event.name.partition('.')[0]}"
    scope = {"county": envelope.county, "agency": agency, "unit": unit_of(envelope.publisher)}[spec.key_scope]
    key = f"{envelope.subject}/{getattr(event.data, spec.apart)}" if spec.apart is not None else envelope.subject
    return envelope.status, spec.family, scope, key


def open_key_of(event: Event) -> IncidentKey:
    """The key of an event about what another unit opened: any incident of the family, the number and the county."""
    envelope = event.envelope
    return envelope.status, event_type(event.name).family, f"{ANYWHERE}{envelope.county}", envelope.subject


def keys_of(event: Event) -> tuple[IncidentKey, ...]:
    """Every key that an event may find its incident by."""
    own = event_type(event.name)
    return (key_of(event), open_key_of(event)) if own.mark is not None or own.joins else (key_of(event),)


def waits_for_head(case: Case) -> bool:
    """Whether an event says nothing without another one: a follow-up, or what joins what another unit opened."""
    return case.mark is not None or event_type(case.event.name).joins


def mark_of(event: Event) -> Mark | None:
    """What an event is to its incident: a follow-up's mark, or None for a head.

    A concluding type of its own (police.alarm.concluded) is X, and so is each of its corrections: it tells an outcome."""
    spec = event_type(event.name)
    concludes = any(name.endswith(".concluded") for name in (event.name, spec.head or ""))
    return "X" if concludes else spec.mark


def opens_anew(case: Case, incident: Incident) -> bool:
    """An event about a closed incident re-opens nothing: what asks desks to act is a new incident that follows it."""
    if incident.closed_at is None or event_type(case.event.name).joins:
        return False
    return case.mark in (None, "S", "L") or (case.mark == "C" and change_of("C", case.event.data).material)


def joins(case: Case, incident: Incident) -> bool:
    """Whether an event states something beside the head of its incident, with fields of its own."""
    return event_type(case.event.name).joins and spoken_of(case.event) != incident.head_type


def may_be_about(case: Case, incident: Incident) -> bool:
    """Whether an event may speak of an incident of its number: agencies number for themselves, so a head and its follow-ups speak of their
    own type's alone, or of one whose head never came."""
    about = spoken_of(case.event)
    beside = event_type(case.event.name).joins or about.endswith(".concluded")
    return beside or incident.head_missing or about == incident.head_type


def nearness(case: Case) -> Iterator[Callable[[Incident], bool]]:
    """What ties an event to one of several incidents of its number, closest first: its unit opened it, it says there already what is now
    changed, it is about its school."""
    unit, about = unit_of(case.event.envelope.publisher), spoken_of(case.event)
    yield lambda incident: incident.scope == unit
    if event_type(case.event.name).mark is not None:
        yield lambda incident: about in incident.statements
    yield lambda incident: unit in named_schools(incident.picture)


def statement_after(case: Case, incident: Incident) -> Mapping[str, Mapping[str, Any]]:
    """What the joining types say after this event."""
    about = spoken_of(case.event)
    mark = event_type(case.event.name).mark
    if mark in ("W", "X"):
        return incident.statements
    key = key_in(case.event)
    said = merge_picture(incident.statements.get(key, incident.said(about)), mark, case.event.data)
    return {**incident.statements, key: said, about: said}


def stands_already(case: Case, incident: Incident) -> bool:
    """Whether an open incident says already what a follow-up changes; a withdrawal or a conclusion changes no fact of it."""
    if incident.closed_at is not None or case.mark not in ("S", "C", "L"):
        return False
    if joins(case, incident):
        return statement_after(case, incident) == incident.statements
    return picture_after(case, incident) == incident.picture


def picture_after(case: Case, incident: Incident | None) -> Mapping[str, Any]:
    """The merged picture after this event; a late head is laid under what its follow-ups said."""
    before = incident.picture if incident else {}
    if incident is not None and joins(case, incident):
        return before
    if case.mark in ("W", "X"):
        return before
    after = merge_picture(before, case.mark, case.event.data)
    late = case.mark is None and incident is not None and incident.head_missing
    return as_named({**after, **before} if late else after, incident.triage if incident is not None else None)


def change_for(case: Case, incident: Incident) -> Change | None:
    """What the event changes for those who were told, beside what its type says: a head stated again, a late head, another place."""
    if joins(case, incident):
        return joined(case.event.name, case.mark, new_values("C", case.event.data) if case.mark == "C" else ())
    place = case.event.envelope.place_code
    moved = {"place_code"} if place is not None and incident.place_code is not None and place != incident.place_code else set[str]()
    if case.mark == "C":
        return corrected({*new_values("C", case.event.data), *moved})
    if case.mark is not None:
        return change_of("L", case.event.data, incident.picture) if case.mark == "L" else None
    change = corrected({*differing(incident.picture, picture_after(case, incident)), *moved})
    return replace(change, words="supplemented", mark="S", fields=()) if incident.head_missing else change


def advance(fold: Fold, case: Case, incident: Incident) -> Incident:
    """The incident with its merged picture; a head that comes late takes its place at the head."""
    envelope = case.event.envelope
    advanced = replace(incident, picture=picture_after(case, incident), revision=max(incident.revision, case.revision))
    if joins(case, incident):
        advanced = replace(incident, statements=statement_after(case, incident))
        fold.put(advanced)
        return advanced
    if case.mark in (None, "C"):
        stated = merge_picture({}, case.mark, case.event.data)
        advanced = replace(advanced, triage=after_statement(incident.triage, stated), place_code=envelope.place_code or incident.place_code)
    if case.mark is None:
        source, identity = case.event.identity
        advanced = replace(
            advanced, head_type=case.event.name, head_source=source, head_id=identity, publisher=envelope.publisher, head_missing=False
        )
    fold.put(advanced)
    return advanced


def open_incident(fold: Fold, case: Case, before: Incident | None) -> Incident:
    """A new incident: of a head, of a follow-up about a closed incident, or of a follow-up whose head never came."""
    envelope, kind = case.event.envelope, event_type(case.event.name)
    incident = derived_id(envelope.time, *case.event.identity)
    headless = before is None and waits_for_head(case)
    known = kind.key_parts(envelope.subject)
    picture = picture_after(case, before) if before or case.mark is None else merge_picture(known, case.mark, case.event.data)
    opened = Incident(
        id=incident,
        root=incident,
        number=number_of(envelope.county, incident, fold),
        family=case.key[1],
        scope=case.key[2],
        key=case.key[3],
        status=envelope.status,
        county=envelope.county,
        head_type=_head_type(case, before),
        head_source=envelope.source,
        head_id=envelope.id,
        publisher=envelope.publisher,
        first_time=envelope.time,
        first_known_at=envelope.known_at,
        revision=envelope.revision,
        picture=picture,
        place_code=envelope.place_code or (before.place_code if before else None),
        follows=before.id if before else _linked(case),
        withdrawn_at=fold.now if headless and case.mark == "W" else None,
        late_publish=published_late(envelope),
        head_missing=headless,
    )
    fold.put(opened)
    return opened


def _head_type(case: Case, before: Incident | None) -> str:
    """The type that the picture has the fields of."""
    if before is not None and case.mark is not None:
        return before.head_type
    head = event_type(case.event.name).head
    return head if head is not None and case.mark in ("S", "C", "L") else case.event.name


def _linked(case: Case) -> str | None:
    """A head that names an incident of another kind follows it."""
    return case.event.envelope.incident


def content_hash(event: Event) -> str:
    """A digest of what an event states, without its id, time and revision: two reports of the same content have the same one."""
    envelope = event.envelope
    stated = [event.name, envelope.subject, envelope.county, envelope.place_code, event.data.model_dump(mode="json", by_alias=True)]
    return hashlib.blake2b(json.dumps(stated, sort_keys=True, ensure_ascii=False).encode(), digest_size=16).hexdigest()
