"""督办: a missed duty climbs its ladder. Each step carries the logical time it belongs to and fires once, however late the clock wakes."""

from dataclasses import replace
from datetime import datetime

from contracts.coordination import DutyMissed, EscalationRaised
from contracts.ids import derived_id
from services.routing.core.arbitrate import restore
from services.routing.core.deadlines import compute_due
from services.routing.core.hand_on import hand_on
from services.routing.core.issue import withdraw
from services.routing.core.mandates import LadderStep
from services.routing.core.model import Duty, Fold, Incident, Told
from services.routing.core.recipients import GONE
from services.routing.core.views import project

LAST_STEP_OF_EXERCISE = 3


def fire_due(fold: Fold) -> None:
    """Fire everything of this root that is due by ``fold.now``, in the order of the logical times; of one time the signature first."""
    while True:
        due = [d for d in fold.state.duties.values() if d.next_at is not None and d.next_at <= fold.now]
        if not due:
            return
        fire(fold, min(due, key=lambda d: (d.next_at, d.kind != "ack", d.id)))


def fire(fold: Fold, duty: Duty) -> None:
    """One step of one duty: the miss itself first, then the steps of its ladder."""
    if duty.kind == "ruling":
        box_over(fold, duty)
        return
    incident = fold.state.incidents[duty.incident]
    if duty.missed_at is None:
        duty = _miss(fold, incident, duty)
    steps = _steps(fold, incident, duty)
    if duty.next_step == 0 and steps:
        duty = replace(duty, next_step=1)
    if not 1 <= duty.next_step <= len(steps) or duty.due is None or duty.next_at is None:
        fold.put(replace(duty, next_at=None))
        return
    _climb(fold, incident, duty, steps)


def _miss(fold: Fold, incident: Incident, duty: Duty) -> Duty:
    task = fold.state.tasks.get(duty.owner)
    message = DutyMissed(
        notification=None if task else duty.owner,
        task=task.id if task else None,
        incident=incident.id,
        number=incident.number,
        desk=duty.desk,
        duty=duty.kind,
        due=duty.due or fold.now,
    )
    hand_on(fold, incident, "bus.duty.missed", message, actor="", about=duty.id, version=duty.version, also=(duty.desk,))
    missed = replace(duty, missed_at=duty.due)
    fold.put(missed)
    return missed


def _steps(fold: Fold, incident: Incident, duty: Duty) -> tuple[LadderStep, ...]:
    steps = fold.world.book.ladder(duty.ladder) if duty.ladder else ()
    return steps[:LAST_STEP_OF_EXERCISE] if incident.status == "exercise" else steps


def _climb(fold: Fold, incident: Incident, duty: Duty, steps: tuple[LadderStep, ...]) -> None:
    """Fire the step that is due; a step without a reachable target jumps to the next one at the same logical time."""
    logical = duty.next_at or fold.now
    while duty.next_step <= len(steps):
        step = steps[duty.next_step - 1]
        number = duty.next_step
        target = fold.world.directory.ladder_target(step.target, duty.desk, logical)
        jumped = _why_jump(fold, duty, target, logical)
        duty = _record(fold, incident, duty, target or "", logical, jumped=jumped)
        if step.inform_publisher and incident.publisher not in (duty.desk, target):
            duty = _record(fold, incident, replace(duty, next_step=number), incident.publisher, logical)
        if not jumped:
            break
    at = _step_time(fold, duty, steps)
    fold.put(replace(duty, next_at=at))


def _why_jump(fold: Fold, duty: Duty, target: str | None, at: datetime) -> str:
    if target is None:
        return "no-target"
    if target == duty.desk:
        return "late-desk-itself"
    return "" if fold.world.directory.covered(target, at).ok else "uncovered"


def _record(fold: Fold, incident: Incident, duty: Duty, target: str, logical: datetime, *, jumped: str = "") -> Duty:
    """Write one step down, tell its target, and advance; a target that already holds an escalation of this duty's owner gets it updated."""
    escalation = derived_id(incident.first_time, "escalation", duty.owner, target)
    told = Told(step=duty.next_step, desk=target, logical_at=logical, escalation=escalation, jumped=jumped)
    if not jumped:
        _raise(fold, incident, duty, told)
    return replace(duty, next_step=duty.next_step + 1, told=(*duty.told, told))


def _raise(fold: Fold, incident: Incident, duty: Duty, told: Told) -> None:
    task = fold.state.tasks.get(duty.owner)
    payload, _ = project(incident.head_type, dict(incident.picture), "L", school=None)
    message = EscalationRaised(
        escalation=told.escalation,
        notification=None if task else duty.owner,
        task=task.id if task else None,
        incident=incident.id,
        number=incident.number,
        desk=told.desk,
        late_desk=duty.desk,
        duty=duty.kind,
        due=duty.due or told.logical_at,
        ladder=duty.ladder or "C",
        step=told.step,
        logical_at=told.logical_at,
        reason=f"{fold.world.directory.title(duty.desk, told.logical_at)}逾期未办",
        event_type=incident.head_type,
        payload=payload,
        to_publisher=told.desk == incident.publisher,
    )
    fold.tell("bus.escalation.raised", message, to=told.desk, incident=incident.id, about=f"{duty.id}/{told.desk}", version=told.step)


def _step_time(fold: Fold, duty: Duty, steps: tuple[LadderStep, ...]) -> datetime | None:
    """When the next step fires: its offset from the missed due, or from the ruling that let the duty stand."""
    if duty.next_step > len(steps) or duty.due is None:
        return None
    start = duty.ladder_from or duty.due
    offset = steps[duty.next_step - 1].offset
    place = fold.world.directory.desk_time(duty.desk, start)
    return compute_due(offset, start, place).at


def box_over(fold: Fold, duty: Duty) -> None:
    """No ruling in time: the first receiver keeps the duty (首接负责), and its ladder runs on from the end of the box.

    Education's leader is told, and the arbiters' items end: there is nothing left to rule on."""
    item = fold.state.notifications[duty.owner]
    fold.put(replace(duty, state="ended", missed_at=duty.due, next_at=None))
    notification = fold.state.notifications.get(item.arbitration_of or "")
    if notification is None or notification.state != "returned" or duty.due is None:
        return
    restore(fold, notification, duty.due)
    leader = _leader_of_education(fold, notification.desk, duty.due)
    if leader is not None and leader != duty.desk:
        incident = fold.state.incidents[item.incident]
        escalation = derived_id(incident.first_time, "escalation", item.id, leader)
        _raise(fold, incident, duty, Told(step=1, desk=leader, logical_at=duty.due, escalation=escalation))
    for other in [n for n in fold.state.notifications.values() if n.arbitration_of == notification.id and n.state not in GONE]:
        withdraw(fold, other, "superseded", text="裁定期限已过，由首接单位继续负责")


def _leader_of_education(fold: Fold, desk: str, at: datetime) -> str | None:
    office = fold.world.directory.ladder_target("conference-office", desk, at)
    return fold.world.directory.ladder_target("leader-in-charge", office, at) if office else None
