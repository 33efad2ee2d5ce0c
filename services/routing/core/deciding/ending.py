"""How an event ends: withdrawn, everybody is told and owes nothing more; concluded, everybody learns the outcome in its own view."""

from collections.abc import Sequence
from dataclasses import replace

from contracts.coordination import DecisionMade, RecipientLine
from contracts.envelope import Event
from contracts.followups import new_values
from contracts.ids import unit_of
from contracts.registry import event_type
from services.routing.core.answering.respond import act, end_task_duties, set_part
from services.routing.core.clocks.pause import end_pause
from services.routing.core.deciding.closing import end_task
from services.routing.core.deciding.dated import COMPLETED, owed_again
from services.routing.core.deciding.drop import take_back
from services.routing.core.deciding.quorum import why_unheld
from services.routing.core.deciding.stamp import stamp
from services.routing.core.issue import end_duty, issue_again
from services.routing.core.mandates import Mandate
from services.routing.core.matching.content import Content, facts_of
from services.routing.core.matching.match import Matched, spoken_of
from services.routing.core.matching.places import rule_of
from services.routing.core.matching.recipients import Wanted
from services.routing.core.model import Fold, Incident, Notification, Task, Withdrawal
from services.routing.core.tasks.announce import closed_message, tell_closed
from services.routing.core.tasks.complete import is_complete
from services.routing.core.tasks.handover import CANCELLED, why_unaccepted
from services.routing.core.tasks.handover import CONCLUDED as HANDED_ON

TOLD_BACK = "police.alarm.concluded"
RECTIFIED = "rectified"


def withdrawn(fold: Fold, incident: Incident, event: Event) -> DecisionMade:
    """撤回: every recipient is told; open duties end and are not late unless already missed."""
    reason = str(getattr(event.data, "reason", ""))
    told = [n for n in fold.notifications_of(incident.id) if n.live and n.copy_of is None]
    for notification in told:
        take_back(fold, notification, "withdrawn", text=reason)
    task = fold.task_of(incident.id)
    if task is not None and task.closed_at is None:
        _end_task(fold, incident, task, event, reason)
    why = Withdrawal(code=str(getattr(event.data, "code", "")), reason=reason, officer=str(getattr(event.data, "officer", "")))
    fold.put(replace(incident, withdrawn_at=fold.now, closed_at=incident.closed_at or fold.now, withdrawal=why))
    lines = tuple(_line(n, n.mandates) for n in told)
    return stamp(fold, incident, event, "routed", lines=lines)


def _end_task(fold: Fold, incident: Incident, task: Task, event: Event, reason: str) -> None:
    task = end_pause(fold, task, fold.now)
    for duty in fold.duties_of(task.id):
        end_duty(fold, duty, "withdrawn")
    ended = replace(task, closed_at=fold.now)
    fold.put(ended)
    speaker = event.envelope.publisher
    complete = is_complete(fold, incident)
    message = closed_message(incident, ended, desk=speaker, outcome=reason[:500], at=event.envelope.time, complete=complete)
    tell_closed(fold, incident, ended, message)


def concluded(fold: Fold, incident: Incident, event: Event) -> DecisionMade:
    """办结反馈 (POL-15): everybody who was told learns the outcome in its own view; the publisher's part closes.

    A conference that was not held closes nothing, nor does a handover that is said to be accepted before it is.
    A correction of a conclusion is told in the same way, with what it corrects."""
    kind = event_type(event.name)
    shape = kind.head if kind.mark == "C" and kind.head else event.name
    incident = _stating(fold, incident, event, shape)
    unheld = why_unheld(incident, event) or why_unaccepted(fold, incident, event)
    if not unheld:
        _close_own_part(fold, incident, event)
    mandate = rule_of(fold, incident, "POL-15") if TOLD_BACK in (event.name, kind.head) else None
    mandates = (mandate,) if mandate else ()
    told = [n for n in fold.notifications_of(incident.id) if n.live and n.copy_of is None and n.desk != event.envelope.publisher]
    for notification in told:
        _tell_outcome(fold, incident, event, notification, mandates=mandates, shape=shape)
    lines = tuple(_line(n, tuple(m.id for m in mandates)) for n in told)
    return stamp(fold, incident, event, "routed", matched=Matched(mandates), lines=lines, reasons=(unheld,) if unheld else ())


