"""督办: one step of a ladder reaches its target."""

from contracts.coordination import EscalationRaised
from contracts.ids import derived_id
from services.routing.core.matching.cast import ids_of_school, own_school
from services.routing.core.matching.views import project
from services.routing.core.model import Duty, Fold, Told


def escalation_id(fold: Fold, duty: Duty, target: str) -> str:
    """One escalation per notification (or task) and target: a further step or duty updates it."""
    first_time = fold.state.incidents[duty.incident].first_time
    return derived_id(first_time, "escalation", duty.owner, target)


def raise_to(fold: Fold, duty: Duty, told: Told, *, reason: str = "") -> None:
    """Tell the target of a step, in view L, with the logical time the step belongs to. ``reason``: where it is none that a due was missed.

    A target in a school reads of schools no more than a school may."""
    incident = fold.state.incidents[duty.incident]
    task = fold.state.tasks.get(duty.owner)
    payload, _ = project(incident.head_type, dict(incident.picture), "L", school=ids_of_school(fold, own_school(told.desk)))
    message = EscalationRaised(
        escalation=told.escalation,
        notification=duty.owner if duty.owner in fold.state.notifications else None,
        task=task.id if task else None,
        incident=incident.id,
        number=incident.number,
        desk=told.desk,
        late_desk=duty.desk,
        duty=duty.kind,
        due=duty.due or told.logical_at,
        ladder=duty.ladder or "C",
        step=told.step,
        logical_at=told.logical_at,
        reason=reason or f"{fold.world.directory.title(duty.desk, told.logical_at)}逾期未办",
        event_type=incident.head_type,
        payload=payload,
        to_publisher=told.desk == incident.publisher,
    )
    about = f"{duty.id}/{told.desk}/{told.logical_at.isoformat()}"
    fold.tell("bus.escalation.raised", message, to=told.desk, incident=incident.id, about=about, version=told.step)
