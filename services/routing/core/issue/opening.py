"""A desk that is not told yet gets its notification, in the next round when it was told before."""

from contracts.ids import derived_id
from services.routing.core.issue.sending import colour_of, send
from services.routing.core.matching.content import Content
from services.routing.core.matching.recipients import Wanted
from services.routing.core.model import Clocks, Fold, Incident, Notification


def issue_new(
    fold: Fold, incident: Incident, wanted: Wanted, content: Content, *, arbitration_of: str | None = None, returns: int = 0
) -> Notification:
    """Open the notification of a desk; a desk that was told before and no longer is gets the next round.

    ``returns``: how often the duty was returned before; after the second time the ruling was final."""
    rounds = [n.round for n in fold.notifications_of(incident.id) if n.desk == wanted.desk]
    round_ = max(rounds, default=0) + 1
    notification = Notification(
        id=derived_id(incident.first_time, incident.id, wanted.desk, str(round_)),
        incident=incident.id,
        desk=wanted.desk,
        round=round_,
        kind=wanted.kind,
        version=1,
        material_version=1,
        view=wanted.view,
        mandates=wanted.mandate_ids,
        ladder=wanted.ladder,
        colour=colour_of(wanted),
        forms=wanted.forms,
        state="issued",
        issued_at=fold.now,
        issued={},
        school=wanted.school,
        untimed=(Clocks(1, wanted.forms, wanted.ladder, "tighter"),),
        arbitration_of=arbitration_of,
        returns=returns,
        about=(content.about,),
        published_at=content.since or content.facts.time,
        publish_due=content.publish_due,
        act=wanted.act,
    )
    return send(fold, incident, notification, wanted, content)
