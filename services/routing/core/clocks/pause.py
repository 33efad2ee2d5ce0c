"""办结期限暂停: the close clock of a task stands still while a laboratory is waited for, where the mandate says so; nothing else does."""

from dataclasses import replace
from datetime import datetime

from contracts.coordination import TaskPaused, TaskResumed
from services.routing.core.clocks.clearing import clear
from services.routing.core.clocks.timing import RUNNING, current, tell_timed
from services.routing.core.deadlines import Due, moved_by, pause_words
from services.routing.core.matching.places import desk_time
from services.routing.core.model import Duty, Fold, Misfit, Pause, Task

MARK = "；暂停中："


def paused(fold: Fold, data: TaskPaused) -> None:
    """暂停 by the lead. What stands against it is answered to the desk; a miss that the pause disproves is void."""
    task = _task(fold, data.task)
    if task.closed_at is not None:
        return
    refused = _refusal(fold, task, data)
    if refused:
        answer = data.model_copy(update={"refused": refused})
        fold.tell("bus.task.paused", answer, to=data.desk, incident=task.incident, about=f"{fold.cause}/refused")
        return
    waiting = replace(task, waits=(*task.waits, Pause(data.reason, data.lab, data.paused_at)))
    fold.put(waiting)
    close = current(fold, task.id, "close")
    if close is not None:
        held = replace(_unmissed(fold, close, data.paused_at), state="held", next_at=None)
        held = replace(held, derivation=f"{held.derivation}{MARK}{pause_words(data.paused_at, None, data.lab)}")
        fold.put(held)
        tell_timed(fold, (held,), task=task.id, version=task.version, about=data.paused_at.isoformat())
    _tell_members(fold, waiting, "bus.task.paused", data)


def _refusal(fold: Fold, task: Task, data: TaskPaused) -> str | None:
    close = current(fold, task.id, "close")
    if data.desk != task.lead:
        return "not-the-lead"
    if data.reason not in task.pauses:
        return "not-pausable"
    if task.pause is not None:
        return "paused-already"
    if close is not None and close.state not in RUNNING:
        return "close-done"
    if close is not None and close.due is not None and close.due < data.paused_at:
        return "close-missed"
    return None


def _unmissed(fold: Fold, close: Duty, at: datetime) -> Duty:
    """The clock had not heard that it should stand still."""
    if close.missed_at is None:
        return close
    clear(fold, close, "in-time", at)
    return replace(close, missed_at=None, voided=False, next_step=0, ladder_from=None, told=())


def resumed(fold: Fold, data: TaskResumed) -> None:
    """恢复 by the lead: the due moves by what was paused, and the clock runs on."""
    task = _task(fold, data.task)
    if task.closed_at is not None:
        return
    if data.desk != task.lead or task.pause is None:
        answer = data.model_copy(update={"refused": "not-paused" if data.desk == task.lead else "not-the-lead"})
        fold.tell("bus.task.resumed", answer, to=data.desk, incident=task.incident, about=f"{fold.cause}/refused")
        return
    going_on = end_pause(fold, task, data.resumed_at)
    close = current(fold, task.id, "close")
    if close is not None and close.state in RUNNING:
        tell_timed(fold, (close,), task=task.id, version=task.version, about=data.resumed_at.isoformat())
    _tell_members(fold, going_on, "bus.task.resumed", data)


def end_pause(fold: Fold, task: Task, at: datetime) -> Task:
    """The pause that goes on ends, be it by the lead's word or with what it belongs to; the close is due by what was paused later."""
    pause = task.pause
    if pause is None:
        return task
    ended = replace(pause, end=max(at, pause.start))
    going_on = replace(task, waits=tuple(ended if one is pause else one for one in task.waits))
    fold.put(going_on)
    close = current(fold, task.id, "close")
    if close is not None and close.state == "held":
        fold.put(_running(fold, close, ended))
    return going_on


def _running(fold: Fold, close: Duty, pause: Pause) -> Duty:
    before = close.derivation.partition(MARK)[0]
    if close.due is None:
        return replace(close, state="pending", derivation=f"{before}；{pause_words(pause.start, pause.end, pause.lab)}")
    due = _moved(fold, close, close.due, pause)
    words = f"{before}；{pause_words(pause.start, pause.end, pause.lab)}，{due.derivation}"
    return replace(
        close, state="open" if due.at else "pending", due=due.at, pending=due.pending, next_at=due.at, derivation=words,
        calendar_version=due.calendar_version or close.calendar_version,
    )  # fmt: skip


def _moved(fold: Fold, close: Duty, due: datetime, pause: Pause) -> Due:
    incident = fold.state.incidents[close.incident]
    place = desk_time(fold, incident, close.desk, pause.start)
    return moved_by(close.forms[0], due, pause.start, pause.end or pause.start, place)


def after_waits(fold: Fold, duty: Duty, due: Due) -> Due:
    """A due that was computed late, for want of a calendar, with all that its task waited for since."""
    task = fold.state.tasks.get(duty.owner)
    for pause in task.waits if task is not None and duty.kind == "close" else ():
        if pause.end is None:
            due = replace(due, derivation=f"{due.derivation}{MARK}{pause_words(pause.start, None, pause.lab)}")
        elif due.at is not None and pause.start <= due.at:
            moved = _moved(fold, duty, due.at, pause)
            words = f"{due.derivation}；{pause_words(pause.start, pause.end, pause.lab)}，{moved.derivation}"
            due = replace(moved, derivation=words, calendar_version=moved.calendar_version or due.calendar_version)
    return due


def _tell_members(fold: Fold, task: Task, name: str, data: TaskPaused | TaskResumed) -> None:
    """Everybody with a part, and the publisher, learn that the clock stands still, or runs again."""
    incident = fold.state.incidents[task.incident]
    parts = (part.desk for part in task.parts if part.state != "excused")
    for desk in dict.fromkeys((*parts, *incident.stated_by)):
        if desk != data.desk:
            fold.tell(name, data, to=desk, incident=incident.id, about=f"{fold.cause}/{desk}")


def _task(fold: Fold, identity: str) -> Task:
    task = fold.state.tasks.get(identity)
    if task is None:
        raise Misfit("unknown-task")
    return task
