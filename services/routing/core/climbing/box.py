"""The box of an arbitration: how long a returned duty is held, and what happens when nobody rules in it."""

from dataclasses import replace
from datetime import datetime

from contracts.coordination import ArbitrationRuled, Person, Ruling, WithdrawnWhy
from services.routing.core.climbing.hand_on import hand_on
from services.routing.core.clocks.escalate import escalation_id, raise_to
from services.routing.core.clocks.timing import reopened
from services.routing.core.issue import withdraw
from services.routing.core.matching.proxy import stand_in
from services.routing.core.model import Duty, Fold, Notification, Told

LAPSED = "裁定期限已过，由首接单位继续负责"
CLOCK = Person(ref="bus", role="bus.routing", shown="协同")


def items_of(fold: Fold, notification: Notification) -> list[Notification]:
    """The arbiters' notifications of a return that still stand."""
    return [n for n in fold.state.notifications.values() if n.arbitration_of == notification.id and n.live]


def restore(fold: Fold, notification: Notification, at: datetime, *, ruling: Ruling | None = None) -> Notification:
    """The returned desk keeps the duty with its original due; a due in the past is missed at ``at``, where its ladder starts."""
    kept = replace(notification, state="delivered", ruling=ruling)
    fold.put(kept)
    for duty in fold.duties_of(notification.id):
        if duty.state == "held":
            fold.put(reopened(duty, at))
    return kept


def drop_arbitration(fold: Fold, notification: Notification, why: WithdrawnWhy, text: str = "") -> None:
    """There is nothing left to rule on: the arbiters' items end."""
    for item in items_of(fold, notification):
        withdraw(fold, item, why, text=text)
        incident = fold.state.incidents[item.incident]
        fold.put(replace(incident, closed_at=fold.now))


def box_over(fold: Fold, duty: Duty) -> None:
    """No ruling in time: the first receiver keeps the duty (首接负责), and its ladder runs on from the end of the box.

    The desk and education's leader are told, and the arbiters' items end: there is nothing left to rule on."""
    item = fold.state.notifications[duty.owner]
    missed = replace(duty, state="ended", missed_at=duty.due, next_at=None)
    fold.put(missed)
    notification = fold.state.notifications.get(item.arbitration_of or "")
    if notification is None or notification.state != "returned" or duty.due is None:
        return
    restore(fold, notification, duty.due)
    _tell_leader(fold, missed, notification, duty.due)
    drop_arbitration(fold, notification, "superseded", LAPSED)
    _tell_desk(fold, item, notification, duty.due)


def _tell_leader(fold: Fold, duty: Duty, notification: Notification, at: datetime) -> None:
    office = fold.world.directory.ladder_target("conference-office", notification.desk, at)
    above = fold.world.directory.ladder_target("leader-in-charge", office, at) if office else None
    leader = stand_in(fold, fold.state.incidents[notification.incident], above, at) if above else None
    if leader is not None and leader != duty.desk:
        told = Told(1, leader, at, escalation_id(fold, duty, leader))
        raise_to(fold, duty, told)
        fold.put(replace(duty, told=(told,)))


def _tell_desk(fold: Fold, item: Notification, notification: Notification, at: datetime) -> None:
    """Without a ruling it is as if the return were rejected: the desk has to know that it must act."""
    incident = fold.state.incidents[notification.incident]
    message = ArbitrationRuled(
        notification=notification.id, arbitration=item.id, incident=incident.id, desk=notification.desk, ruling="reject", reason=LAPSED,
        ruled_at=at, person=CLOCK,
    )  # fmt: skip
    about = f"{notification.id}/lapsed/{item.id}"
    hand_on(fold, incident, "bus.arbitration.ruled", message, actor="", about=about, also=(notification.desk,))
