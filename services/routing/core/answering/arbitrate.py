"""退单: a typed refusal goes to arbitration; the clock runs on, the ladder is held."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import reduce
from typing import Any

from contracts.coordination import ArbitrationRuled, EventFacts, Ladder, NotificationReturned
from contracts.ids import derived_id
from services.routing.core.answering.respond import answered
from services.routing.core.climbing.hand_on import hand_on
from services.routing.core.clocks.clearing import clear
from services.routing.core.clocks.timing import RUNNING, current, earliest_due, open_duty, tell_timed
from services.routing.core.deadlines import earlier_of
from services.routing.core.expected.suspicion import answer
from services.routing.core.issue import MAX_RETURNS, issue_new
from services.routing.core.mandates import Mandate
from services.routing.core.matching.answers import CROSS_CHECK
from services.routing.core.matching.content import Content
from services.routing.core.matching.linked import link_item
from services.routing.core.matching.places import rules_of
from services.routing.core.matching.proxy import stand_in
from services.routing.core.matching.recipients import Wanted
from services.routing.core.matching.views import project
from services.routing.core.model import Clocks, Duty, Fold, Incident, Notification

DEFAULT_BOX = "10min"
"""Of a mandate that names no limit."""
PLACE_AND_KIND = ("kind", "kind_note", "domain", "place_text", "place_in_school", "place_note")


def returned(fold: Fold, data: NotificationReturned) -> None:
    """A return before 签收 and before the due opens an arbitration and holds the ladder; any other is answered as refused."""
    notification = answered(fold, data.notification, data.desk)
    if not notification.live:
        return
    incident = fold.state.incidents[notification.incident]
    if incident.family == CROSS_CHECK:
        refused = answer(fold, incident, notification, data)
        if refused:
            _refuse(fold, incident, notification, data, refused)
        return
    arbiters = arbiters_of(fold, incident, notification, data.returned_at)
    mandates = rules_of(fold, incident, "GOV-03", school=notification.school)
    refusal = _refusal(fold, incident, notification, data) or ("" if arbiters and mandates else "没有可以裁定的单位，由首接单位继续负责")
    if refusal:
        _refuse(fold, incident, notification, data, refusal)
        return
    held = replace(notification, state="returned", returned_at=data.returned_at, returns=notification.returns + 1)
    fold.put(held)
    for duty in fold.duties_of(notification.id):
        _hold(fold, duty, data.returned_at)
    hand_on(fold, incident, "bus.notification.returned", data, actor=data.desk, about=f"{held.id}/{held.returns}")
    _open_arbitration(fold, incident, held, data, mandates=mandates, arbiters=arbiters)


def _hold(fold: Fold, duty: Duty, at: datetime) -> None:
    """The ladder waits for the ruling. A miss that the return disproves is void, and would be missed anew."""
    if duty.state not in RUNNING:
        return
    held = replace(duty, state="held", next_at=None)
    if duty.missed_at is not None:
        clear(fold, duty, "returned", at)
        held = replace(held, missed_at=None, next_step=0, told=())
    fold.put(held)


def _refusal(fold: Fold, incident: Incident, notification: Notification, data: NotificationReturned) -> str | None:
    if notification.kind != "acknowledge" or incident.own:
        return "此件不受理退单"
    if notification.returns >= MAX_RETURNS or notification.ruling is not None:
        return "裁定已是最终裁定，不再受理退单"
    if notification.state == "returned":
        return "已在裁定中"
    if notification.acknowledged_at is not None:
        return "已签收，不再受理退单"
    ack = current(fold, notification.id, "ack")
    if ack is not None and ack.due is not None and data.returned_at > ack.due:
        return "已过签收期限，不再受理退单"
    return None


def _refuse(fold: Fold, incident: Incident, notification: Notification, data: NotificationReturned, reason: str) -> None:
    message = ArbitrationRuled(
        notification=notification.id,
        arbitration=notification.id,
        incident=incident.id,
        desk=notification.desk,
        ruling="reject",
        reason=reason,
        ruled_at=data.returned_at,
        person=data.person,
    )
    about = f"{notification.id}/{fold.cause}"
    hand_on(fold, incident, "bus.arbitration.ruled", message, actor="", about=about, also=(notification.desk,))


def arbiters_of(fold: Fold, incident: Incident, notification: Notification, at: datetime) -> list[str]:
    """First return: the joint-conference office of the county (its duty officer outside office hours for A, P, G, B).

    Second return: the leaders-in-charge of both agencies and of education, and their ruling is final. Nobody rules on its own return."""
    named = dict.fromkeys(stand_in(fold, incident, desk, at) for desk in _arbiters(fold, incident, notification, at))
    return [desk for desk in named if desk != notification.desk and not fold.suspected(incident, desk)]


def _arbiters(fold: Fold, incident: Incident, notification: Notification, at: datetime) -> list[str]:
    directory = fold.world.directory
    office = directory.ladder_target("conference-office", notification.desk, at, county=incident.county)
    education = directory.ladder_target("leader-in-charge", office, at) if office else None
    if notification.returns + 1 < MAX_RETURNS:
        duty_officer = directory.ladder_target("education-duty-officer", notification.desk, at, county=incident.county)
        closed = office is None or (notification.ladder != "C" and not directory.desk_open(office, at))
        first = [duty_officer if closed else office]
        return [desk for desk in first if desk and desk != notification.desk] or [d for d in (education,) if d and d != notification.desk]
    desks = [n.desk for n in fold.notifications_of(incident.id) if n.returns and n.copy_of is None]
    leaders = [directory.ladder_target("leader-in-charge", desk, at, county=incident.county) for desk in dict.fromkeys(desks)]
    return [leader for leader in dict.fromkeys((*leaders, education)) if leader and leader != notification.desk]


def _open_arbitration(
    fold: Fold,
    incident: Incident,
    notification: Notification,
    data: NotificationReturned,
    *,
    mandates: tuple[Mandate, ...],
    arbiters: list[str],
) -> None:
    """GOV-03: an incident of its own; its box is 10 min, 1 h or 1wd by the ladder class of the returned duty.

    The box runs from the return, delivered or not: what is held must not be held for ever. The arbiters' own signature runs from delivery.
    """
    identity = derived_id(incident.first_time, "arbitration", notification.id, str(notification.returns))
    item = link_item(fold, incident, family="arbitration", item=identity)
    content = Content(
        facts=EventFacts.model_validate(notification.issued["event"]),
        about=incident.head_type,
        extra=_shown(incident, notification, data),
        since=data.returned_at,
    )
    box = _box(mandates, notification.ladder or "C")
    for desk in arbiters:
        wanted = Wanted(desk, None, "acknowledge", "L", mandates, {"ack": (box,), "ruling": (box,)}, None)
        told = issue_new(fold, item, wanted, content, arbitration_of=notification.id)
        due = earliest_due(fold, item, desk, (box,), data.returned_at, kind="ruling")
        ruling = open_duty(fold, "ruling", told, due, start=data.returned_at, clocks=Clocks(1, wanted.forms, None, "tighter"))
        tell_timed(fold, (ruling,), notification=told.id, version=1)


def _box(mandates: Iterable[Mandate], ladder: Ladder) -> str:
    """How long the arbiters have: what the mandates give for the class, the least where they name several."""
    forms = [row.ack_by_ladder.get(ladder) or row.ack for mandate in mandates for row in mandate.notify]
    return reduce(earlier_of, forms) or DEFAULT_BOX


def _shown(incident: Incident, notification: Notification, data: NotificationReturned) -> Mapping[str, Any]:
    """L+: the reason, the suggested desk, and place and kind as far as the education bureau sees them in this case."""
    seen, _ = project(incident.head_type, dict(incident.picture), "E", school=None)
    return {
        **{field: seen[field] for field in PLACE_AND_KIND if field in seen},
        "returned_desk": data.desk,
        "return_reason": data.reason,
        "return_text": data.text,
        "suggested_desk": data.suggested_desk,
        "final": notification.returns >= MAX_RETURNS,
    }
