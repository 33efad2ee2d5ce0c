"""The Decision with everything it used."""

from datetime import timedelta

from contracts.coordination import DecisionMade, Outcome, RecipientLine
from contracts.envelope import Envelope
from services.routing.core.matching.match import Matched
from services.routing.core.matching.recipients import Found, Wanted
from services.routing.core.model import Fold, Incident

LATE_PUBLISH = timedelta(hours=24)
NOTHING = Matched()
NOBODY = Found({}, ())


def published_late(envelope: Envelope) -> bool:
    """Whether the publisher knew more than 24 h before it said so."""
    return envelope.time - envelope.known_at > LATE_PUBLISH


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
