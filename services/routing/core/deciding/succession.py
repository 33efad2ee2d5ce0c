"""学校合并: a unit that another one took over has nobody left. What its desks still have goes to the same roles there, dues unchanged.

Who signed before has signed; what is in arbitration moves when it is ruled on."""

from collections.abc import Mapping
from dataclasses import replace

from contracts.coordination import NotificationIssued
from contracts.ids import derived_id, unit_of
from services.routing.core.clocks.timing import RUNNING, tell_timed
from services.routing.core.deciding.drop import take_back
from services.routing.core.issue import withdraw
from services.routing.core.matching.cast import own_school
from services.routing.core.model import Duty, Fold, Incident, Notification, Task
from services.routing.core.tasks.announce import announce
from services.routing.core.tasks.asked import unite

GONE_TO = "单位已合并，事由转由承继单位办理"


def move_on(fold: Fold) -> None:
    """Move everything of one root that hangs on desks of units that were taken over."""
    heirs = fold.world.directory.succeeded(fold.now)
    for notification in list(fold.state.notifications.values()):
        if notification.live and notification.copy_of is None and notification.state != "returned" and notification.desk in heirs:
            _pass_on(fold, notification, heirs[notification.desk])
    for incident in list(fold.state.incidents.values()):
        if incident.publisher in heirs:
            fold.put(replace(incident, publisher=heirs[incident.publisher]))
    for task in list(fold.state.tasks.values()):
        if task.closed_at is None and any(part.desk in heirs for part in task.parts):
            _new_hands(fold, task, heirs)


def _pass_on(fold: Fold, old: Notification, desk: str) -> None:
    """The heir's own notification, where it has one, asks for the same; else it gets this one with its running duties."""
    if any(n.desk == desk and n.live for n in fold.notifications_of(old.incident)):
        take_back(fold, old, "superseded", text=GONE_TO)
        return
    incident = fold.state.incidents[old.incident]
    moved = _as_heir(incident, old, desk)
    duties = [_as_owed(fold, duty, moved) for duty in fold.duties_of(old.id) if duty.state in RUNNING]
    withdraw(fold, old, "redirected", hide=True, text=GONE_TO)
    own = {"notification": moved.id, "desk": desk, "kind": moved.kind, "version": 1, "material": not old.settled, "note": _note(old)}
    message = NotificationIssued.model_validate(old.issued).model_copy(update=own)
    sent = replace(moved, issued=message.model_dump(mode="json"))
    fold.put(sent)
    fold.tell("bus.notification.issued", message, to=desk, incident=incident.id, about=sent.id, version=1)
    if duties:
        tell_timed(fold, duties, notification=sent.id, version=1, about="/moved")


def _as_heir(incident: Incident, old: Notification, desk: str) -> Notification:
    """Clocks that run go on; those that waited for a delivery wait for the heir's. What was signed asks for no second signature."""
    return replace(
        old,
        id=derived_id(incident.first_time, incident.id, desk, str(old.round), "moved"),
        desk=desk,
        kind="inform" if old.settled else old.kind,
        version=1,
        material_version=1,
        state="issued",
        school=own_school(desk),
        delivered_version=0,
        acknowledged_version=1 if old.settled else 0,
        acknowledged_at=old.acknowledged_at if old.settled else None,
        untimed=tuple(replace(clocks, version=1) for clocks in old.untimed[-1:]),
        binding=1 if old.binding else 0,
    )


def _as_owed(fold: Fold, duty: Duty, owner: Notification) -> Duty:
    moved = replace(duty, desk=owner.desk, owner=owner.id, version=1)
    fold.put(moved)
    return moved


def _note(old: Notification) -> str:
    """As when a merged school is named: which one it was."""
    return "；".join(filter(None, (f"via-merge:{unit_of(old.desk)}", str(old.issued.get("note", "")))))


def _new_hands(fold: Fold, task: Task, heirs: Mapping[str, str]) -> None:
    incident = fold.state.incidents[task.incident]
    lead = heirs.get(task.lead, task.lead)
    parts = unite(replace(part, desk=heirs.get(part.desk, part.desk)) for part in task.parts)
    moved = replace(task, lead=lead, parts=tuple(replace(part, lead=part.desk == lead) for part in parts), version=task.version + 1)
    duties = [duty for duty in fold.duties_of(task.id) if duty.state in RUNNING and duty.desk in heirs]
    owed = [replace(duty, desk=heirs[duty.desk]) for duty in duties]
    for duty in owed:
        fold.put(duty)
    announce(fold, incident, moved)
    if owed:
        tell_timed(fold, owed, task=task.id, version=moved.version, about="/moved")
