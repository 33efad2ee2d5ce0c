"""Timing: from a delivery to dues. Routing alone computes a due, from the delivered_at inside the desk's own message."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from contracts.coordination import CalendarMissing, DutyKind, DutyTimed, TimedDuty
from contracts.ids import derived_id
from services.routing.core.clocks.clearing import clear
from services.routing.core.clocks.overdue import watched
from services.routing.core.clocks.steps import hasten
from services.routing.core.deadlines import Due, compute_due
from services.routing.core.matching.places import desk_time
from services.routing.core.model import OPS_DESK, Clocks, Duty, Fold, Incident, Notification, Task

RUNNING = frozenset({"open", "pending", "held"})


def earliest_due(
    fold: Fold, incident: Incident, desk: str, forms: Sequence[str], start: datetime, *, kind: DutyKind = "ack", ack: Due | None = None
) -> Due:
    """The earliest due among the forms of one duty; a form that waits for a calendar counts only when no other is known."""
    place = desk_time(fold, incident, desk, start)
    known_at, fields = incident.first_known_at, incident.picture
    dues = [compute_due(form, start, place, known_at=known_at, fields=fields, ack_due=ack, duty=kind) for form in forms]
    known = [due for due in dues if due.at is not None and not due.provisional]
    return min(known or dues, key=lambda due: due.at.timestamp() if due.at else float("inf"))


def open_duty(
    fold: Fold, kind: DutyKind, owner: Notification | Task, due: Due, *, start: datetime, clocks: Clocks, about: str = ""
) -> Duty:
    """Store a timed duty; the clock looks at it at its due. Operations learn of a year without calendar.

    ``about`` tells duties of one kind and version apart that are owed again and again."""
    incident = fold.state.incidents[owner.incident]
    desk = owner.desk if isinstance(owner, Notification) else owner.lead
    duty = Duty(
        id=derived_id(incident.first_time, owner.id, kind, desk, str(clocks.version), *([about] if about else [])),
        incident=incident.id,
        desk=desk,
        kind=kind,
        owner=owner.id,
        version=clocks.version,
        ladder=clocks.ladder,
        start=start,
        forms=tuple(clocks.forms.get(kind, ())),
        state="open" if due.at else "pending",
        due=due.at,
        derivation=due.derivation,
        calendar_version=due.calendar_version,
        pending=due.pending,
        next_at=due.at,
    )
    fold.put(duty)
    if due.pending is not None:
        _tell_missing_calendar(fold, incident, due.pending)
    return duty


def _tell_missing_calendar(fold: Fold, incident: Incident, pending: str) -> None:
    calendar, _, year = pending.rpartition("/")
    waiting = sum(duty.pending == pending for duty in fold.state.duties.values())
    message = CalendarMissing(calendar=calendar, year=int(year), waiting=waiting)
    fold.tell("bus.calendar.missing", message, to=OPS_DESK, incident=incident.id, about=pending)


def current(fold: Fold, owner: str, kind: DutyKind) -> Duty | None:
    """The newest duty of a kind that a notification or task carries; of two of one instant the one that runs."""
    found = [duty for duty in fold.duties_of(owner) if duty.kind == kind]
    return max(found, key=lambda duty: (duty.version, duty.start, duty.state in RUNNING), default=None)


def start_clocks(fold: Fold, notification: Notification, clocks: Clocks, delivered_at: datetime) -> None:
    """Ack and first action run from delivery, both; first action is never due before the ack."""
    ack = _retimed(fold, notification, clocks, "ack", delivered_at)
    stands = ack or current(fold, notification.id, "ack")
    first = _retimed(fold, notification, clocks, "first-action", delivered_at, ack=due_of(stands) if stands else None)
    timed = [duty for duty in (ack, first) if duty is not None]
    if timed:
        tell_timed(fold, timed, notification=notification.id, version=clocks.version)


def _retimed(
    fold: Fold, notification: Notification, clocks: Clocks, kind: DutyKind, start: datetime, *, ack: Due | None = None
) -> Duty | None:
    """The duty of a kind that this delivery opens, or None when the running one stands (or the action it asks for was taken).

    Clocks that begin anew ask for an action anew, and so does another clock for it: what was done at another level is no answer to this one."""
    old = current(fold, notification.id, kind)
    running = old if old is not None and old.state in RUNNING else None
    forms = clocks.forms.get(kind, ())
    if not forms:
        if running is not None and (running.missed_at is None or notification.kind == "inform"):
            supersede(fold, running, start)
        return None
    acted = kind == "first-action" and old is not None and old.state == "met" and not acts_anew({kind: old.forms}, clocks.forms)
    if acted and clocks.retime != "anew":
        return None
    incident = fold.state.incidents[notification.incident]
    due = earliest_due(fold, incident, notification.desk, forms, start, kind=kind, ack=ack)
    if running is not None and clocks.retime == "tighter" and _stands(running, due):
        _keep(fold, running, clocks, start)
        return None
    if running is not None:
        supersede(fold, running, start)
    duty = open_duty(fold, kind, notification, due, start=start, clocks=clocks)
    if notification.state == "returned":
        duty = replace(duty, state="held", next_at=None)
        fold.put(duty)
    return duty


def acts_anew(before: Mapping[DutyKind, Collection[str]], now: Mapping[DutyKind, Collection[str]]) -> bool:
    """Whether a first action is asked for by a clock that did not ask for one before."""
    return bool(set(now.get("first-action", ())) - set(before.get("first-action", ())))


def _stands(running: Duty, due: Due) -> bool:
    """The earlier due stays; what is missed stays missed."""
    return running.missed_at is not None or due.at is None or (running.due is not None and running.due <= due.at)


def _keep(fold: Fold, running: Duty, clocks: Clocks, start: datetime) -> None:
    """The running due stands; a miss of it climbs the ladder of the new version."""
    if running.missed_at is not None:
        hasten(fold, running, clocks.ladder, start)
    elif clocks.ladder != running.ladder:
        fold.put(replace(running, ladder=clocks.ladder))


def supersede(fold: Fold, duty: Duty, at: datetime) -> None:
    """A newer duty takes the place of this one; what was missed stays missed, and those who were told learn that it is over."""
    fold.put(replace(duty, state="ended", next_at=None, pending=None))
    if duty.missed_at is not None:
        clear(fold, duty, "superseded", at)


def reopened(duty: Duty, at: datetime) -> Duty:
    """A duty that runs again with its original due; a due in the past is missed at ``at``, where its ladder starts."""
    if duty.due is None:
        return replace(duty, state="pending")
    past = duty.due < at
    return replace(duty, state="open", next_at=max(duty.due, at), ladder_from=at if past else None)


def start_task_clocks(fold: Fold, incident: Incident, task: Task, delivered_at: datetime) -> Task:
    """Report and close run from the lead's delivery; a report is never due after the close, and a close that runs already stands."""
    started = replace(task, lead_delivered_at=delivered_at)
    fold.put(started)
    clocks = Clocks(task.version, {"report": _form(task.report), "close": _form(task.close)}, task.ladder, "anew")
    running = current(fold, task.id, "close")
    timed = [running] if running and running.state in RUNNING else []
    close = due_of(timed[0]) if timed else None
    if close is None and task.close:
        close = earliest_due(fold, incident, task.lead, (task.close,), delivered_at, kind="close")
        timed.append(watched(fold, incident, started, open_duty(fold, "close", started, close, start=delivered_at, clocks=clocks)))
    if task.report:
        report = earliest_due(fold, incident, task.lead, (task.report,), delivered_at, kind="report")
        if close and close.at and report.at and close.at < report.at:
            report = close
        timed.insert(0, open_duty(fold, "report", started, report, start=delivered_at, clocks=clocks))
    if timed:
        tell_timed(fold, timed, task=task.id, version=task.version)
    return started


