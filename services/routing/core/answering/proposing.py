"""规则建议: a ruling says where the pack was silent or wrong, so each leaves a proposal for the next pack."""

from contracts.coordination import ArbitrationRuled
from contracts.places import schools_of
from services.routing.core.issue import told_of
from services.routing.core.model import Incident, Notification, RuleProposal

CODES = ("kind", "domain", "object", "topic")
"""Fields that say what sort of thing an event is about; each is a code."""


def propose(incident: Incident, notification: Notification, data: ArbitrationRuled) -> RuleProposal:
    """What a ruling on a return proposes: what is like this goes to the desk it named, stays with the one that returned it, or both."""
    event = told_of(incident, notification)[0]
    said = {**incident.picture, **incident.said(event)}
    named = (data.new_desk,) if data.new_desk is not None and data.ruling != "reject" else ()
    stays = () if data.ruling == "uphold" else (notification.desk,)
    return RuleProposal(
        event=event,
        mandates=notification.mandates,
        codes={field: said[field] for field in CODES if isinstance(said.get(field), str)},
        schools=schools_of(incident.picture),
        place_code=incident.place_code,
        returned_by=notification.desk,
        goes_to=(*stays, *named),
        ruling=data.ruling,
        ruled_by=data.desk,
        ruled_at=data.ruled_at,
    )
