"""What an agency states: tied to its incident, merged into its picture, decided. A follow-up without its head waits for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from contracts.coordination import DecisionMade, Outcome
from contracts.envelope import Event
from contracts.registry import event_type
from services.routing.case import (
    Case,
    advance,
    change_for,
    joins,
    may_be_about,
    nearness,
    open_incident,
    open_key_of,
    opens_anew,
    picture_after,
    stands_already,
    waits_for_head,
)
from services.routing.core.deciding.decide import decide, hide_corrected
from services.routing.core.deciding.levels import why_refused
from services.routing.core.deciding.publishing import law_due, publish_due
from services.routing.core.deciding.stamp import stamp
from services.routing.core.model import Fold, Incident, IncidentState, Misfit, World
from services.routing.core.tasks.homes import home_of
from services.routing.loaded import IncidentKey, Loaded, Seen, Waiting, newest


@dataclass(frozen=True, slots=True)
class Folded:
    """One statement folded: what it changes and tells, and the row of its decision."""

    event: Event
    fold: Fold
    row: Mapping[str, Any]


def fold_statement(loaded: Loaded, event: Event, world: World, now: datetime) -> list[Folded]:
    """Decide one statement, and after a head those that waited for it; nothing while a follow-up waits. Misfit: never to be decided."""
    case = Case.of(event)
    found = _find(loaded, case)
    if found is None and waits_for_head(case):
        loaded.wait(Waiting(event, case.key, now))
        return []
    folded = [_decide(loaded, case, found, world, now)]
    if not waits_for_head(case):
        folded += fold_waiting(loaded, case.key, world, now, anywhere=open_key_of(event))
    return folded


def fold_waiting(loaded: Loaded, key: IncidentKey, world: World, now: datetime, *, anywhere: IncidentKey | None = None) -> list[Folded]:
    """Those that wait for a head, in order: without one the first is decided as a first event with what it says, the others follow it."""
    return [_decide_waiting(loaded, Case.of(waiting.event), world, now) for waiting in loaded.release(key, anywhere)]


def _decide_waiting(loaded: Loaded, case: Case, world: World, now: datetime) -> Folded:
    """What fits nothing after all is decided ``conflict``: it came long ago and cannot be parked with this batch."""
    found = _find(loaded, case)
    try:
        return _decide(loaded, case, found, world, now)
    except Misfit:
        if found is None:
            raise
        state, incident = found
        fold = Fold(state, world, now, case.event.envelope.id)
        return Folded(case.event, fold, _row(case, fold, incident, stamp(fold, incident, case.event, "conflict")))


def _find(loaded: Loaded, case: Case) -> tuple[IncidentState, Incident] | None:
    """The incident that the event names (if closed, the newest of its key), else the newest of the event's own key.

    A head that names another kind of incident gets one of its own, linked."""
    envelope = case.event.envelope
    if envelope.incident is None:
        return _by_number(loaded, case)
    state = loaded.by_incident(envelope.incident)
    incident = state.incidents[envelope.incident] if state else None
    if state is None or incident is None or incident.id != incident.root:
        raise Misfit("unknown-incident", f"no incident {envelope.incident}")
    if incident.status != envelope.status:
        raise Misfit("wrong-status", "an exercise and an actual event never share an incident")
    if case.mark is None and not ((incident.family, incident.key) == (case.key[1], case.key[3]) and may_be_about(case, incident)):
        return _own(loaded, case)
    if incident.family != case.key[1]:
        raise Misfit("wrong-family", f"{case.event.name} is no follow-up of this incident")
    chain = loaded.all_by_key((incident.status, incident.family, incident.scope, incident.key))
    return newest(pair for pair in chain if pair[1].head_type == incident.head_type) or (state, incident)


def _by_number(loaded: Loaded, case: Case) -> tuple[IncidentState, Incident] | None:
    """By the number alone: what joins is about whatever has that number, another statement first about its own unit's."""
    if not waits_for_head(case):
        return _own(loaded, case)
    return (None if event_type(case.event.name).joins else _own(loaded, case)) or _of_another_unit(loaded, case)


def _own(loaded: Loaded, case: Case) -> tuple[IncidentState, Incident] | None:
    return newest(pair for pair in loaded.all_by_key(case.key) if may_be_about(case, pair[1]))


