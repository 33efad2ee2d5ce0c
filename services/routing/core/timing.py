"""Timing: from a delivery to dues. Routing alone computes a due, from the delivered_at inside the desk's own message."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from contracts.coordination import ClearedWhy, DutyKind, DutyTimed, EscalationCleared, TimedDuty
from contracts.ids import derived_id
from services.routing.core.deadlines import Due, compute_due
from services.routing.core.model import Duty, Fold, Incident, Notification, Task


def earliest_due(
    fold: Fold, incident: Incident, desk: str, forms: Sequence[str], start: datetime, *, ack_due: datetime | None = None
) -> Due:
    """The earliest due among the forms of one duty; a form that waits for a calendar counts only when no other is known."""
    place = fold.world.directory.desk_time(desk, start)
    fields: Mapping[str, Any] = incident.picture
    dues = [compute_due(form, start, place, known_at=incident.first_known_at, fields=fields, ack_due=ack_due) for form in forms]
    known = [due for due in dues if due.at is not None and not due.provisional]
    return min(known or dues, key=lambda due: due.at.timestamp() if due.at else float("inf"))


def open_duty(
    fold: Fold, incident: Incident, kind: DutyKind, owner: Notification | Task, due: Due, *, start: datetime, version: int
) -> Duty:
    """Store a timed duty; the clock looks at it at its due."""
    desk = owner.desk if isinstance(owner, Notification) else owner.lead
    duty = Duty(
        id=derived_id(incident.first_time, owner.id, kind, desk, str(version)),
        incident=incident.id,
        desk=desk,
        kind=kind,
        owner=owner.id,
        version=version,
        ladder=owner.ladder,
        start=start,
        forms=tuple(owner.forms.get(kind, ())) if isinstance(owner, Notification) else (),
        state="open" if due.at else "pending",
        due=due.at,
        derivation=due.derivation,
        calendar_version=due.calendar_version,
        pending=due.pending,
        next_at=due.at,
    )
    fold.put(duty)
    return duty


def current(fold: Fold, owner: str, kind: DutyKind) -> Duty | None:
    """The newest duty of a kind that a notification or task carries."""
    found = [duty for duty in fold.duties_of(owner) if duty.kind == kind]
    return max(found, key=lambda duty: (duty.version, duty.start), default=None)


def start_clocks(fold: Fold, incident: Incident, notification: Notification, delivered_at: datetime) -> None:
    """Ack and first action run from delivery, both; first action is never due before the ack."""
    version = notification.material_version
    if notification.kind == "inform" or not notification.forms:
        return
    timed: list[Duty] = []
    ack = _retimed(fold, incident, notification, "ack", delivered_at)
    if ack is not None:
        timed.append(ack)
    ack_due = ack.due if ack else None
    held = current(fold, notification.id, "ack")
    first = _retimed(fold, incident, notification, "first-action", delivered_at, ack_due=ack_due or (held.due if held else None))
    if first is not None:
        timed.append(first)
    ruling = _retimed(fold, incident, notification, "ruling", delivered_at)
    timed += [ruling] if ruling else []
    if timed:
        tell_timed(fold, timed, notification=notification.id, version=version)


def _retimed(
    fold: Fold, incident: Incident, notification: Notification, kind: DutyKind, start: datetime, *, ack_due: datetime | None = None
) -> Duty | None:
    """The duty of a kind for this delivery, or None when the running one stands."""
    forms = notification.forms.get(kind, ())
    old = current(fold, notification.id, kind)
    if not forms or (old is not None and old.version >= notification.material_version):
        return None
    if old is not None and old.state == "met" and kind == "first-action":
        return None
    due = earliest_due(fold, incident, notification.desk, forms, start, ack_due=ack_due)
    running = old is not None and old.state in ("open", "pending", "held")
    if old is not None and running:
        if notification.retime != "tighter":
            return None
        if old.due is not None and (due.at is None or old.due <= due.at):
            due = _due_of(old)
        fold.put(replace(old, state="ended", next_at=None))
    return open_duty(fold, incident, kind, notification, due, start=start, version=notification.material_version)


def start_task_clocks(fold: Fold, incident: Incident, task: Task, delivered_at: datetime) -> Task:
    """Report and close run from the lead's delivery; a report is never due after the close, and a close that runs already stands."""
    started = replace(task, lead_delivered_at=delivered_at)
    fold.put(started)
    running = current(fold, task.id, "close")
    timed = [running] if running and running.state in ("open", "pending") else []
    close = _due_of(timed[0]) if timed else None
    if close is None and task.close:
        close = earliest_due(fold, incident, task.lead, (task.close,), delivered_at)
        timed.append(open_duty(fold, incident, "close", started, close, start=delivered_at, version=task.version))
    if task.report:
        report = earliest_due(fold, incident, task.lead, (task.report,), delivered_at)
        if close and close.at and report.at and close.at < report.at:
            report = close
        timed.insert(0, open_duty(fold, incident, "report", started, report, start=delivered_at, version=task.version))
    if timed:
        tell_timed(fold, timed, task=task.id, version=task.version)
    return started


