"""Responding: what a desk says back (delivered, signed, reported, closed) folded into the incident, and handed on to publisher and lead."""

from dataclasses import replace
from datetime import datetime

from contracts.coordination import NotificationAcknowledged, NotificationDelivered, PartReported, TaskClosed
from services.routing.core.answering.uncovered import check_cover
from services.routing.core.climbing.box import drop_arbitration, restore
from services.routing.core.climbing.hand_on import hand_on
from services.routing.core.climbing.ladder import finish
from services.routing.core.clocks.pause import end_pause
from services.routing.core.clocks.repeating import open_next, reports_met
from services.routing.core.clocks.timing import current, start_clocks, start_task_clocks
from services.routing.core.model import Fold, Incident, Misfit, Notification, Task
from services.routing.core.tasks.after import is_rated, tell_lead
from services.routing.core.tasks.announce import tell_closed
from services.routing.core.tasks.complete import is_complete
from services.routing.core.tasks.handover import complete_handover, unsigned_of

TAKEN_BACK = "退单单位已签收，退单撤销"


def answered(fold: Fold, notification: str, desk: str) -> Notification:
    """The notification an answer is about. Misfit: there is none, or it is another desk's: only the desk's own answer counts."""
    found = fold.state.notifications.get(notification)
    if found is None:
        raise Misfit("unknown-notification")
    if found.desk != desk:
        raise Misfit("wrong-desk", "answered by a desk that it was not addressed to")
    return found


def delivered(fold: Fold, data: NotificationDelivered) -> None:
    """送达: the receiver's clocks start; a delivery of what was withdrawn meanwhile starts none."""
    notification = answered(fold, data.notification, data.desk)
    if data.version > notification.version:
        raise Misfit("unknown-version")
    if data.version <= notification.delivered_version:
        return
    due = [clocks for clocks in notification.untimed if clocks.version <= data.version]
    arrived = replace(
        notification,
        delivered_version=data.version,
        delivered_at=notification.delivered_at or data.delivered_at,
        state="delivered" if notification.state == "issued" else notification.state,
        untimed=tuple(clocks for clocks in notification.untimed if clocks.version > data.version),
        binding=due[-1].version if due else notification.binding,
    )
    fold.put(arrived)
    if not arrived.live:
        return
    if due:
        start_clocks(fold, arrived, due[-1], data.delivered_at)
        _count_early_answers(fold, arrived)
    incident = fold.state.incidents[arrived.incident]
    task = fold.task_of(incident.id)
    waits = task is not None and task.closed_at is None and task.lead == arrived.desk and task.lead_delivered_at is None
    if task is not None and waits and data.version >= task.lead_version:
        start_task_clocks(fold, incident, task, data.delivered_at)
    if due:
        check_cover(fold, incident, arrived, data.delivered_at)


def _count_early_answers(fold: Fold, arrived: Notification) -> None:
    """A signature or an action that reached routing before the delivery did counts from its own time."""
    if arrived.signed:
        _sign(fold, arrived)
    first = current(fold, arrived.id, "first-action")
    if first is not None and arrived.acted_at is not None:
        finish(fold, first, arrived.acted_at, "done")


def acknowledged(fold: Fold, data: NotificationAcknowledged) -> None:
    """签收: signs the version the person saw; a newer material version delivered before stays open. A late one still signs."""
    notification = answered(fold, data.notification, data.desk)
    if data.version <= notification.acknowledged_version:
        return
    if data.version > notification.version:
        raise Misfit("unknown-version")
    incident = fold.state.incidents[notification.incident]
    if notification.state == "returned":
        notification = _take_back_return(fold, notification, data)
    signed = replace(
        notification,
        acknowledged_at=data.acknowledged_at,
        acknowledged_version=data.version,
        state="acknowledged" if notification.live else notification.state,
        signed_by=data.person.model_dump(),
    )
    fold.put(signed)
    if signed.signed:
        _sign(fold, signed)
    _accept_part(fold, incident, signed.desk)
    hand_on(fold, incident, "bus.notification.acknowledged", data, actor=data.desk, about=signed.id, version=data.version)
    complete_handover(fold, fold.state.incidents[incident.id], data.acknowledged_at)


