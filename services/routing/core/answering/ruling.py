"""裁定: one ruling wins. uphold: the duty goes to another desk; reject: the original due stands; split: both."""

from dataclasses import replace
from datetime import datetime

from contracts.coordination import ArbitrationRuled, EventFacts
from services.routing.core.answering.proposing import propose
from services.routing.core.answering.respond import answered
from services.routing.core.climbing.box import box_over, items_of, restore
from services.routing.core.climbing.hand_on import hand_on
from services.routing.core.climbing.ladder import finish
from services.routing.core.clocks.timing import RUNNING, current
from services.routing.core.issue import issue_again, issue_new, told_of, withdraw
from services.routing.core.matching.agency import view_of
from services.routing.core.matching.cast import REASSIGNED, own_school
from services.routing.core.matching.content import Content
from services.routing.core.matching.places import rule_of
from services.routing.core.matching.recipients import Wanted
from services.routing.core.model import Duty, Fold, Incident, Misfit, Notification, Retime
from services.routing.core.tasks.reassigning import reassign, share


def ruled(fold: Fold, data: ArbitrationRuled) -> None:
    """Fold a ruling; the first one wins, a later one or one after its box changes nothing."""
    item = answered(fold, data.arbitration, data.desk)
    notification = fold.state.notifications.get(data.notification)
    if notification is None or item.arbitration_of != notification.id:
        raise Misfit("not-an-arbitration")
    if data.ruling != "reject" and not (data.new_desk and fold.world.directory.desk_exists(data.new_desk, data.ruled_at)):
        raise Misfit("unknown-desk", "the ruling names a desk that the directory does not hold")
    if data.new_desk and fold.suspected(fold.state.incidents[notification.incident], data.new_desk):
        raise Misfit("suspect-unit", "the ruling names a desk of the unit under suspicion")
    box = current(fold, item.id, "ruling")
    late = box is not None and box.due is not None and data.ruled_at > box.due
    if late and box is not None and box.state in RUNNING:
        box_over(fold, box)
    if late or not _open_still(fold, item, notification, box):
        return
    notification = fold.state.notifications[notification.id]
    incident = fold.state.incidents[notification.incident]
    _end_arbitration(fold, item, notification, data)
    _apply(fold, incident, notification, data)
    _tell(fold, incident, notification, data)


def _open_still(fold: Fold, item: Notification, notification: Notification, box: Duty | None) -> bool:
    """Whether there is something to rule on: a return, or one whose box the clock ended before this ruling of its time became known."""
    if notification.state == "returned":
        return item.live
    lapsed = box is not None and box.state == "ended" and box.missed_at is not None and not box.voided
    others = (n for n in fold.state.notifications.values() if n.arbitration_of == notification.id)
    return lapsed and notification.state == "delivered" and not notification.signed and all(n.ruling is None for n in others)


def _end_arbitration(fold: Fold, item: Notification, notification: Notification, data: ArbitrationRuled) -> None:
    """The boxes of all arbiters end; the one who ruled has thereby signed."""
    for one in dict.fromkeys((*(n.id for n in items_of(fold, notification)), item.id)):
        for duty in fold.duties_of(one):
            finish(fold, duty, data.ruled_at, "done")
    signed = fold.state.notifications[item.id]
    at = signed.acknowledged_at or data.ruled_at
    state = "acknowledged" if signed.live else signed.state
    fold.put(replace(signed, state=state, acknowledged_at=at, acknowledged_version=signed.version, ruling=data.ruling))
    for other in items_of(fold, notification):
        if other.id != item.id:
            withdraw(fold, other, "superseded")
    proposal = propose(fold.state.incidents[notification.incident], notification, data)
    fold.put(replace(fold.state.incidents[item.incident], closed_at=data.ruled_at, proposal=proposal))


def _apply(fold: Fold, incident: Incident, notification: Notification, data: ArbitrationRuled) -> None:
    if data.ruling in ("reject", "split") and notification.state == "returned":
        notification = restore(fold, notification, data.ruled_at, ruling=data.ruling)
    if data.ruling == "reject" or data.new_desk is None:
        return
    passed = replace(notification, passed_to=data.new_desk)
    fold.put(passed)
    if data.ruling == "uphold":
        withdraw(fold, passed, "redirected", hide=True, text=data.reason)
    _issue_to(fold, incident, passed, data.new_desk, at=data.ruled_at)
    task = fold.task_of(incident.id)
    if task is None or task.closed_at is not None:
        return
    if data.ruling == "uphold":
        reassign(fold, incident, task, old=notification.desk, new=data.new_desk, ruling=data.arbitration)
    else:
        share(fold, incident, task, old=notification.desk, new=data.new_desk)
    _await_lead(fold, incident, data.new_desk)


def _await_lead(fold: Fold, incident: Incident, desk: str) -> None:
    """A new lead's report runs from the delivery of what it has just been told."""
    task = fold.task_of(incident.id)
    told = next((n for n in fold.notifications_of(incident.id) if n.desk == desk and n.live), None)
    if task is not None and told is not None and task.lead == desk and task.lead_delivered_at is None:
        fold.put(replace(task, lead_version=told.version))


def _issue_to(fold: Fold, incident: Incident, notification: Notification, desk: str, *, at: datetime) -> None:
    """A fresh notification with the returned row's forms and the view of the new desk's own agency; one it holds already takes them in."""
    mandates = tuple(m for m in (rule_of(fold, incident, i, school=notification.school) for i in notification.mandates) if m)
    wanted = Wanted(
        desk=desk,
        school=own_school(desk),
        kind=notification.kind,
        view=view_of(desk),
        mandates=mandates,
        forms=notification.forms,
        ladder=notification.ladder,
        notes=(REASSIGNED,),
    )
    facts = EventFacts.model_validate(notification.issued["event"])
    held = next((n for n in fold.notifications_of(incident.id) if n.desk == desk and n.live), None)
    content = Content(
        facts=facts.model_copy(update={"publisher": facts.publisher or incident.publisher}), about=told_of(incident, notification)[0],
        additive=True, place_code=incident.place_code, part=_part_of(fold, notification), since=at, retime=_retime(fold, held),
    )  # fmt: skip
    if held is None:
        issue_new(fold, incident, wanted, content, returns=notification.returns)
    else:
        fold.put(replace(held, returns=max(held.returns, notification.returns)))
        issue_again(fold, incident, fold.state.notifications[held.id], wanted, content)


def _retime(fold: Fold, held: Notification | None) -> Retime:
    """A desk that signed and acted for another duty acts anew for the one that it gets; what it still owes sooner stands."""
    if held is None or not held.settled:
        return "tighter"
    acts = current(fold, held.id, "first-action")
    return "tighter" if acts is not None and acts.state in RUNNING else "anew"


def _part_of(fold: Fold, notification: Notification) -> str:
    task = fold.task_of(notification.incident)
    return next((part.text for part in task.parts if part.desk == notification.desk), "") if task else ""


def _tell(fold: Fold, incident: Incident, notification: Notification, data: ArbitrationRuled) -> None:
    """Everybody hears it under the incident that the return belongs to, not under the arbitration's own."""
    message = data.model_copy(update={"incident": incident.id})
    also = (notification.desk, *((data.new_desk,) if data.new_desk else ()))
    hand_on(fold, incident, "bus.arbitration.ruled", message, actor=data.desk, about=f"{notification.id}/{fold.cause}", also=also)
