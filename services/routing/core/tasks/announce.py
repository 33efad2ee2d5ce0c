"""Telling the desks that have a part in a joint task how it stands, and that it has ended without them."""

from collections.abc import Iterable
from datetime import datetime

from contracts.coordination import Basis, ClosedPart, DutyForm, TaskClosed, TaskOpened, TaskPart
from services.routing.core.deadlines import describe_form
from services.routing.core.matching.places import rule_of
from services.routing.core.model import Fold, Incident, Task


def announce(fold: Fold, incident: Incident, task: Task, *, freed: Iterable[str] = ()) -> Task:
    """Store a task and tell every desk that has a part in it; one that an event no longer concerns learns nothing of the others.

    ``freed``: desks that are told of the incident and have no part any more; they learn that, and no more."""
    fold.put(task)
    parts = [part for part in task.parts if part.state != "excused"]
    mandates = [m for m in (rule_of(fold, incident, i) for i in dict.fromkeys(part.mandate for part in parts)) if m]
    leader = rule_of(fold, incident, task.mandate)
    forms = (("report", task.report), ("close", task.close))
    message = TaskOpened(
        task=task.id,
        incident=incident.id,
        number=incident.number,
        version=task.version,
        title=leader.name if leader else task.mandate,
        lead=task.lead,
        parts=tuple(TaskPart(desk=p.desk, lead=p.lead, text=p.text, agency=p.agency) for p in parts),
        forms=tuple(DutyForm(duty=kind, form=form, words=describe_form(form)) for kind, form in forms if form),
        bases=tuple(
            Basis(mandate=m.id, version=m.version, name=m.name, pack=m.pack, document=b.document, quote=b.quote, numbers=b.numbers)
            for m in mandates
            for b in m.basis
        ),
        opened_at=task.opened_at,
        pauses=task.pauses,
    )
    for part in parts:
        fold.tell("bus.task.opened", message, to=part.desk, incident=incident.id, about=task.id, version=task.version)
    for desk in freed:
        left = message.model_copy(update={"parts": (), "bases": ()})
        fold.tell("bus.task.opened", left, to=desk, incident=incident.id, about=task.id, version=task.version)
    return task


def tell_closed(fold: Fold, incident: Incident, task: Task, message: TaskClosed, *, widely: bool = True) -> None:
    """Every desk with a part (unless ``widely``: the lead alone), and the publisher, learn that the task is closed."""
    ends = tuple(ClosedPart(desk=part.desk, lead=part.lead, state=part.state) for part in task.parts)
    message = message.model_copy(update={"parts": ends, "rating": task.rating})
    involved = [part.desk for part in task.parts if part.state != "excused"] if widely else [task.lead]
    for desk in dict.fromkeys([*involved, *incident.stated_by]):
        fold.tell("bus.task.closed", message, to=desk, incident=incident.id, about=f"{task.id}/{desk}", version=task.version)


def closed_message(incident: Incident, task: Task, *, desk: str, outcome: str, at: datetime, complete: bool) -> TaskClosed:
    """The end of a task that no lead asked for."""
    return TaskClosed(
        task=task.id, incident=incident.id, number=incident.number, desk=desk, outcome=outcome, closed_at=at, legal_complete=complete
    )