def _take_back_return(fold: Fold, notification: Notification, data: NotificationAcknowledged) -> Notification:
    """A desk that signs after all keeps the duty: what was held runs again, and there is nothing left to rule on."""
    kept = restore(fold, notification, data.acknowledged_at)
    drop_arbitration(fold, notification, "superseded", TAKEN_BACK)
    return kept


def _sign(fold: Fold, notification: Notification) -> None:
    duty = current(fold, notification.id, "ack")
    if duty is not None and notification.acknowledged_at is not None:
        finish(fold, duty, notification.acknowledged_at, "acknowledged")


def _accept_part(fold: Fold, incident: Incident, desk: str) -> None:
    task = fold.task_of(incident.id)
    if task is not None:
        set_part(fold, task, desk, {"open": "accepted"})


def set_part(fold: Fold, task: Task, desk: str, moves: dict[str, str]) -> Task:
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
        raise Misfit("unknown-incident")
    task = fold.task_of(incident.id)
    mine = [n for n in fold.notifications_of(incident.id) if n.desk == data.desk]
    if not mine and (task is None or all(part.desk != data.desk for part in task.parts)):
        raise Misfit("no-part", "reported by a desk that has no part in this incident")
    if data.progress in ("started", "done"):
        for notification in (n for n in mine if n.live and n.act is None):
            act(fold, notification, data.reported_at)
    if task is not None:
        _progress(fold, task, data)
    hand_on(fold, incident, "bus.part.reported", data, actor=data.desk, about=f"{fold.cause}/part")


def _progress(fold: Fold, task: Task, data: PartReported) -> None:
    step = {"started": "started", "done": "done"}.get(data.progress)
    if step:
        set_part(fold, task, data.desk, {"open": step, "accepted": step, "started": step})
    if task.lead == data.desk and data.text:
        for report in reports_met(fold, task, data.reported_at):
            finish(fold, report, data.reported_at, "done")
            open_next(fold, report)


def act(fold: Fold, notification: Notification, at: datetime) -> None:
    """The desk of a notification has acted."""
    if notification.acted_at is None:
        fold.put(replace(notification, acted_at=at))
    duty = current(fold, notification.id, "first-action")
    if duty is not None:
        finish(fold, duty, at, "done")


def closed(fold: Fold, data: TaskClosed) -> None:
    """办结: only the lead closes, and only when every part is done or excused; the answer goes to the lead's desk."""
    task = fold.state.tasks.get(data.task)
    if task is None:
        raise Misfit("unknown-task")
    if task.closed_at is not None:
        return
    incident = fold.state.incidents[task.incident]
    refused = _refusal(task, data, list(dict.fromkeys((*open_parts(fold, task), *unsigned_of(fold, incident, task)))))
    if refused:
        answer = data.model_copy(update={"refused": refused, "legal_complete": False})
        fold.tell("bus.task.closed", answer, to=data.desk, incident=incident.id, about=f"{fold.cause}/refused")
        return
    parts = tuple(replace(part, state="done") if part.desk == task.lead else part for part in task.parts)
    done = replace(end_pause(fold, task, data.closed_at), closed_at=data.closed_at, parts=parts, rating=is_rated(fold, incident))
    fold.put(done)
    end_task_duties(fold, done, data.closed_at)
    tell_closed(fold, incident, done, data.model_copy(update={"legal_complete": is_complete(fold, incident)}))
    fold.put(replace(incident, closed_at=data.closed_at))
    tell_lead(fold, incident, done)


def end_task_duties(fold: Fold, task: Task, at: datetime) -> None:
    """What the lead owed is done with the end of its task."""
    for duty in fold.duties_of(task.id):
        if duty.kind in ("report", "close"):
            finish(fold, duty, at, "done")


def open_parts(fold: Fold, task: Task) -> list[str]:
    """The desks whose part stands in the way of a close: not done, or given back and not ruled on yet."""
    returned = {n.desk for n in fold.notifications_of(task.incident) if n.state == "returned"}
    parts = [part for part in task.parts if part.state != "excused"]
    return [part.desk for part in parts if part.desk in returned or (part.desk != task.lead and part.state != "done")]


def _refusal(task: Task, data: TaskClosed, waited_for: list[str]) -> str | None:
    if data.desk != task.lead:
        return "not-the-lead"
    if waited_for:
        return "open-parts: " + ", ".join(waited_for)
    return None
