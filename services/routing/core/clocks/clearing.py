"""督办解除: whoever was told of a miss learns that it is over."""

from datetime import datetime

from contracts.coordination import ClearedWhy, EscalationCleared
from services.routing.core.model import Duty, Fold


def clear(fold: Fold, duty: Duty, why: ClearedWhy, at: datetime) -> None:
    """Tell everybody who was told of the miss: the targets, publisher and lead, and the late desk itself.

    A target holds one escalation per owner; it is named, and so ends, only when no other missed duty of the owner holds it up."""
    incident = fold.state.incidents[duty.incident]
    task = fold.state.tasks.get(duty.owner)
    told = {step.desk: step.escalation for step in duty.told if not step.jumped}
    open_misses = [d for d in fold.duties_of(duty.owner) if d.id != duty.id and d.missed_at is not None and d.state == "open"]
    held = {step.desk for other in open_misses for step in other.told if not step.jumped}
    for desk in dict.fromkeys([*told, *fold.followers(incident), duty.desk]):
        message = EscalationCleared(
            escalation=None if desk in held else told.get(desk),
            notification=duty.owner if duty.owner in fold.state.notifications else None,
            task=task.id if task else None,
            incident=incident.id,
            number=incident.number,
            desk=desk,
            late_desk=duty.desk,
            duty=duty.kind,
            why=why,
            at=at,
        )
        about = f"{duty.id}/{desk}/{why}/{at.isoformat()}"
        fold.tell("bus.escalation.cleared", message, to=desk, incident=incident.id, about=about, version=duty.version)
