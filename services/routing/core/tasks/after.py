"""办结之后 (GOV-10): both sides rate each other once, and the lead looks again; nobody outside the bus is rated."""

from dataclasses import replace

from contracts.coordination import EventFacts, TaskFollowedUp, TaskRated
from contracts.ids import unit_of
from services.routing.core.issue import issue_again, told_of
from services.routing.core.matching.content import Content
from services.routing.core.matching.places import rule_of
from services.routing.core.matching.recipients import Wanted
from services.routing.core.model import Fold, FollowUp, Incident, Misfit, Rating, Task

RULE = "GOV-10"
CHANGE = "task-closed"


def is_rated(fold: Fold, incident: Incident) -> bool:
    """Whether the end of a task asks both sides for their word: where the rule is in force, and never after a drill."""
    return incident.status == "actual" and rule_of(fold, incident, RULE) is not None


def tell_lead(fold: Fold, incident: Incident, task: Task) -> None:
    """The lead learns in its own view that both sides rate each other now; one that published the event has no notification to renew."""
    rule = rule_of(fold, incident, RULE)
    told = next((n for n in fold.notifications_of(incident.id) if n.desk == task.lead and n.live and n.copy_of is None), None)
    if not task.rating or rule is None or told is None:
        return
    content = Content(
        EventFacts.model_validate(told.issued["event"]), told_of(incident, told)[0], CHANGE, material=False, retime="none", additive=True,
        place_code=incident.place_code,
    )  # fmt: skip
    issue_again(fold, incident, told, Wanted(told.desk, told.school, "inform", told.view, (rule,), {}, None), content)


def others_of(task: Task, desk: str) -> tuple[str, ...]:
    """Whom a desk rates: the lead those that assisted, each of them the lead; never a desk of its own unit."""
    sides = [part.desk for part in task.parts if part.state != "excused"]
    if desk not in sides:
        return ()
    others = [one for one in sides if one != desk] if desk == task.lead else [task.lead]
    return tuple(one for one in others if unit_of(one) != unit_of(desk))


def rated(fold: Fold, data: TaskRated) -> None:
    """One side's word about the other, told to the other; the first one stands."""
    task = _ended(fold, data.task)
    if data.of_desk not in others_of(task, data.desk):
        raise Misfit("not-a-side", "a desk rates the other side of its task alone")
    if any((one.by, one.of) == (data.desk, data.of_desk) for one in task.ratings):
        return
    fold.put(replace(task, ratings=(*task.ratings, Rating(data.desk, data.of_desk, data.score, data.rated_at))))
    fold.tell("bus.task.rated", data, to=data.of_desk, incident=task.incident, about=f"{task.id}/{data.desk}/{data.of_desk}")


def followed_up(fold: Fold, data: TaskFollowedUp) -> None:
    """What the lead found when it looked again: everybody with a part and the publisher learn it."""
    task = _ended(fold, data.task)
    if data.desk != task.lead:
        raise Misfit("not-the-lead", "the lead alone looks again")
    fold.put(replace(task, follow_ups=(*task.follow_ups, FollowUp(data.followed_on, data.text, data.recorded_at))))
    incident = fold.state.incidents[task.incident]
    parts = (part.desk for part in task.parts if part.state != "excused")
    for desk in dict.fromkeys((*parts, *incident.stated_by)):
        if desk != data.desk:
            fold.tell("bus.task.followed-up", data, to=desk, incident=incident.id, about=f"{fold.cause}/{desk}")


def _ended(fold: Fold, identity: str) -> Task:
    task = fold.state.tasks.get(identity)
    if task is None:
        raise Misfit("unknown-task")
    if not task.rating:
        raise Misfit("not-closed", "only what both sides did together and closed is rated and looked at again")
    return task
