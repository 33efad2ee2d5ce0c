"""无人值守: nobody stands at a desk that just received a duty. The clock runs; somebody else is told the same second."""

from datetime import datetime

from contracts.coordination import DeskUncovered, EventFacts
from contracts.ids import derived_id
from services.routing.core.deadlines import Elapsed, parse_form
from services.routing.core.directory import Cover
from services.routing.core.issue import issue_copy, issue_new
from services.routing.core.matching.cast import Scene, own_school, resolve_role
from services.routing.core.matching.content import Content
from services.routing.core.matching.linked import link_item
from services.routing.core.matching.places import rules_of
from services.routing.core.matching.recipients import Gathering, merge
from services.routing.core.model import OPS_DESK, Fold, Incident, Notification

AT_ONCE = ("A", "P", "G")
BY_ITS_FORM = "B"
"""The class whose duties wait for a desk's hours or not, as their own signature does."""


def check_cover(fold: Fold, incident: Incident, notification: Notification, at: datetime) -> None:
    """Raise GOV-04 for a clocked duty that arrived at a desk without a person; once for each notification."""
    directory = fold.world.directory
    item = derived_id(incident.first_time, "uncovered", notification.id)
    if notification.kind == "inform" or incident.family == "uncovered" or item in fold.state.incidents:
        return
    cover = directory.covered(notification.desk, at, at_once=runs_at_once(notification))
    if cover.ok:
        return
    leader = _leader(fold, incident, notification.desk, at)
    stand_in = _substitute(fold, notification, cover, at) or leader
    told = any(n.desk == stand_in and n.live for n in fold.notifications_of(incident.id))
    if stand_in and not told and not fold.suspected(incident, stand_in):
        issue_copy(fold, notification, stand_in, f"{directory.title(notification.desk, at)}无人值守，转告贵岗")
    message = DeskUncovered(
        desk=notification.desk,
        from_at=at,
        to_at=cover.until,
        substitute=stand_in,
        notification=notification.id,
        incident=incident.id,
    )
    fold.tell("bus.desk.uncovered", message, to=OPS_DESK, incident=incident.id, about=notification.id)
    _raise_item(fold, incident, notification, message, item=item, leader=leader)


def _substitute(fold: Fold, notification: Notification, cover: Cover, at: datetime) -> str | None:
    """The first desk down the line of substitutes where somebody stands; none where nobody does."""
    passed = {notification.desk}
    while cover.substitute is not None and cover.substitute not in passed:
        desk = cover.substitute
        passed.add(desk)
        cover = fold.world.directory.covered(desk, at, at_once=runs_at_once(notification))
        if cover.ok:
            return desk
    return None


def runs_at_once(notification: Notification) -> bool:
    """Whether somebody must stand at the desk now, be it open or not: a class that always wants it, or a signature due day and night."""
    if notification.ladder == BY_ITS_FORM:
        return any(isinstance(parse_form(form), Elapsed) for form in notification.forms.get("ack", ()))
    return notification.ladder in AT_ONCE


def _leader(fold: Fold, incident: Incident, desk: str, at: datetime) -> str | None:
    """The leader of the desk's unit; of the leader's own desk the one above."""
    targets = (fold.world.directory.ladder_target(target, desk, at, county=incident.county) for target in ("unit-leader", "parent"))
    return next((target for target in targets if target is not None and target != desk), None)


def _raise_item(
    fold: Fold, incident: Incident, notification: Notification, uncovered: DeskUncovered, *, item: str, leader: str | None
) -> None:
    """GOV-04 as an incident of its own, linked: the unit's leader signs, ops are informed."""
    mandates = rules_of(fold, incident, "GOV-04", school=notification.school)
    if not mandates:
        return
    linked = link_item(fold, incident, family="uncovered", item=item)
    content = Content(
        facts=EventFacts.model_validate(notification.issued["event"]),
        about=incident.head_type,
        extra={"uncovered_desk": uncovered.desk, "substitute": uncovered.substitute, "notification": notification.id},
        since=uncovered.from_at,
    )
    targets: dict[str, list[str]] = {"@unit-leader": [leader] if leader else [], "bus.ops-desk": [OPS_DESK]}
    scene = Scene(incident.head_type, incident.publisher, uncovered.from_at)
    told: dict[str, Gathering] = {}
    for mandate, row in [(one, row) for one in mandates for row in one.notify]:
        looked = resolve_role(fold, incident, row.to, scene, places=mandate.places)
        for desk in targets.get(row.to) or [str(one.desk) for one in looked.found]:
            told.setdefault(desk, Gathering(own_school(desk))).rows.append((mandate, row))
    for desk, gathered in told.items():
        issue_new(fold, linked, merge(fold, linked, desk, gathered, uncovered.from_at), content)
