"""What has no clock of its own and still takes too long: an open close is told to those whom the mandate names, once (XFR-01: 24 h)."""

from dataclasses import replace
from datetime import datetime

from services.routing.core.clocks.escalate import escalation_id, raise_to
from services.routing.core.deadlines import compute_due, describe_form
from services.routing.core.matching.cast import Scene, resolve_role
from services.routing.core.matching.places import desk_time, rule_of
from services.routing.core.matching.proxy import stand_in
from services.routing.core.model import Duty, Fold, Incident, Task, Told

CITY = "city."


def watched(fold: Fold, incident: Incident, task: Task, close: Duty) -> Duty:
    """The close of a task that nothing but its end makes due, with the moment from which it takes too long."""
    if task.overdue is None or close.due is not None or close.pending is not None:
        return close
    at = compute_due(task.overdue, close.start, desk_time(fold, incident, close.desk, close.start), duty="close").at
    seen = replace(close, next_at=at)
    fold.put(seen)
    return seen


def tell_overdue(fold: Fold, close: Duty, at: datetime) -> None:
    """Everybody whom the mandate names learns it, in view L. A drill goes no higher than the county."""
    incident, task = fold.state.incidents[close.incident], fold.state.tasks[close.owner]
    rule = rule_of(fold, incident, task.mandate)
    named = rule.task.overdue.tell if rule is not None and rule.task is not None and rule.task.overdue is not None else ()
    roles = [role for role in named if not (incident.status == "exercise" and role.startswith(CITY))]
    scene = Scene(incident.head_type, incident.publisher, at)
    desks = [stand_in(fold, incident, one.desk, at) for role in roles for one in resolve_role(fold, incident, role, scene).found]
    told = tuple(Told(1, desk, at, escalation_id(fold, close, desk)) for desk in dict.fromkeys(desks))
    for one in told:
        raise_to(fold, close, one, reason=f"{describe_form(task.overdue or '')}仍未办结")
    fold.put(replace(close, next_at=None, told=told))