def _of_another_unit(loaded: Loaded, case: Case) -> tuple[IncidentState, Incident] | None:
    """The one open incident of the family, the number and the county, the unit's own before others; two of them are a conflict."""
    found = [pair for pair in loaded.all_by_key(open_key_of(case.event)) if may_be_about(case, pair[1])]
    chains = dict.fromkeys((incident.scope, incident.head_type) for _, incident in found)
    last = [pair for chain in chains if (pair := newest(p for p in found if (p[1].scope, p[1].head_type) == chain))]
    candidates = [pair for pair in last if pair[1].closed_at is None] or last
    closest = next((near for near in nearness(case) if any(near(incident) for _, incident in candidates)), None)
    candidates = [pair for pair in candidates if closest is None or closest(pair[1])]
    if len(candidates) > 1:
        raise Misfit("conflict", f"{len(candidates)} incidents have the number {case.event.envelope.subject}: name the incident")
    return candidates[0] if candidates else None


def _decide(loaded: Loaded, case: Case, found: tuple[IncidentState, Incident] | None, world: World, now: datetime) -> Folded:
    state, incident = found if found is not None else (IncidentState(), None)
    if incident is not None:
        incident = home_of(state.incidents.values(), incident, case.event.envelope.publisher)
    fold = Fold(state, world, now, case.event.envelope.id)
    repeated = _repeated(case, incident, loaded.history.get(incident.id, [])) if incident is not None else None
    refused = _refused(case, incident) if incident is not None and repeated is None else ()
    if incident is not None and (repeated is not None or refused):
        decision = stamp(fold, incident, case.event, repeated or "refused", reasons=refused)
    elif incident is None or opens_anew(case, incident):
        if incident is not None and case.mark == "C":
            hide_corrected(fold, replace(incident, picture=picture_after(case, incident)), case.event)
        incident = open_incident(fold, case, incident)
        decision = decide(fold, incident, case.event, None)
    else:
        change = change_for(case, incident)
        incident = advance(fold, case, incident)
        decision = decide(fold, incident, case.event, case.mark, change=change)
    loaded.states[incident.root] = fold.state
    seen = Seen(*case.event.identity, case.event.name, case.revision, case.digest)
    loaded.history.setdefault(incident.id, []).append(seen)
    return Folded(case.event, fold, _row(case, fold, incident, decision))


def _row(case: Case, fold: Fold, incident: Incident, decision: DecisionMade) -> Mapping[str, Any]:
    envelope = case.event.envelope
    due, law = publish_due(fold, incident, case.event), law_due(envelope)
    return {
        "source": envelope.source,
        "id": envelope.id,
        "incident": incident.id,
        "type": case.event.name,
        "revision": envelope.revision,
        "published_at": envelope.time.isoformat(),
        "known_at": envelope.known_at.isoformat(),
        "publisher": envelope.publisher,
        "publish_due": due.isoformat() if due else None,
        "law_due": law.isoformat() if law else None,
        "decided_at": fold.now.isoformat(),
        "outcome": decision.outcome,
        "content_hash": case.digest,
        "decision": decision.model_dump(mode="json"),
    }


def _repeated(case: Case, incident: Incident, history: Sequence[Seen]) -> Outcome | None:
    """``duplicate-of`` for the same statement under another id, ``stale`` for an older revision; a contradiction is a Misfit.

    A follow-up may be the same as one before and still say something, for something else was said between: a level that rose, fell and
    rises again. Revisions are counted by the service that speaks: another service's numbers say nothing about its own."""
    head, joining = case.mark is None, joins(case, incident)
    alike = [seen for seen in history if seen.type == case.event.name and seen.content_hash == case.digest]
    if any(head or seen.revision == case.revision for seen in alike) or (alike and stands_already(case, incident)):
        return "duplicate-of"
    if head and (incident.closed_at is not None or incident.head_missing):
        return "stale" if incident.head_missing and incident.withdrawn_at is not None else None
    mine = [
        seen.revision
        for seen in history
        if _service(seen.source) == _service(case.event.envelope.source) and (not joining or seen.type == case.event.name)
    ]
    if case.revision in mine:
        raise Misfit("conflict", f"revision {case.revision} of {case.event.envelope.subject} differs")
    if mine and case.revision < max(mine):
        return "stale"
    if case.mark in ("W", "X") and any(seen.revision == max(mine) for seen in alike if seen.revision in mine):
        return "duplicate-of"
    return "duplicate-of" if head and not joining and picture_after(case, incident) == incident.picture else None


def _refused(case: Case, incident: Incident) -> tuple[str, ...]:
    """What it may not say of the level that stands. A head that comes late is under what was said since; one after the close begins anew."""
    if incident.head_missing or joins(case, incident) or (case.mark is None and incident.closed_at is not None):
        return ()
    return why_refused(case.event.name, case.mark, case.event.data, incident.picture, picture_after(case, incident))


def _service(source: str) -> str:
    """The service of a source: ``/police/ps-990102-01`` → ``police``."""
    return source.strip("/").partition("/")[0]
