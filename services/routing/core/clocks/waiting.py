"""期限待定: duties that wait for a calendar get their dues once it is loaded, counted from their own delivery."""

from dataclasses import replace

from services.routing.core.clocks.pause import after_waits
from services.routing.core.clocks.steps import await_step
from services.routing.core.clocks.timing import RUNNING, current, due_of, earliest_due, tell_timed
from services.routing.core.model import Duty, Fold, Notification


def compute_waiting(fold: Fold, root: str) -> list[Duty]:
    """The duties below a root whose due can be computed now; the signature's first, since no other action is due before it.

    Of those that were missed the ladder goes on, whose next step waited for a day that was not known."""
    waiting = [d for d in fold.state.duties.values() if d.pending is not None and d.state in RUNNING]
    mine = [duty for duty in waiting if fold.state.incidents[duty.incident].root == root]
    for missed in (duty for duty in mine if duty.missed_at is not None and duty.next_at is None):
        fold.put(await_step(fold, missed))
    mine = [duty for duty in mine if duty.missed_at is None]
    return [found for duty in sorted(mine, key=lambda one: (one.kind != "ack", one.start, one.id)) if (found := _computed(fold, duty))]


def _computed(fold: Fold, duty: Duty) -> Duty | None:
    incident = fold.state.incidents[duty.incident]
    ack = current(fold, duty.owner, "ack") if duty.kind == "first-action" else None
    due = earliest_due(fold, incident, duty.desk, duty.forms, duty.start, kind=duty.kind, ack=due_of(ack) if ack else None)
    due = after_waits(fold, duty, due)
    if due.pending is not None or due.at is None:
        return None
    held = duty.state == "held"
    late = due.at < fold.now
    computed = replace(
        duty,
        state="held" if held else "open",
        due=due.at,
        derivation=due.derivation,
        calendar_version=due.calendar_version,
        pending=None,
        next_at=None if held else max(due.at, fold.now),
        by_bus=late,
        ladder_from=fold.now if late else None,
    )
    fold.put(computed)
    owner = fold.state.notifications.get(duty.owner)
    if isinstance(owner, Notification):
        tell_timed(fold, (computed,), notification=owner.id, version=duty.version)
    else:
        tell_timed(fold, (computed,), task=duty.owner, version=duty.version)
    return computed
