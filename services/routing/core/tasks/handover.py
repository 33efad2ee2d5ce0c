"""跨区域交接: the old side stays responsible until the new school and the new hospital have both signed; then it sees no new record."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from contracts.coordination import HandoverCompleted, HandoverOffered, HandoverSide, Person
from contracts.envelope import Event
from contracts.ids import derived_id
from services.routing.core.climbing.ladder import finish
from services.routing.core.issue import end_duty
from services.routing.core.matching.linked import number_of
from services.routing.core.matching.places import rule_of
from services.routing.core.model import Fold, Incident, Notification, Task
from services.routing.core.tasks.after import is_rated
from services.routing.core.tasks.announce import closed_message, tell_closed
from services.routing.core.tasks.complete import is_complete

FAMILY, CASE_FAMILY, CASE = "handover", "psych", "school.psych-risk.assessed"
NEW_HEAD = "school.psych-teacher"
HANDED_OVER = "handed-over"
NOT_ACCEPTED = "转入方尚未全部签收，交接未完成，期限继续计算"
CONCLUDED, ACCEPTED, CANCELLED = "school.pupil-transfer.started.concluded", "accepted", "cancelled"


def offer_handover(fold: Fold, incident: Incident, at: datetime) -> None:
    """Tell those whose signatures are awaited, and the publisher, what is offered."""
    task = fold.task_of(incident.id)
    if incident.family != FAMILY or task is None or incident.closed_at is not None:
        return
    awaited = awaited_of(task)
    if not awaited:
        return
    message = HandoverOffered(
        handover=incident.key, incident=incident.id, number=incident.number, desk=task.lead, awaited=awaited, offered_at=at, **_sides(incident),
    )  # fmt: skip
    for desk in dict.fromkeys((*awaited, task.lead)):
        fold.tell("bus.handover.offered", message, to=desk, incident=incident.id, about=f"{task.id}/offered/{desk}", version=task.version)


def _sides(incident: Incident) -> dict[str, str]:
    picture = incident.picture
    return {
        "from_unit": str(picture["from_school"]), "to_unit": str(picture["to_school"]), "from_county": incident.county,
        "to_county": str(picture["to_county"]),
    }  # fmt: skip


def awaited_of(task: Task) -> tuple[str, ...]:
    """The desks that must sign before the old side is relieved."""
    return tuple(part.desk for part in task.parts if part.desk != task.lead and part.state != "excused")


def unsigned_of(fold: Fold, incident: Incident, task: Task) -> list[str]:
    """Those awaited who have not signed for what a handover says now; of anything else nobody."""
    if incident.family != FAMILY:
        return []
    signed = {n.desk for n in fold.notifications_of(incident.id) if n.live and n.acknowledged_at and n.acknowledged_version >= n.material_version}
    return [desk for desk in awaited_of(task) if desk not in signed]


def _takers_known(fold: Fold, incident: Incident, task: Task) -> bool:
    """Whether each side that the rule names was found: a school that nobody knows takes nobody over."""
    rule = rule_of(fold, incident, task.mandate)
    asked = {role.partition(".")[0] for role in rule.task.assist} if rule is not None and rule.task is not None else set()
    return bool(asked) and asked <= {part.agency for part in task.parts if not part.lead and part.state != "excused"}


def why_unaccepted(fold: Fold, incident: Incident, event: Event) -> str:
    """Why a publisher's word that both sides have accepted ends nothing; empty where they have, or where it says no such thing."""
    task = fold.task_of(incident.id)
    says = event.name == CONCLUDED and getattr(event.data, "outcome", "") == ACCEPTED
    if not says or task is None or task.closed_at is not None:
        return ""
    return NOT_ACCEPTED if unsigned_of(fold, incident, task) or not _takers_known(fold, incident, task) else ""


def complete_handover(fold: Fold, incident: Incident, at: datetime) -> None:
    """Once everybody awaited has signed: the task closes, the case goes on at the new school, and both sides learn it."""
    task = fold.task_of(incident.id)
    if incident.family != FAMILY or task is None or task.closed_at is not None:
        return
    awaited = awaited_of(task)
    if not _takers_known(fold, incident, task) or unsigned_of(fold, incident, task):
        return
    signed = [n for n in fold.notifications_of(incident.id) if n.live and n.desk in awaited]
    at = max([at, *(n.acknowledged_at for n in signed if n.acknowledged_at is not None)])
    parts = tuple(replace(part, state="done") for part in task.parts)
    done = replace(task, closed_at=at, parts=parts, rating=is_rated(fold, incident))
    fold.put(done)
    for duty in fold.duties_of(task.id):
        finish(fold, duty, at, "done")
    tell_closed(fold, incident, done, closed_message(incident, done, desk=task.lead, outcome=HANDED_OVER, at=at, complete=is_complete(fold, incident)))
    fold.put(replace(incident, closed_at=at))
    _tell(fold, incident, signed, at)
    _go_on(fold, incident, at)


def _tell(fold: Fold, incident: Incident, signed: Sequence[Notification], at: datetime) -> None:
    sides = _sides(incident)
    message = HandoverCompleted(
        handover=incident.key,
        incident=incident.id,
        number=incident.number,
        from_unit=sides["from_unit"],
        to_unit=sides["to_unit"],
        accepted=tuple(HandoverSide(desk=n.desk, at=n.acknowledged_at or at, person=Person.model_validate(n.signed_by)) for n in signed),
        completed_at=at,
    )
    told = [n.desk for n in fold.notifications_of(incident.id) if n.live]
    for desk in dict.fromkeys((incident.publisher, *told)):
        fold.tell("bus.handover.completed", message, to=desk, incident=incident.id, about=f"{incident.id}/completed/{desk}")


def _go_on(fold: Fold, incident: Incident, at: datetime) -> None:
    """The case at the new school, under the referral's number: what it states from now on joins this, and the old side never sees it."""
    picture = incident.picture
    school, county = str(picture["to_school"]), str(picture["to_county"])
    case = derived_id(incident.first_time, CASE_FAMILY, incident.id)
    fold.put(
        replace(
            incident, id=case, root=case, number=number_of(county, case, fold), family=CASE_FAMILY, scope=school, key=str(picture["referral_no"]),
            county=county, head_type=CASE, publisher=f"{NEW_HEAD}@{school}", first_time=at, first_known_at=at, follows=incident.id,
            picture={"referral_no": picture["referral_no"], "level": picture["level"], "school_id": school}, statements={}, closed_at=None,
        )
    )  # fmt: skip


def relieve(fold: Fold, case: Incident, handover: Incident) -> None:
    """The old side's case ends: its clocks stop, and everybody with a part learns that it goes on elsewhere."""
    at = handover.closed_at or fold.now
    for notification in [n for n in fold.state.notifications.values() if n.live]:
        for duty in fold.duties_of(notification.id):
            end_duty(fold, duty, "done")
    task = fold.task_of(case.id)
    if task is not None and task.closed_at is None:
        for duty in fold.duties_of(task.id):
            end_duty(fold, duty, "done")
        done = replace(task, closed_at=at)
        fold.put(done)
        tell_closed(fold, case, done, closed_message(case, done, desk=case.publisher, outcome=HANDED_OVER, at=at, complete=True))
    fold.put(replace(case, closed_at=at))