def _due_of(duty: Duty) -> Due:
    return Due(at=duty.due, pending=duty.pending, derivation=duty.derivation, calendar_version=duty.calendar_version)


def tell_timed(fold: Fold, duties: Sequence[Duty], *, version: int, notification: str | None = None, task: str | None = None) -> None:
    """期限确定: the desk learns its dues and how each was computed."""
    first = duties[0]
    message = DutyTimed(
        notification=notification,
        task=task,
        incident=first.incident,
        desk=first.desk,
        version=version,
        duties=tuple(
            TimedDuty(duty=d.kind, due=d.due, pending_calendar=d.pending, derivation=d.derivation, calendar_version=d.calendar_version)
            for d in duties
        ),
    )
    stamp = int(max(d.due for d in duties if d.due).timestamp()) if any(d.due for d in duties) else 0
    fold.tell("bus.duty.timed", message, to=first.desk, incident=first.incident, about=f"{first.owner}/{version}", version=stamp)


def meet(fold: Fold, duty: Duty, done_at: datetime, why: ClearedWhy) -> None:
    """A duty is done. Done by its due, a miss that went out before is void; otherwise those who were told learn that it ended."""
    if duty.state in ("met", "ended"):
        return
    in_time = duty.due is None or done_at <= duty.due
    void = duty.missed_at is not None and in_time
    fold.put(replace(duty, state="met", met_at=done_at, voided=void, next_at=None, pending=None))
    if duty.missed_at is not None:
        clear(fold, duty, "in-time" if in_time else why, done_at)


def clear(fold: Fold, duty: Duty, why: ClearedWhy, at: datetime) -> None:
    """督办解除 to everybody who was told of the miss: the targets, publisher and lead, and the late desk itself.

    A target holds one escalation per owner; it is named, and so ends, only when no other missed duty of the owner holds it up."""
    incident = fold.state.incidents[duty.incident]
    task = fold.state.tasks.get(duty.owner)
    told = {step.desk: step.escalation for step in duty.told if not step.jumped}
    open_misses = [d for d in fold.duties_of(duty.owner) if d.id != duty.id and d.missed_at is not None and d.state == "open"]
    held = {step.desk for other in open_misses for step in other.told if not step.jumped}
    audience = dict.fromkeys([*told, *fold.followers(incident), duty.desk])
    for desk in audience:
        message = EscalationCleared(
            escalation=None if desk in held else told.get(desk),
            notification=None if task else duty.owner,
            task=task.id if task else None,
            incident=incident.id,
            number=incident.number,
            desk=desk,
            late_desk=duty.desk,
            duty=duty.kind,
            why=why,
            at=at,
        )
        fold.tell("bus.escalation.cleared", message, to=desk, incident=incident.id, about=f"{duty.id}/{desk}", version=duty.version)
