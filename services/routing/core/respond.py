"""Responding: what a desk says back (delivered, signed, reported, closed) folded into the incident, and handed on to publisher and lead."""

from dataclasses import replace

from contracts.coordination import NotificationAcknowledged, NotificationDelivered, PartReported, TaskClosed
from contracts.envelope import Event
from services.routing.core.hand_on import hand_on
from services.routing.core.model import Fold, Incident, Notification, Part, Task
from services.routing.core.recipients import GONE
from services.routing.core.timing import current, meet, start_clocks, start_task_clocks
from services.routing.core.uncovered import check_cover


def delivered(fold: Fold, data: NotificationDelivered) -> None:
    """送达: the receiver's clocks start; a delivery of what was withdrawn meanwhile starts none."""
    notification = fold.state.notifications.get(data.notification)
    if notification is None or data.version <= notification.delivered_version:
        return
    incident = fold.state.incidents[notification.incident]
    arrived = replace(
        notification,
        delivered_version=data.version,
        delivered_at=notification.delivered_at or data.delivered_at,
        state="delivered" if notification.state == "issued" else notification.state,
    )
    fold.put(arrived)
    if arrived.state in GONE or data.version < arrived.material_version:
        return
    start_clocks(fold, incident, arrived, data.delivered_at)
    task = fold.task_of(incident.id)
    if task is not None and task.lead == arrived.desk and task.lead_delivered_at is None:
        start_task_clocks(fold, incident, task, data.delivered_at)
    if arrived.acknowledged_at is not None and arrived.acknowledged_version >= arrived.material_version:
        _sign(fold, arrived)
    check_cover(fold, incident, arrived, data.delivered_at)


def acknowledged(fold: Fold, data: NotificationAcknowledged) -> None:
    """签收: signs the version the person saw; a newer material version delivered before stays open. A late one still signs."""
    notification = fold.state.notifications.get(data.notification)
    if notification is None:
        return
    incident = fold.state.incidents[notification.incident]
    signed = replace(
        notification,
        acknowledged_at=data.acknowledged_at,
        acknowledged_version=max(data.version, notification.acknowledged_version),
        state=notification.state if notification.state in GONE else "acknowledged",
    )
    fold.put(signed)
    if data.version >= min(signed.material_version, signed.delivered_version):
        _sign(fold, signed)
    _accept_part(fold, incident, signed.desk)
    hand_on(fold, incident, "bus.notification.acknowledged", data, actor=data.desk, about=signed.id, version=data.version)


def _sign(fold: Fold, notification: Notification) -> None:
    duty = current(fold, notification.id, "ack")
    if duty is not None and notification.acknowledged_at is not None:
        meet(fold, duty, notification.acknowledged_at, "acknowledged")


def _accept_part(fold: Fold, incident: Incident, desk: str) -> None:
    task = fold.task_of(incident.id)
    if task is not None:
        _set_part(fold, task, desk, {"open": "accepted"})


def _set_part(fold: Fold, task: Task, desk: str, moves: dict[str, str]) -> Task:
    """Move the part of a desk along; a part that is done stays done."""
    parts = tuple(replace(p, state=moves.get(p.state, p.state)) if p.desk == desk else p for p in task.parts)  # type: ignore[arg-type]
    moved = replace(task, parts=parts)
    if moved != task:
        fold.put(moved)
    return moved


def reported(fold: Fold, data: PartReported) -> None:
    """分工反馈: ``started`` or ``done`` is the first action; the lead's report with words meets the report duty."""
    incident = fold.state.incidents.get(data.incident)
    if incident is None:
        return
    acts = data.progress in ("started", "done")
    for notification in fold.notifications_of(incident.id):
        if notification.desk == data.desk and notification.state not in GONE and acts:
            _act(fold, notification, data)
    task = fold.task_of(incident.id)
    if task is not None:
        step = {"started": "started", "done": "done"}.get(data.progress)
        if step:
            task = _set_part(fold, task, data.desk, {"open": step, "accepted": step, "started": step})
        report = current(fold, task.id, "report")
        if task.lead == data.desk and data.text and report is not None:
            meet(fold, report, data.reported_at, "done")
    hand_on(fold, incident, "bus.part.reported", data, actor=data.desk, about=f"{fold.cause}/part")


def _act(fold: Fold, notification: Notification, data: PartReported) -> None:
    if notification.acted_at is None:
        fold.put(replace(notification, acted_at=data.reported_at))
    duty = current(fold, notification.id, "first-action")
    if duty is not None:
        meet(fold, duty, data.reported_at, "done")


def closed(fold: Fold, data: TaskClosed) -> None:
    """办结: only the lead closes, and only when every part is done or excused; the answer goes to the lead's desk."""
    task = fold.state.tasks.get(data.task)
    if task is None or task.closed_at is not None:
        return
    incident = fold.state.incidents[task.incident]
    open_parts = [part.desk for part in task.parts if part.desk != task.lead and part.state not in ("done", "excused")]
    refused = _refusal(task, data, open_parts)
    if refused:
        answer = data.model_copy(update={"refused": refused, "legal_complete": False})
        fold.tell("bus.task.closed", answer, to=data.desk, incident=incident.id, about=f"{fold.cause}/refused")
        return
    parts = tuple(replace(part, state="done") if part.desk == task.lead else part for part in task.parts)
    fold.put(replace(task, closed_at=data.closed_at, parts=parts))
    for kind in ("report", "close"):
        duty = current(fold, task.id, kind)
        if duty is not None:
            meet(fold, duty, data.closed_at, "done")
    answer = data.model_copy(update={"legal_complete": is_complete(fold, incident)})
    for desk in dict.fromkeys([*(part.desk for part in task.parts), incident.publisher]):
        fold.tell("bus.task.closed", answer, to=desk, incident=incident.id, about=f"{task.id}/{desk}", version=task.version)
    fold.put(replace(incident, closed_at=data.closed_at))


def _refusal(task: Task, data: TaskClosed, open_parts: list[str]) -> str | None:
    if data.desk != task.lead:
        return "not-the-lead"
    if open_parts:
        return "open-parts: " + ", ".join(open_parts)
    return None


def is_complete(fold: Fold, incident: Incident) -> bool:
    """Legally complete: each duty of each desk of the incident is met or has fallen away."""
    owned = [duty for duty in fold.state.duties.values() if duty.incident == incident.id]
    return all(duty.state in ("met", "ended") for duty in owned)


def concluded(fold: Fold, incident: Incident, event: Event) -> None:
    """X: the publisher's open part closes with its conclusion."""
    task = fold.task_of(incident.id)
    if task is not None:
        _set_part(fold, task, event.envelope.publisher, {"open": "done", "accepted": "done", "started": "done"})


def part_of(task: Task | None, desk: str) -> Part | None:
    """The part of a desk, if it has one."""
    return next((part for part in task.parts if part.desk == desk), None) if task else None
