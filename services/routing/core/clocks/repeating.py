"""Reports that are owed again and again: each due is a duty of its own, and the next one opens when this one is met or missed."""

from datetime import datetime

from services.routing.core.calendar import INSTANT, local_day
from services.routing.core.clocks.timing import RUNNING, open_duty, tell_timed
from services.routing.core.deadlines import Due, next_due, repeats
from services.routing.core.matching.places import desk_time
from services.routing.core.model import Clocks, Duty, Fold, Task


def open_next(fold: Fold, duty: Duty) -> None:
    """The report after this one, unless the task is closed, its period ends, or a later one is open already."""
    task = fold.state.tasks.get(duty.owner)
    form = next((form for form in duty.forms if repeats(form)), None)
    if task is None or form is None or duty.due is None or task.closed_at is not None or _later(fold, duty):
        return
    due = _next(fold, task, duty, form, duty.due)
    if due is None:
        return
    clocks = Clocks(duty.version, {"report": (form,)}, task.ladder, "anew")
    opened = open_duty(
        fold, "report", task, due, start=duty.start, clocks=clocks, about=due.at.isoformat() if due.at else due.pending or ""
    )
    tell_timed(fold, (opened,), task=task.id, version=task.version)


def _later(fold: Fold, duty: Duty) -> bool:
    others = (one for one in fold.duties_of(duty.owner) if one.kind == duty.kind and one.id != duty.id)
    return any(one.due is None or (duty.due is not None and one.due > duty.due) for one in others if one.state in RUNNING)


def _next(fold: Fold, task: Task, duty: Duty, form: str, after: datetime) -> Due | None:
    """Until the close of the task: no report is due after it. A close at 24:00 belongs to the day it ends."""
    incident = fold.state.incidents[duty.incident]
    close = next((one.due for one in fold.duties_of(task.id) if one.kind == "close" and one.state in RUNNING), None)
    last = local_day(close - INSTANT) if close is not None else None
    due = next_due(form, after, desk_time(fold, incident, duty.desk, after), until=last)
    return None if due is not None and due.at is not None and close is not None and due.at > close else due


def reports_met(fold: Fold, task: Task, at: datetime) -> list[Duty]:
    """The report duties that a report of this instant answers: all that are overdue, else the next one."""
    waiting = sorted((one for one in fold.duties_of(task.id) if one.kind == "report" and one.state != "ended"), key=_order)
    running = [one for one in waiting if one.state in RUNNING]
    overdue = [one for one in running if one.due is not None and one.due < at]
    return overdue or running[:1] or waiting[-1:]


def _order(duty: Duty) -> float:
    return duty.due.timestamp() if duty.due else float("inf")