def _stating(fold: Fold, incident: Incident, event: Event, shape: str) -> Incident:
    """The incident with what the conclusion, or its correction, says."""
    corrects = event_type(event.name).mark == "C"
    said = new_values("C", event.data) if corrects else event.data.model_dump(mode="json", exclude_none=True)
    stated = replace(incident, statements={**incident.statements, shape: {**incident.said(shape), **said}})
    fold.put(stated)
    return stated


def _tell_outcome(
    fold: Fold, incident: Incident, event: Event, notification: Notification, *, mandates: Sequence[Mandate], shape: str
) -> None:
    word = "conclusion-corrected" if event_type(event.name).mark == "C" else "concluded"
    content = Content(
        facts_of(event), shape, word, material=False, retime="none", additive=True, place_code=incident.place_code,
    )  # fmt: skip
    wanted = Wanted(notification.desk, notification.school, notification.kind, notification.view, tuple(mandates), {}, None)
    issue_again(fold, incident, notification, wanted, content)


def unsaid(fold: Fold, incident: Incident, event: Event) -> DecisionMade:
    """撤回 of what a later type of the family said: those who were told of it alone owe nothing more, the others read on without it."""
    about = spoken_of(event)
    incident = replace(incident, statements={name: said for name, said in incident.statements.items() if name != about})
    fold.put(incident)
    told = [n for n in fold.notifications_of(incident.id) if n.live and n.copy_of is None and about in n.about]
    for notification in told:
        if notification.about == (about,):
            take_back(fold, notification, "withdrawn", text=str(getattr(event.data, "reason", "")))
            continue
        rest = replace(notification, about=tuple(name for name in notification.about if name != about))
        known = tuple(m for m in (rule_of(fold, incident, one, school=rest.school) for one in rest.mandates) if m is not None)
        content = Content(
            facts_of(event), rest.about[0], f"withdrawn: {about}", False, "none", additive=True, place_code=incident.place_code
        )
        issue_again(fold, incident, rest, Wanted(rest.desk, rest.school, rest.kind, rest.view, known, {}, None), content)
    if about == COMPLETED:
        owed_again(fold, incident, event.envelope.time)
    return stamp(fold, incident, event, "routed", lines=tuple(_line(n, n.mandates) for n in told))


def _close_own_part(fold: Fold, incident: Incident, event: Event) -> None:
    """The part of the desk that concludes is done, and it has acted; where it leads, its report and its close are in with the conclusion.

    Another desk of the unit that stated the head concludes for it. A finder that concludes what was put right accepts it, whoever leads
    (HAZ-15): the task closes."""
    speaker = event.envelope.publisher
    for own in (n for n in fold.notifications_of(incident.id) if n.live and n.desk == speaker and n.act is None):
        act(fold, own, event.envelope.time)
    task = fold.task_of(incident.id)
    if task is None or task.closed_at is not None:
        return
    stated = unit_of(speaker) == unit_of(incident.publisher)
    speaks = {speaker, incident.publisher} if stated else {speaker}
    for desk in sorted(speaks):
        task = set_part(fold, task, desk, {"open": "done", "accepted": "done", "started": "done"})
    accepts = stated and COMPLETED in incident.statements and getattr(event.data, "outcome", None) == RECTIFIED
    cancels = event.name == HANDED_ON and getattr(event.data, "outcome", None) == CANCELLED
    if accepts or cancels or (task.close == "concluded" and (stated or speaker == task.lead)):
        end_task(fold, incident, task, event, outcome=str(getattr(event.data, "outcome", "concluded")))
    elif task.lead in speaks:
        end_task_duties(fold, task, event.envelope.time)


def _line(notification: Notification, mandates: Sequence[str]) -> RecipientLine:
    return RecipientLine(desk=notification.desk, kind="inform", view=notification.view, mandates=tuple(mandates))
