"""The decision on an event, told to the publishing desk."""

from contracts.coordination import DecisionMade, Outcome, RecipientLine
from contracts.envelope import Event
from services.routing.core.deciding.publishing import bounds_of
from services.routing.core.matching.decision import NOBODY, NOTHING, decision_on
from services.routing.core.matching.match import Matched
from services.routing.core.matching.recipients import Found
from services.routing.core.model import Fold, Incident

UNSAID = {"mandates": (), "conditions": (), "recipients": (), "lead": None, "reasons": ()}
"""What a unit under suspicion does not learn of the decision on its own report."""


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
