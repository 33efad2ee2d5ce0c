"""督办: a missed duty climbs its ladder. Each step carries the logical time it belongs to and fires once, however late the clock wakes."""

from dataclasses import replace
from datetime import datetime

from contracts.coordination import ClearedWhy, DutyMissed
from services.routing.core.climbing.box import box_over
from services.routing.core.climbing.hand_on import hand_on
from services.routing.core.clocks.clearing import clear
from services.routing.core.clocks.escalate import escalation_id, raise_to
from services.routing.core.clocks.overdue import tell_overdue
from services.routing.core.clocks.repeating import open_next
from services.routing.core.clocks.steps import await_step, steps_of
from services.routing.core.clocks.timing import meet, void
from services.routing.core.mandates import LadderStep
from services.routing.core.matching.proxy import stand_in
from services.routing.core.model import Duty, Fold, Told


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
    if duty.due is None and duty.next_at is not None:
        tell_overdue(fold, duty, duty.next_at)
        return
    if duty.missed_at is None:
        duty = _miss(fold, duty)
    steps = steps_of(fold, duty)
    duty = replace(duty, next_step=max(duty.next_step, 1))
    if duty.next_step > len(steps) or duty.next_at is None:
        fold.put(replace(duty, next_at=None))
        return
    _climb(fold, duty, steps, duty.next_at)


def finish(fold: Fold, duty: Duty, done_at: datetime, why: ClearedWhy) -> None:
    """A duty is done. What its ladder owes before ``done_at`` fires first, for the clock may sleep; nothing later fires any more.

    Done by its due, a miss that went out before is void; otherwise those who were told learn that it ended.
    """
    if duty.state == "met":
        return
    if duty.state == "ended":
        if duty.missed_at is not None and not duty.voided and duty.due is not None and done_at <= duty.due:
            void(fold, duty, done_at)
        return
    duty = _catch_up(fold, duty, done_at)
    meet(fold, duty, done_at)
    if duty.missed_at is not None or duty.told:
        disproved = duty.missed_at is not None and (duty.due is None or done_at <= duty.due)
        clear(fold, duty, "in-time" if disproved else why, done_at)


def _catch_up(fold: Fold, duty: Duty, until: datetime) -> Duty:
    while duty.next_at is not None and duty.next_at < until:
        fire(fold, duty)
        duty = fold.state.duties[duty.id]
    late = duty.due is not None and duty.due < until
    return _miss(fold, duty) if late and duty.missed_at is None and duty.kind != "ruling" else duty


def _miss(fold: Fold, duty: Duty) -> Duty:
    incident = fold.state.incidents[duty.incident]
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
    about = f"{duty.id}/{duty.ladder_from.isoformat() if duty.ladder_from else ''}"
    hand_on(fold, incident, "bus.duty.missed", message, actor="", about=about, version=duty.version, also=(duty.desk,))
    missed = replace(duty, missed_at=duty.due)
    fold.put(missed)
    if duty.kind == "report":
        open_next(fold, missed)
    return missed


def _climb(fold: Fold, duty: Duty, steps: tuple[LadderStep, ...], logical: datetime) -> None:
    """Fire the step that is due; a step without a reachable target jumps to the next one at the same logical time."""
    incident = fold.state.incidents[duty.incident]
    jumped = "first"
    while jumped and duty.next_step <= len(steps):
        step = steps[duty.next_step - 1]
        above = fold.world.directory.ladder_target(step.target, duty.desk, logical, county=incident.county)
        target = stand_in(fold, incident, above, logical) if above else None
        jumped = why_jump(fold, duty, target, logical)
        duty = _record(fold, duty, target or "", logical, jumped=jumped)
        for publisher in incident.stated_by if step.inform_publisher else ():
            hears = publisher not in (duty.desk, target) and not fold.suspected(incident, publisher)
            duty = _record(fold, duty, publisher, logical) if hears else duty
        duty = replace(duty, next_step=duty.next_step + 1)
    fold.put(await_step(fold, duty))


def why_jump(fold: Fold, duty: Duty, target: str | None, at: datetime) -> str:
    """Why a step does not reach its target; empty when it does."""
    if target is None:
        return "no-target"
    if target == duty.desk:
        return "late-desk-itself"
    if fold.suspected(fold.state.incidents[duty.incident], target):
        return "suspect-unit"
    return "" if fold.world.directory.covered(target, at).ok else "uncovered"


def _record(fold: Fold, duty: Duty, target: str, logical: datetime, *, jumped: str = "") -> Duty:
    """Write one step down and tell its target."""
    told = Told(duty.next_step, target, logical, escalation_id(fold, duty, target), jumped)
    if not jumped:
        raise_to(fold, duty, told)
    return replace(duty, told=(*duty.told, told))
