"""Taking back: a duty falls away, a notification and its copies are withdrawn."""

from collections.abc import Mapping
from dataclasses import replace

from contracts.coordination import ClearedWhy, NotificationWithdrawn, WithdrawnWhy
from services.routing.core.clocks.clearing import clear
from services.routing.core.clocks.timing import RUNNING
from services.routing.core.issue.copies import copies_of
from services.routing.core.model import Duty, Fold, Notification, NotificationState

CLEARED: Mapping[WithdrawnWhy, ClearedWhy] = {
    "corrected": "withdrawn",
    "withdrawn": "withdrawn",
    "superseded": "superseded",
    "redirected": "redirected",
    "concluded": "done",
    "suspended": "suspended",
}


def end_duty(fold: Fold, duty: Duty, why: ClearedWhy) -> None:
    """A duty falls away: no clock looks at it any more; what was missed stays missed, and those who were told learn that it is over."""
    if duty.state not in RUNNING:
        return
    fold.put(replace(duty, state="ended", next_at=None, pending=None))
    if duty.missed_at is not None or duty.told:
        clear(fold, duty, why, fold.now)


def withdraw(fold: Fold, notification: Notification, why: WithdrawnWhy, *, hide: bool = False, text: str = "") -> Notification:
    """Take a notification and its copies back: open duties end and the desk is told; with ``hide`` it loses sight of the data."""
    for duty in fold.duties_of(notification.id):
        end_duty(fold, duty, CLEARED[why])
    version = notification.version + 1
    state: NotificationState = why if why in ("superseded", "redirected", "suspended") else "withdrawn"
    gone = replace(notification, state=state, version=version, untimed=(), issued={} if hide else notification.issued)
    fold.put(gone)
    told = NotificationWithdrawn(
        notification=gone.id, incident=gone.incident, desk=gone.desk, version=version, why=why, hide=hide, text=text
    )
    fold.tell("bus.notification.withdrawn", told, to=gone.desk, incident=gone.incident, about=gone.id, version=version)
    for copy in copies_of(fold, notification):
        withdraw(fold, copy, why, hide=hide, text=text)
    return gone
