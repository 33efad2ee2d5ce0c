"""The Decision with everything it used, told to the publishing desk."""

from datetime import timedelta

from contracts.coordination import DecisionMade, Outcome, RecipientLine
from contracts.envelope import Envelope, Event
from services.routing.core.match import Matched
from services.routing.core.model import Fold, Incident
from services.routing.core.recipients import Found, Wanted
from services.routing.core.sla.publishing import bounds_of

LATE_PUBLISH = timedelta(hours=24)
NOTHING = Matched()
NOBODY = Found({}, ())
UNSAID = {"mandates": (), "conditions": (), "recipients": (), "lead": None, "reasons": ()}
"""What a unit under suspicion does not learn of the decision on its own report."""


def published_late(envelope: Envelope) -> bool:
    """Whether the publisher knew more than 24 h before it said so."""
    return envelope.time - envelope.known_at > LATE_PUBLISH


def stamp(
    fold: Fold,
    incident: Incident,
    event: Event,
    outcome: Outcome,
    *,
    matched: Matched = NOTHING,
    found: Found = NOBODY,
    lines: tuple[RecipientLine, ...] = (),
    reasons: tuple[str, ...] = (),
    again: str = "",
) -> DecisionMade:
    """The decision, told to the publishing desk; ``again`` tells it from the one that was made of the same event before."""
    envelope = event.envelope
    decision = decision_on(fold, incident, envelope, outcome, matched=matched, found=found, lines=lines, reasons=reasons)
    decision = decision.model_copy(update=bounds_of(fold, incident, event))
    told = decision.model_copy(update=UNSAID) if fold.suspected(incident, envelope.publisher) else decision
    fold.tell("bus.decision.made", told, to=envelope.publisher, incident=incident.id, about=f"{envelope.source}/{envelope.id}{again}")
    return decision


def decision_on(
    fold: Fold,
    incident: Incident,
    envelope: Envelope,
    outcome: Outcome,
    *,
    matched: Matched = NOTHING,
    found: Found = NOBODY,
    lines: tuple[RecipientLine, ...] = (),
    reasons: tuple[str, ...] = (),
) -> DecisionMade:
    """Pack, directory and calendar, conditions, recipients (``lines`` beside those found), and what could not be found."""
    task = fold.task_of(incident.id)
    late, headless = (["late-publish"] if published_late(envelope) else []), (["head-missing"] if incident.head_missing else [])
    return DecisionMade(
        event_source=envelope.source,
        event_id=envelope.id,
        event_type=envelope.name,
        incident=incident.id,
        number=incident.number,
        outcome=outcome,
        decided_at=fold.now,
        mandates=tuple(dict.fromkeys(f"{m.id}@{m.version}" for m in matched.mandates)),
        conditions=matched.conditions,
        recipients=(*(_line(wanted) for wanted in found.wanted.values()), *lines),
        lead=task.lead if task else None,
        reasons=(*reasons, *(f"找不到接收单位：{text}" for text in found.unresolved)),
        notes=(*late, *headless),
        pack_version=fold.world.pack_version,
        directory_version=fold.world.directory.version,
        calendar_version=fold.world.directory.calendar_version,
    )


def _line(wanted: Wanted) -> RecipientLine:
    return RecipientLine(desk=wanted.desk, kind=wanted.kind, view=wanted.view, mandates=wanted.mandate_ids, note="；".join(wanted.notes))
