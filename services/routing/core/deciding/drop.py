"""Desks that an event no longer concerns: a correction hides the data from them, a level change supersedes what they have not signed."""

from dataclasses import replace

from contracts.coordination import WithdrawnWhy
from services.routing.core.climbing.box import drop_arbitration
from services.routing.core.clocks.timing import RUNNING, supersede
from services.routing.core.issue import issue_again, told_of, withdraw
from services.routing.core.matching.content import Content
from services.routing.core.matching.places import rule_of
from services.routing.core.matching.recipients import Found, Wanted
from services.routing.core.model import Fold, Incident, Notification


def drop_unmatched(fold: Fold, incident: Incident, found: Found, content: Content, *, hide: bool, kept: frozenset[str]) -> frozenset[str]:
    """Settle with every desk that the mandates no longer want; returns the desks that owe no part any more.

    ``hide``: a correction. Without it a level change: a part that was started is closed by its desk, not by the bus.
    ``kept``: desks that mandates want for what later types state; if they were told of that alone, this event does not concern them."""
    leaving: set[str] = set()
    task = fold.task_of(incident.id)
    begun = {part.desk for part in task.parts if part.state in ("started", "done")} if task else set()
    for notification in fold.notifications_of(incident.id):
        if not notification.live or notification.copy_of is not None or found.concerns(notification.desk):
            continue
        if notification.desk in kept and incident.head_type not in told_of(incident, notification):
            continue
        if hide:
            take_back(fold, notification, "corrected", hide=True)
        else:
            _ease(fold, incident, notification, content)
        leaving |= {notification.desk} if hide or notification.desk not in begun else set()
    return frozenset(leaving)


def drop_suspects(fold: Fold, incident: Incident) -> frozenset[str]:
    """A unit that comes under suspicion loses sight of what it was told before; returns its desks, which owe no part any more."""
    told = [n for n in fold.notifications_of(incident.id) if n.live and fold.suspected(incident, n.desk)]
    for notification in told:
        take_back(fold, notification, "corrected", hide=True)
    return frozenset(notification.desk for notification in told)


def take_back(fold: Fold, notification: Notification, why: WithdrawnWhy, *, hide: bool = False, text: str = "") -> None:
    """A notification falls away, and the arbitration of its return with it."""
    if notification.state == "returned":
        drop_arbitration(fold, notification, "superseded")
    withdraw(fold, notification, why, hide=hide, text=text)


def _ease(fold: Fold, incident: Incident, notification: Notification, content: Content) -> None:
    """Unsigned and not yet due, be it out or on its way: superseded. Signed: informed once. Missed: stays missed, and stays to be signed.

    An inform asked for nothing: there is nothing to supersede, and the new level is no news for its desk. A miss of a signature that came
    afterwards, or that a later one took the place of, is no reason to ask for the later one."""
    if notification.kind == "inform" or notification.left:
        return
    running = [duty for duty in fold.duties_of(notification.id) if duty.state in RUNNING]
    if not notification.settled and all(duty.missed_at is None for duty in running):
        take_back(fold, notification, "superseded")
        return
    for duty in running:
        if duty.missed_at is None:
            supersede(fold, duty, fold.now)
    known = (rule_of(fold, incident, mandate, school=notification.school) for mandate in notification.mandates)
    mandates = tuple(mandate for mandate in known if mandate is not None)
    wanted = Wanted(notification.desk, notification.school, notification.kind, notification.view, mandates, {}, None)
    told = issue_again(fold, incident, notification, wanted, replace(content, material=False, retime="none"))
    fold.put(replace(told, left=True, untimed=()))
