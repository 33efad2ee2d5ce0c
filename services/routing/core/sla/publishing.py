"""The publisher's own deadline: by when an agency had to state what it knew."""

from datetime import datetime

from contracts.envelope import Event
from contracts.registry import event_type
from services.routing.core.deadlines import compute_due
from services.routing.core.model import Fold, Incident
from services.routing.core.places import desk_time


def publish_due(fold: Fold, incident: Incident, event: Event) -> datetime | None:
    """The publish form of the event's type, from known_at, in the hours of the publisher's desk.

    None where the type sets none, and where it cannot be computed (no calendar, a desk or a day that is not known): then nothing is owed.
    """
    form = event_type(event.name).publish_form(event.data.model_dump(mode="json", by_alias=True))
    if form is None:
        return None
    known_at = event.envelope.known_at
    try:
        place = desk_time(fold, incident, event.envelope.publisher, known_at)
        return compute_due(form, known_at, place, fields=incident.picture, duty="publish").at
    except ValueError:
        return None
