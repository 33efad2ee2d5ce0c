"""无人值守: nobody stands at a desk that just received a duty. The clock runs; somebody else is told the same second."""

from datetime import datetime

from contracts.coordination import DeskUncovered, EventFacts
from contracts.ids import derived_id
from services.routing.core.issue import Content, issue_copy, issue_new
from services.routing.core.linked import link_item
from services.routing.core.model import Fold, Incident, Notification
from services.routing.core.recipients import Wanted

OPS_DESK = "bus.ops-desk@bus-990100"


def check_cover(fold: Fold, incident: Incident, notification: Notification, at: datetime) -> None:
    """Raise GOV-04 for a clocked duty that arrived at a desk without a person; once for each notification."""
    directory = fold.world.directory
    if notification.kind == "inform" or notification.version > 1 or incident.family == "uncovered":
        return
    cover = directory.covered(notification.desk, at, at_once=notification.ladder in ("A", "P", "G"))
    if cover.ok:
        return
    leader = directory.ladder_target("unit-leader", notification.desk, at)
    stand_in = cover.substitute or leader
    if stand_in and all(n.desk != stand_in for n in fold.notifications_of(incident.id)):
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
    _raise_item(fold, incident, notification, message, leader)


def _raise_item(fold: Fold, incident: Incident, notification: Notification, uncovered: DeskUncovered, leader: str | None) -> None:
    """GOV-04 as an incident of its own, linked: the unit's leader signs, ops are informed."""
    mandate = fold.world.book.by_id("GOV-04")
    if mandate is None:
        return
    item = link_item(fold, incident, family="uncovered", item=derived_id(incident.first_time, "uncovered", notification.id))
    content = Content(
        facts=EventFacts.model_validate(notification.issued["event"]),
        head_type=incident.head_type,
        picture=incident.picture,
        extra={"uncovered_desk": uncovered.desk, "substitute": uncovered.substitute, "notification": notification.id},
    )
    targets = {"@unit-leader": leader, "bus.ops-desk": OPS_DESK}
    for row in mandate.notify:
        desk = targets.get(row.to)
        if desk is not None:
            forms = {"ack": (row.ack,)} if row.ack else {}
            wanted = Wanted(desk, None, row.kind, row.view, (mandate,), forms, mandate.ladder)  # type: ignore[arg-type]
            issue_new(fold, item, wanted, content)
