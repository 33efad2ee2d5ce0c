"""How an event ends: withdrawn, everybody is told and owes nothing more; concluded, everybody learns the outcome in its own view."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from contracts.coordination import DecisionMade, RecipientLine
from contracts.envelope import Event
from contracts.followups import new_values
from contracts.registry import event_type
from services.routing.core.announce import closed_message, tell_closed
from services.routing.core.content import Content, facts_of
from services.routing.core.drop import take_back
from services.routing.core.issue import end_duty, issue_again
from services.routing.core.ladder import finish
from services.routing.core.mandates import Mandate
from services.routing.core.match import Matched
from services.routing.core.model import Fold, Incident, Notification, Task
from services.routing.core.recipients import Wanted
from services.routing.core.respond import is_complete, set_part
from services.routing.core.stamp import stamp
from services.routing.core.timing import current
from services.routing.core.views import project

TOLD_BACK = "police.alarm.concluded"


def withdrawn(fold: Fold, incident: Incident, event: Event) -> DecisionMade:
    """撤回: every recipient is told; open duties end and are not late unless already missed."""
    reason = str(getattr(event.data, "reason", ""))
    told = [n for n in fold.notifications_of(incident.id) if n.live and n.copy_of is None]
    for notification in told:
        take_back(fold, notification, "withdrawn", text=reason)
    task = fold.task_of(incident.id)
    if task is not None and task.closed_at is None:
        _end_task(fold, incident, task, event, reason)
    fold.put(replace(incident, withdrawn_at=fold.now, closed_at=incident.closed_at or fold.now))
    lines = tuple(_line(n, n.mandates) for n in told)
    return stamp(fold, incident, event, "routed", lines=lines)


def _end_task(fold: Fold, incident: Incident, task: Task, event: Event, reason: str) -> None:
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

    A correction of a conclusion is told in the same way, with what it corrects."""
    kind = event_type(event.name)
    _close_own_part(fold, incident, event)
    mandate = fold.world.book.by_id("POL-15") if TOLD_BACK in (event.name, kind.head) else None
    mandates = (mandate,) if mandate else ()
    stated = new_values("C", event.data) if kind.mark == "C" else event.data.model_dump(mode="json", exclude_none=True)
    told = [n for n in fold.notifications_of(incident.id) if n.live and n.copy_of is None and n.desk != event.envelope.publisher]
    for notification in told:
        _tell_outcome(fold, incident, event, notification, mandates=mandates, stated=stated)
    lines = tuple(_line(n, tuple(m.id for m in mandates)) for n in told)
    return stamp(fold, incident, event, "routed", matched=Matched(mandates), lines=lines)


def _tell_outcome(
    fold: Fold, incident: Incident, event: Event, notification: Notification, *, mandates: Sequence[Mandate], stated: Mapping[str, Any]
) -> None:
    kind = event_type(event.name)
    shape = kind.head if kind.mark == "C" and kind.head else event.name
    place = fold.world.directory.place_of(notification.desk, fold.now)
    extra, _ = project(shape, dict(stated), notification.view, school=notification.school, place=place)
    word = "concluded" if kind.mark != "C" else "conclusion-corrected"
    content = Content(
        facts_of(event), incident.head_type, incident.picture, word, material=False, retime="none", additive=True, extra=extra,
        place_code=incident.place_code,
    )  # fmt: skip
    wanted = Wanted(notification.desk, notification.school, notification.kind, notification.view, tuple(mandates), {}, None)
    issue_again(fold, incident, notification, wanted, content)


def _close_own_part(fold: Fold, incident: Incident, event: Event) -> None:
    """The part of the desk that concludes is done; where it leads, its report and its close are in with the conclusion."""
    task = fold.task_of(incident.id)
    if task is None or task.closed_at is not None:
        return
    speaker = event.envelope.publisher
    set_part(fold, task, speaker, {"open": "done", "accepted": "done", "started": "done"})
    if task.lead != speaker:
        return
    for kind in ("report", "close"):
        duty = current(fold, task.id, kind)
        if duty is not None:
            finish(fold, duty, event.envelope.time, "done")


def _line(notification: Notification, mandates: Sequence[str]) -> RecipientLine:
    return RecipientLine(desk=notification.desk, kind="inform", view=notification.view, mandates=tuple(mandates))
