"""应报未报: what the clock makes of one expectation that is due: the miss, who is told when, the ladder after them, and the end of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from contracts.coordination import ClearedWhy, DutyMissed, ReportMissing
from contracts.ids import derived_id, desk_of, unit_of
from services.routing.core.climbing.hand_on import hand_on
from services.routing.core.climbing.ladder import finish, why_jump
from services.routing.core.clocks.escalate import escalation_id
from services.routing.core.clocks.steps import await_step
from services.routing.core.deadlines import Due, compute_due
from services.routing.core.directory import Where
from services.routing.core.expected.climbing import born_steps, climbs_at_once
from services.routing.core.expected.records import Expectation
from services.routing.core.issue import end_duty
from services.routing.core.mandates import PeriodicDuty, ToldRow
from services.routing.core.matching.linked import number_of
from services.routing.core.matching.places import desk_time
from services.routing.core.model import Duty, Fold, Incident
from services.routing.core.model import Told as ToldStep

FAMILY, HEAD = "missing-report", "bus.report.missing"
SOURCE = "/routing"
UNIT_LEADER = "@unit-leader"


@dataclass(frozen=True, slots=True)
class Matter:
    """One missing report: the duty behind it, who is told of it in which order, its incident and its running duty."""

    rule: PeriodicDuty
    told: Sequence[ToldRow]
    incident: Incident
    duty: Duty


def advance(fold: Fold, rule: PeriodicDuty, told: Sequence[ToldRow], expected: Expectation) -> Expectation:
    """Everything about one expectation whose due has passed, up to now or to the moment it was met: told, climbed, cleared.

    Met in time before anybody was told: nothing. ``fold`` holds the incident of the missing report, or nothing when it is new."""
    if expected.due is None or (expected.incident is None and expected.met_at is not None and expected.met_at <= expected.due):
        return replace(expected, next_at=None)
    matter = _open(fold, rule, told, expected) if expected.incident is None else _of(fold, rule, told, expected)
    expected = replace(expected, incident=matter.incident.id, state="missing" if expected.met_at is None else expected.state)
    expected = _tell_due(fold, matter, expected)
    if expected.met_at is None:
        return expected
    finish(fold, fold.state.duties[matter.duty.id], expected.met_at, "done")
    return _close(fold, matter, expected, expected.met_at)


def drop(fold: Fold, rule: PeriodicDuty, expected: Expectation, why: ClearedWhy) -> Expectation:
    """Nothing is owed any more: whoever was told learns it."""
    if expected.incident is not None:
        matter = _of(fold, rule, (), expected)
        end_duty(fold, matter.duty, why)
        expected = _close(fold, matter, expected, fold.now)
    return replace(expected, state="ended", next_at=None)


def _open(fold: Fold, rule: PeriodicDuty, told: Sequence[ToldRow], expected: Expectation) -> Matter:
    """The incident of a missing report with the duty that was missed; the late desk learns that it is late."""
    due = expected.due or fold.now
    incident = _incident(fold, rule, expected, due)
    duty = Duty(
        id=derived_id(due, FAMILY, "duty", incident.id),
        incident=incident.id,
        desk=expected.desk,
        kind="periodic",
        owner=incident.id,
        version=1,
        ladder=rule.ladder,
        start=due,
        forms=(),
        state="open",
        due=due,
        derivation=expected.derivation,
        calendar_version=expected.calendar_version,
        missed_at=due,
        by_bus=expected.by_bus,
        ladder_from=fold.now if expected.by_bus else None,
        steps=born_steps(fold.world, rule, told, expected),
    )
    matter = Matter(rule, told, incident, duty)
    fold.put(incident)
    fold.put(duty)
    if climbs_at_once(fold.world, rule, told, expected):
        _climb_on(fold, matter)
    if not expected.missing:
        message = DutyMissed(incident=incident.id, number=incident.number, desk=duty.desk, duty="periodic", due=due)
        hand_on(fold, incident, "bus.duty.missed", message, actor="", about=duty.id, also=(duty.desk,))
    return matter


def _incident(fold: Fold, rule: PeriodicDuty, expected: Expectation, due: datetime) -> Incident:
    identity = derived_id(due, FAMILY, expected.id)
    return Incident(
        id=identity,
        root=identity,
        number=number_of(expected.county, identity, fold),
        family=FAMILY,
        scope=expected.unit,
        key=f"{expected.rule}/{expected.part}/{expected.period}/{expected.subject or ''}",
        status="actual",
        county=expected.county,
        head_type=HEAD,
        head_source=SOURCE,
        head_id=identity,
        publisher=expected.desk,
        first_time=due,
        first_known_at=due,
        revision=1,
        picture=_picture(rule, expected, due),
        follows=expected.subject,
    )


def _picture(rule: PeriodicDuty, expected: Expectation, due: datetime) -> dict[str, Any]:
    """What is said of it, in the fields of its message; the desks of a county are named together."""
    said: dict[str, Any] = {
        "kind": "periodic",
        "mandate": rule.id,
        "name": f"{rule.name}（{len(expected.missing)} 个值守台）" if expected.missing else rule.name,
        "publisher": expected.desk,
        "period": expected.period if expected.subject is None else expected.begins.isoformat(),
        "due": due.isoformat(),
    }
    if expected.unit.isdigit():
        said["school_id"] = expected.unit
    if expected.missing:
        said["desks"] = list(expected.missing)
    return said


def _of(fold: Fold, rule: PeriodicDuty, told: Sequence[ToldRow], expected: Expectation) -> Matter:
    incident = fold.state.incidents[expected.incident or ""]
    return Matter(rule, told, incident, fold.duties_of(incident.id)[0])


def _tell_due(fold: Fold, matter: Matter, expected: Expectation) -> Expectation:
    """Those whose time has come, in order; a step that reaches nobody jumps to the next at once. Then the ladder goes on."""
    logical: datetime | None = None
    while expected.step < len(matter.told):
        row = matter.told[expected.step]
        when = Due(logical, None, "", "") if logical is not None else _time_of(fold, matter, row)
        if when.at is None or when.at > fold.now or (expected.met_at is not None and when.at >= expected.met_at):
            return replace(expected, next_at=when.at, pending=when.pending)
        jumped = row.in_a_row <= expected.in_a_row and _tell(fold, matter, expected.step, when.at)
        logical = when.at if jumped else None
        expected = replace(expected, step=expected.step + 1)
    _climb_on(fold, matter)
    return replace(expected, next_at=None)


def _time_of(fold: Fold, matter: Matter, row: ToldRow) -> Due:
    """When somebody is told: counted in the days of the desk that owes from the missed due, or from when a due that was over was known."""
    start = matter.duty.ladder_from or matter.duty.due or fold.now
    return compute_due(row.after, start, desk_time(fold, matter.incident, matter.duty.desk, start))


def _tell(fold: Fold, matter: Matter, step: int, logical: datetime) -> bool:
    """Tell one of them; True when nobody can be reached there and somebody else is told after it."""
    duty = fold.state.duties[matter.duty.id]
    target = _target(fold, matter, matter.told[step].to, logical)
    last = step + 1 == len(matter.told) and duty.ladder is None
    jumped = "" if target is not None and (last or target == duty.desk) else why_jump(fold, duty, target, logical)
    report = escalation_id(fold, duty, target or "")
    fold.put(replace(duty, told=(*duty.told, ToldStep(step + 1, target or "", logical, report, jumped))))
    if target is not None and not jumped:
        message = _message(matter, target, report, step + 1)
        fold.tell(HEAD, message, to=target, incident=matter.incident.id, about=report, version=step + 1)
    return bool(jumped)


def _message(matter: Matter, target: str, report: str, step: int) -> ReportMissing:
    incident = matter.incident
    return ReportMissing.model_validate(
        {**incident.picture, "report": report, "incident": incident.id, "number": incident.number, "desk": target, "step": step}
    )


def _target(fold: Fold, matter: Matter, role: str, at: datetime) -> str | None:
    """The desk of a role for the unit that owes; the leader of the unit is the ladder's."""
    directory, incident = fold.world.directory, matter.incident
    if role == UNIT_LEADER:
        return directory.ladder_target("unit-leader", matter.duty.desk, at, county=incident.county)
    unit = unit_of(matter.duty.desk)
    if directory.desk_exists(desk_of(role, unit), at):
        return desk_of(role, unit)
    school = incident.picture.get("school_id")
    found = directory.resolve(role, Where((school,) if school else (), incident.county), at)
    return next((one.desk for one in found), None)


def _climb_on(fold: Fold, matter: Matter) -> None:
    """The ladder goes on behind those who were told, whose steps it leaves out."""
    duty = fold.state.duties[matter.duty.id]
    if duty.ladder is None or duty.next_step > 0 or duty.state != "open":
        return
    fold.put(await_step(fold, replace(duty, next_step=len(matter.told) + 1)))


def _close(fold: Fold, matter: Matter, expected: Expectation, at: datetime) -> Expectation:
    fold.put(replace(fold.state.incidents[matter.incident.id], closed_at=at))
    return replace(expected, next_at=None)
