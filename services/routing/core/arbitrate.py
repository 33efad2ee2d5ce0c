"""退单 and 裁定: a typed refusal goes to arbitration, the clock runs on, one ruling wins."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from contracts.coordination import ArbitrationRuled, EventFacts, NotificationReturned
from contracts.ids import derived_id, role_of
from services.routing.core.hand_on import hand_on
from services.routing.core.issue import MAX_RETURNS, Content, issue_new, withdraw
from services.routing.core.linked import link_item
from services.routing.core.model import Duty, Fold, Incident, Notification
from services.routing.core.recipients import GONE, Wanted
from services.routing.core.tasks import agency_word, reassign
from services.routing.core.timing import current, meet

VIEW_OF_AGENCY: Mapping[str, str] = {
    "police": "P",
    "health": "H",
    "market": "M",
    "cyberspace": "C",
    "education": "E",
    "school": "S",
    "fire": "U",
    "housing": "U",
    "urban": "U",
    "civil": "W",
    "community": "W",
}


def returned(fold: Fold, data: NotificationReturned) -> None:
    """A return before 签收 and before the due opens an arbitration and holds the ladder; any other is answered as refused."""
    notification = fold.state.notifications.get(data.notification)
    if notification is None or notification.state in GONE:
        return
    incident = fold.state.incidents[notification.incident]
    refusal = _refusal(fold, notification, data)
    if refusal:
        _tell_ruling(fold, incident, notification, _bus_ruling(notification, data.returned_at, data, refusal), also=())
        return
    for duty in fold.duties_of(notification.id):
        if duty.state in ("open", "pending"):
            fold.put(replace(duty, state="held", next_at=None))
    held = replace(notification, state="returned", returned_at=data.returned_at, returns=notification.returns + 1)
    fold.put(held)
    arbiters = arbiters_of(fold, incident, held, data.returned_at)
    _open_arbitration(fold, incident, held, data, arbiters)
    hand_on(fold, incident, "bus.notification.returned", data, actor=data.desk, about=f"{held.id}/{held.returns}")


def _refusal(fold: Fold, notification: Notification, data: NotificationReturned) -> str | None:
    if notification.returns >= MAX_RETURNS:
        return "裁定已是最终裁定，不再受理退单"
    if notification.state == "returned":
        return "已在裁定中"
    if notification.acknowledged_at is not None:
        return "已签收，不再受理退单"
    ack = current(fold, notification.id, "ack")
    if ack is not None and ack.due is not None and data.returned_at > ack.due:
        return "已过签收期限，不再受理退单"
    return None


def _bus_ruling(notification: Notification, at: datetime, data: NotificationReturned, reason: str) -> ArbitrationRuled:
    return ArbitrationRuled(
        notification=notification.id,
        arbitration=notification.id,
        incident=notification.incident,
        desk=notification.desk,
        ruling="reject",
        reason=reason,
        ruled_at=at,
        person=data.person,
    )


def arbiters_of(fold: Fold, incident: Incident, notification: Notification, at: datetime) -> list[str]:
    """First return: the joint-conference office of the county (its duty officer outside office hours for A, P, G, B).

    Second return: the leaders-in-charge of both agencies and of education, and their ruling is final."""
    directory = fold.world.directory
    office = directory.ladder_target("conference-office", notification.desk, at)
    if notification.returns < MAX_RETURNS:
        duty_officer = directory.ladder_target("education-duty-officer", notification.desk, at)
        closed = office is None or (notification.ladder != "C" and not directory.desk_open(office, at))
        return [desk for desk in (duty_officer if closed else office,) if desk]
    desks = [n.desk for n in fold.notifications_of(incident.id) if n.returns]
    leaders = [directory.ladder_target("leader-in-charge", desk, at) for desk in [*desks, *([office] if office else [])]]
    return list(dict.fromkeys(leader for leader in leaders if leader))


def _open_arbitration(fold: Fold, incident: Incident, notification: Notification, data: NotificationReturned, arbiters: list[str]) -> None:
    """GOV-03: an incident of its own; its box is 10 min, 1 h or 1wd by the ladder class of the returned duty."""
    mandate = fold.world.book.by_id("GOV-03")
    if mandate is None:
        raise LookupError("mandate GOV-03 is not in the pack")
    identity = derived_id(incident.first_time, "arbitration", notification.id, str(notification.returns))
    item = link_item(
        fold,
        incident,
        family="arbitration",
        item=identity,
    )
    shown = {key: incident.picture[key] for key in ("kind", "place_text", "domain") if incident.picture.get(key)}
    content = Content(
        facts=EventFacts.model_validate(notification.issued["event"]),
        head_type=incident.head_type,
        picture=incident.picture,
        extra={
            **shown,
            "returned_desk": data.desk,
            "return_reason": data.reason,
            "return_text": data.text,
            "suggested_desk": data.suggested_desk,
            "final": notification.returns >= MAX_RETURNS,
        },
    )
    box = mandate.notify[0].ack_by_ladder[notification.ladder or "C"]
    for desk in arbiters:
        wanted = Wanted(desk, None, "acknowledge", "L", (mandate,), {"ack": (box,), "ruling": (box,)}, None)
        issue_new(fold, item, wanted, content, arbitration_of=notification.id)


def ruled(fold: Fold, data: ArbitrationRuled) -> None:
    """Fold a ruling; the first one wins, a later one changes nothing."""
    notification = fold.state.notifications.get(data.notification)
    if notification is None or notification.state != "returned":
        return
    incident = fold.state.incidents[notification.incident]
    _end_arbitration(fold, notification, data)
    apply_ruling(fold, incident, notification, data)
    _tell_ruling(fold, incident, notification, data, also=(data.new_desk,) if data.new_desk else ())


def apply_ruling(fold: Fold, incident: Incident, notification: Notification, data: ArbitrationRuled) -> None:
    """uphold: the new desk gets it afresh; reject: the original due stands; split: both."""
    if data.ruling in ("reject", "split"):
        restore(fold, notification, data.ruled_at)
    if data.ruling == "uphold":
        withdraw(fold, notification, "redirected", hide=True, text=data.reason)
    if data.ruling in ("uphold", "split") and data.new_desk:
        _issue_to(fold, incident, notification, data.new_desk)
        task = fold.task_of(incident.id)
        if task is not None and data.ruling == "uphold":
            reassign(fold, incident, task, old=notification.desk, new=data.new_desk, ruling=data.arbitration)


def _end_arbitration(fold: Fold, notification: Notification, data: ArbitrationRuled) -> None:
    """The boxes of all arbiters end; the one who ruled has thereby signed."""
    for item in [n for n in fold.state.notifications.values() if n.arbitration_of == notification.id and n.state not in GONE]:
        for duty in fold.duties_of(item.id):
            meet(fold, duty, data.ruled_at, "done")
        if item.desk == data.desk:
            fold.put(replace(item, state="acknowledged", acknowledged_at=item.acknowledged_at or data.ruled_at, ruling=data.ruling))
        else:
            withdraw(fold, item, "superseded")


def restore(fold: Fold, notification: Notification, at: datetime) -> None:
    """The returned desk keeps the duty with its original due; a due in the past is missed at the ruling, its ladder starts there."""
    fold.put(replace(notification, state="delivered"))
    for duty in fold.duties_of(notification.id):
        if duty.state == "held":
            fold.put(_reopened(duty, at))


def _reopened(duty: Duty, at: datetime) -> Duty:
    if duty.due is None:
        return replace(duty, state="pending")
    past = duty.due < at
    return replace(duty, state="open", next_at=max(duty.due, at), ladder_from=at if past else None)


def _issue_to(fold: Fold, incident: Incident, notification: Notification, desk: str) -> None:
    """A fresh notification with the returned row's forms and the view of the new desk's own agency."""
    word = agency_word(desk)
    if word == "city":
        word = role_of(desk).removeprefix("city.").split("-", 1)[0]
    mandates = tuple(m for m in (fold.world.book.by_id(i) for i in notification.mandates) if m)
    wanted = Wanted(
        desk=desk,
        school=notification.school if word == "school" else None,
        kind=notification.kind,
        view=VIEW_OF_AGENCY.get(word, "L"),
        mandates=mandates,
        forms=notification.forms,
        ladder=notification.ladder,
        notes=("由退单裁定改派",),
    )
    content = Content(facts=EventFacts.model_validate(notification.issued["event"]), head_type=incident.head_type, picture=incident.picture)
    issue_new(fold, incident, wanted, content, returns=notification.returns)


def _tell_ruling(fold: Fold, incident: Incident, notification: Notification, data: ArbitrationRuled, *, also: tuple[str, ...]) -> None:
    """Everybody hears it under the incident that the return belongs to, not under the arbitration's own."""
    hand_on(
        fold,
        incident,
        "bus.arbitration.ruled",
        data.model_copy(update={"incident": incident.id}),
        actor=data.desk if data.desk != notification.desk else "",
        about=f"{notification.id}/{fold.cause}",
        also=(notification.desk, *also),
    )