def _form(form: str | None) -> tuple[str, ...]:
    return (form,) if form else ()


def due_of(duty: Duty) -> Due:
    """The due of a stored duty as the rules of the clocks take it."""
    return Due(
        at=duty.due,
        pending=duty.pending if duty.missed_at is None else None,
        derivation=duty.derivation,
        calendar_version=duty.calendar_version,
        provisional=duty.pending is not None and duty.due is not None,
    )


def tell_timed(
    fold: Fold, duties: Sequence[Duty], *, version: int, notification: str | None = None, task: str | None = None, about: str = ""
) -> None:
    """期限确定: the desk learns its dues and how each was computed; ``about`` tells two computations of one due apart."""
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
    dues = ",".join(f"{duty.kind}={duty.due.isoformat() if duty.due else duty.pending}" for duty in duties)
    fold.tell("bus.duty.timed", message, to=first.desk, incident=first.incident, about=f"{first.owner}/{dues}{about}", version=version)


def meet(fold: Fold, duty: Duty, done_at: datetime) -> None:
    """A duty is done. Done by its due, a miss that went out before is void."""
    in_time = duty.due is None or done_at <= duty.due
    void = duty.missed_at is not None and in_time
    fold.put(replace(duty, state="met", met_at=done_at, voided=void, next_at=None, pending=None))


def void(fold: Fold, duty: Duty, done_at: datetime) -> None:
    """A duty that fell away after it was missed, and turns out to have been done in time: the miss is void."""
    fold.put(replace(duty, met_at=done_at, voided=True))
    clear(fold, duty, "in-time", done_at)
