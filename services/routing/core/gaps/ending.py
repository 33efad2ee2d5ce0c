"""How a gap ends at the desks: what they still owed falls away, and everybody who was told of it learns how it ended."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from contracts.coordination import ClearedWhy, GuardGapFilled, GuardGapVoided
from contracts.ids import role_of
from services.routing.core.answering.respond import end_task_duties
from services.routing.core.climbing.ladder import finish, fire
from services.routing.core.clocks.clearing import clear
from services.routing.core.clocks.timing import RUNNING, current
from services.routing.core.deciding.drop import take_back
from services.routing.core.gaps.opening import BUS
from services.routing.core.guard.inspect import Acted, Filled, Noted, Opened, Step, Superseded, Uncovered, Voided
from services.routing.core.guard.model import Gap, Post
from services.routing.core.issue import end_duty
from services.routing.core.model import Duty, Fold, Incident, Task
from services.routing.core.tasks.announce import closed_message
from services.routing.core.tasks.complete import is_complete

FILLED, UNCOVERED, VOIDED = "已补位", "护学时段结束，仍缺岗", "签到补传证明在岗，缺岗撤销"
SUPERSEDED = "护学时段已开始或不再设岗，次日缺岗通报终止"


@dataclass(frozen=True, slots=True)
class Matter:
    """A gap that desks were told of, with its incident."""

    fold: Fold
    post: Post
    incident: Incident


def follow(fold: Fold, post: Post, step: Step) -> None:
    """Fold what a look found about a gap that was told."""
    matter = Matter(fold, post, fold.state.incidents[step.gap.id])
    match step:
        case Acted(agency=agency, at=at):
            _act(matter, agency, at)
        case Filled(gap):
            _filled(matter, gap)
        case Uncovered(gap):
            _uncovered(matter, gap)
        case Voided():
            _voided(matter, step)
        case Superseded():
            _superseded(matter)
        case Opened() | Noted():
            raise ValueError("a gap that was not told before has nothing to end")


def told_of(fold: Fold) -> list[str]:
    """Every desk that knows of the gap: by a notification of its own or in place of another, or because a duty was missed."""
    notified = (notification.desk for notification in fold.state.notifications.values())
    escalated = (step.desk for duty in fold.state.duties.values() for step in duty.told if not step.jumped)
    return list(dict.fromkeys([*notified, *escalated]))


def _act(matter: Matter, agency: str, at: datetime) -> None:
    """Somebody of the agency is at the gate: that is the first action of its desks."""
    fold = matter.fold
    for notification in fold.notifications_of(matter.incident.id):
        if notification.kind == "inform" or role_of(notification.desk).partition(".")[0] != agency or notification.acted_at is not None:
            continue
        fold.put(replace(notification, acted_at=at))
        duty = current(fold, notification.id, "first-action")
        if duty is not None:
            finish(fold, duty, at, "done")


def _filled(matter: Matter, gap: Gap) -> None:
    """The slot has its people since ``gap.ended_at``: what fell due before stays as it was, nothing else is owed."""
    at = _end_of(gap)
    _fire_before(matter, at)
    if gap.by == "roster":
        _act(matter, "police", at)
    task = matter.fold.task_of(matter.incident.id)
    if task is not None:
        end_task_duties(matter.fold, task, at)
    _release(matter, "done", at, FILLED)
    message = GuardGapFilled(
        gap=gap.id, incident=matter.incident.id, number=matter.incident.number, school_id=matter.post.school, gate_id=matter.post.gate,
        slot=gap.slot, by=gap.by or "check-in", minutes=gap.minutes or 0, filled_at=at,
    )  # fmt: skip
    _close(matter, at, FILLED)
    _tell(matter, "bus.guard-gap.filled", message)


def _uncovered(matter: Matter, gap: Gap) -> None:
    """The window is over: what was missed stays missed, the close of the task among it; the ladders end."""
    at = _end_of(gap)
    _fire_before(matter, at)
    fold = matter.fold
    task = fold.task_of(matter.incident.id)
    for duty in fold.duties_of(task.id) if task else ():
        if duty.kind == "close" and duty.state in RUNNING and duty.due is not None and duty.due <= at and duty.missed_at is None:
            fold.put(replace(duty, state="ended", missed_at=duty.due, next_at=None, pending=None))
        else:
            end_duty(fold, duty, "lapsed")
    _release(matter, "lapsed", at, UNCOVERED)
    _close(matter, at, UNCOVERED, everybody=True)


def _voided(matter: Matter, step: Voided) -> None:
    """There was no gap: nobody owed anything, and no miss counts."""
    fold, incident = matter.fold, matter.incident
    for duty in [one for one in fold.state.duties.values() if one.incident == incident.id]:
        if duty.missed_at is not None:
            _unmiss(fold, duty, "withdrawn")
        else:
            end_duty(fold, duty, "withdrawn")
    for notification in fold.notifications_of(incident.id):
        if notification.live and notification.copy_of is None:
            take_back(fold, notification, "withdrawn", text=VOIDED)
    _close(matter, fold.now, VOIDED)
    fold.put(replace(fold.state.incidents[incident.id], withdrawn_at=fold.now))
    proof = step.proof
    message = GuardGapVoided(
        gap=step.gap.id, incident=incident.id, number=incident.number, school_id=matter.post.school, gate_id=matter.post.gate, slot=step.gap.slot,
        batch_no=proof.batch, checked_at=proof.at, uploaded_at=proof.uploaded_at, confirmed=proof.confirmed, voided_at=fold.now,
    )  # fmt: skip
    _tell(matter, "bus.guard-gap.voided", message)


def _superseded(matter: Matter) -> None:
    """What was planned short is over, filled or not: the check in the window goes on from here."""
    fold = matter.fold
    task = fold.task_of(matter.incident.id)
    for duty in fold.duties_of(task.id) if task else ():
        end_duty(fold, duty, "superseded")
    for notification in fold.notifications_of(matter.incident.id):
        if notification.live and notification.copy_of is None:
            take_back(fold, notification, "superseded", text=SUPERSEDED)
    _close(matter, fold.now, SUPERSEDED)


def _end_of(gap: Gap) -> datetime:
    if gap.ended_at is None:
        raise ValueError("this gap has not ended")
    return gap.ended_at


def _fire_before(matter: Matter, at: datetime) -> None:
    """What fell due before ``at`` fires with its logical time, for the clock may have slept; what falls due later never does."""
    fold = matter.fold
    while due := [one for one in fold.state.duties.values() if one.next_at is not None and one.next_at < min(at, fold.now)]:
        fire(fold, min(due, key=lambda one: (one.next_at, one.kind != "ack", one.id)))


def _release(matter: Matter, why: ClearedWhy, at: datetime, words: str) -> None:
    """Nothing is owed since ``at``, and no miss after it counts; a desk that has not signed need not, and reads why."""
    fold = matter.fold
    for notification in fold.notifications_of(matter.incident.id):
        for duty in fold.duties_of(notification.id):
            if duty.missed_at is not None and duty.missed_at > at:
                _unmiss(fold, duty, "done")
            else:
                end_duty(fold, duty, why)
        if notification.live and notification.copy_of is None and notification.kind != "inform" and not notification.signed:
            take_back(fold, notification, "concluded", text=words)


def _unmiss(fold: Fold, duty: Duty, why: ClearedWhy) -> None:
    """A miss that does not count after all; where the duty was still open, those who were told of the miss learn it."""
    running = duty.state in RUNNING
    fold.put(replace(duty, state="ended" if running else duty.state, voided=True, next_at=None, pending=None))
    if running:
        clear(fold, duty, why, fold.now)


def _close(matter: Matter, at: datetime, outcome: str, *, everybody: bool = False) -> None:
    """The task and the incident end; those who have a part learn it, or everybody who was told of the gap."""
    fold = matter.fold
    task = fold.task_of(matter.incident.id)
    if task is not None and task.closed_at is None:
        done = replace(task, closed_at=at)
        fold.put(done)
        _tell_closed(matter, done, outcome, told_of(fold) if everybody else ())
    incident = fold.state.incidents[matter.incident.id]
    fold.put(replace(incident, closed_at=incident.closed_at or at))


def _tell_closed(matter: Matter, task: Task, outcome: str, more: Iterable[str]) -> None:
    fold, incident = matter.fold, matter.incident
    complete = is_complete(fold, incident)
    message = closed_message(incident, task, desk=BUS, outcome=outcome, at=task.closed_at or fold.now, complete=complete)
    for desk in dict.fromkeys([*(part.desk for part in task.parts if part.state != "excused"), *more]):
        fold.tell("bus.task.closed", message, to=desk, incident=incident.id, about=f"{task.id}/{desk}", version=task.version)


def _tell(matter: Matter, name: str, message: GuardGapFilled | GuardGapVoided) -> None:
    fold = matter.fold
    for desk in told_of(fold):
        fold.tell(name, message, to=desk, incident=matter.incident.id, about=f"{matter.incident.id}/{desk}")
