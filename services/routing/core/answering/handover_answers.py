"""What the new side of a handover answers: each desk takes its share by its signature, or says why it does not."""

from contracts.coordination import HandoverAccepted, HandoverRefused
from services.routing.core.answering.respond import answered
from services.routing.core.matching.agency import agency_word
from services.routing.core.model import Fold, Incident, Misfit, Notification, Task
from services.routing.core.tasks.handover import FAMILY, awaited_of


def accepted(fold: Fold, data: HandoverAccepted) -> None:
    """One of those awaited takes its share: the old side and the others awaited learn it. Its signature is what counts.

    Of the last one they learn that the handover is completed, and by whom."""
    notification, incident, task = _awaited(fold, data)
    if notification.acknowledged_at is None:
        raise Misfit("not-signed", "a share in a handover is taken by a signature")
    if task.closed_at is None:
        _hand_on(fold, incident, task, "bus.handover.accepted", data)


def refused(fold: Fold, data: HandoverRefused) -> None:
    """One of those awaited does not take its share: the old side stays responsible, no clock stops, and a signature still accepts.

    The bureaus of education that know of the handover learn it too: they bring both sides together."""
    _, incident, task = _awaited(fold, data)
    if task.closed_at is not None:
        return
    bureaus = (n.desk for n in fold.notifications_of(incident.id) if n.live and agency_word(n.desk) == "education")
    _hand_on(fold, incident, task, "bus.handover.refused", data, also=tuple(bureaus))


def _awaited(fold: Fold, data: HandoverAccepted | HandoverRefused) -> tuple[Notification, Incident, Task]:
    notification = answered(fold, data.notification, data.desk)
    incident = fold.state.incidents[notification.incident]
    task = fold.task_of(incident.id)
    if incident.family != FAMILY or task is None or data.desk not in awaited_of(task):
        raise Misfit("not-awaited", "no handover waits for this desk")
    return notification, incident, task


def _hand_on(
    fold: Fold, incident: Incident, task: Task, name: str, data: HandoverAccepted | HandoverRefused, *, also: tuple[str, ...] = ()
) -> None:
    for desk in dict.fromkeys((*fold.followers(incident), *awaited_of(task), *also)):
        if desk != data.desk:
            fold.tell(name, data, to=desk, incident=incident.id, about=f"{name}/{data.notification}/{desk}")
