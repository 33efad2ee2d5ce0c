"""整改期限: work stated by its date is in time, whenever its finder checks it. The finder accepts by closing, or rejects by a new date."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from contracts.envelope import Event
from services.routing.core.climbing.ladder import finish
from services.routing.core.clocks.timing import RUNNING, current, due_of, earliest_due, open_duty, reopened, supersede, tell_timed
from services.routing.core.deadlines import fields_of, parse_form, repeats
from services.routing.core.model import Clocks, Duty, Fold, Incident, Task

COMPLETED = "school.rectification.completed"


def keep_dates(fold: Fold, incident: Incident, event: Event, about: str, *, corrected: Collection[str]) -> None:
    """What a statement does to the dates of the joint task: the work is stated, or a date is among what is ``corrected``."""
    task = fold.task_of(incident.id)
    if task is None or task.closed_at is not None or task.lead_delivered_at is None:
        return
    if about == COMPLETED:
        _stated(fold, task, event.envelope.time)
    elif corrected and about == incident.head_type:
        _redated(fold, incident, task, corrected, event.envelope.time)


def owed_again(fold: Fold, incident: Incident, at: datetime) -> None:
    """The work was never done: it is owed by its old date. A date in the past is missed now, and its ladder begins now."""
    task = fold.task_of(incident.id)
    duty = current(fold, task.id, "close") if task is not None and task.closed_at is None else None
    if duty is not None and duty.state == "met" and _dates(duty.forms):
        fold.put(reopened(replace(duty, met_at=None, missed_at=None, voided=False, next_step=0, told=()), at))


def _dates(forms: Collection[str]) -> frozenset[str]:
    """The fields of the event that forms take their date from."""
    return frozenset(field for form in forms for field in fields_of(parse_form(form)))


def _stated(fold: Fold, task: Task, at: datetime) -> None:
    duty = current(fold, task.id, "close")
    if duty is not None and _dates(duty.forms):
        finish(fold, duty, at, "done")


def _redated(fold: Fold, incident: Incident, task: Task, changed: Collection[str], at: datetime) -> None:
    """A report is never due after the close, and one that is in stays in; a close that was met by the old date is owed by the new one."""
    close, report = current(fold, task.id, "close"), _last_report(fold, task)
    moved = [_moved(fold, incident, task, close, at)] if close is not None and _dates(close.forms) & {*changed} else []
    if report is not None and report.state in RUNNING and _moves_with(report, changed, moved):
        moved.insert(0, _moved(fold, incident, task, report, at, close=moved[0] if moved else close))
    if moved:
        tell_timed(fold, moved, task=task.id, version=task.version)


def _last_report(fold: Fold, task: Task) -> Duty | None:
    """Of reports that are owed again and again the one that is due last; a due that waits for a calendar is later than any.

    One that fell away is owed no more, however late it was due."""
    reports = [duty for duty in fold.duties_of(task.id) if duty.kind == "report" and duty.state != "ended"]
    return max(reports, key=lambda one: (one.version, one.start, one.due is None, one.due or one.start), default=None)


def _moves_with(report: Duty, changed: Collection[str], moved: Collection[Duty]) -> bool:
    """Of reports that are owed again and again only one that would now be due after the close moves."""
    if not any(map(repeats, report.forms)):
        return bool(moved) or bool(_dates(report.forms) & {*changed})
    return any(close.due is not None and report.due is not None and close.due < report.due for close in moved)


def _moved(fold: Fold, incident: Incident, task: Task, old: Duty, at: datetime, *, close: Duty | None = None) -> Duty:
    start = at if any(map(repeats, old.forms)) else old.start
    due = earliest_due(fold, incident, task.lead, old.forms, start, kind=old.kind)
    if close is not None and close.due is not None and due.at is not None and close.due < due.at:
        due = due_of(close)
    if old.state in RUNNING and due.at == old.due:
        return old
    if old.state in RUNNING:
        supersede(fold, old, at)
    clocks = Clocks(old.version, {old.kind: old.forms}, task.ladder, "anew")
    return open_duty(fold, old.kind, task, due, start=at, clocks=clocks, about=f"{at.isoformat()}/{due.at}")
