"""The publisher's own deadline: by when an agency had to state what it knew, by its own bound and (beside it) by the law."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from contracts.envelope import Envelope, Event
from contracts.registry import event_type
from services.routing.core.deadlines import Elapsed, compute_due, parse_form
from services.routing.core.guard.whose import CHECKINS, first_window_end
from services.routing.core.matching.places import desk_time
from services.routing.core.model import Fold, Incident

MINUTE = timedelta(minutes=1)
WINDOW_ENDS = "window_ends"
KNOWN_HERE: Mapping[str, frozenset[str]] = {CHECKINS: frozenset({WINDOW_ENDS})}
"""Type → fields that its publish form may count from though no event states them."""


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
        return compute_due(form, known_at, place, fields=_fields(fold, incident, event), duty="publish").at
    except ValueError:
        return None


def _fields(fold: Fold, incident: Incident, event: Event) -> Mapping[str, Any]:
    """What a form may count from: the picture, and what routing knows beside it (``KNOWN_HERE``): for check-ins the end of their first window."""
    ends = first_window_end(event, fold.world.directory) if event.name == CHECKINS else None
    return {**incident.picture, WINDOW_ENDS: ends} if ends is not None else incident.picture


def law_due(envelope: Envelope) -> datetime | None:
    """The bound of the law: elapsed time from known_at, whoever then took it. None where the law names none."""
    form = parse_form(event_type(envelope.name).law_within or "concluded")
    return envelope.known_at + form.minutes * MINUTE if isinstance(form, Elapsed) else None


def bounds_of(fold: Fold, incident: Incident, event: Event) -> dict[str, Any]:
    """What a decision says of both bounds: the law's is met or missed as a whole, our own is overrun by so many minutes."""
    own, law, at = publish_due(fold, incident, event), law_due(event.envelope), event.envelope.time
    said: dict[str, Any] = {"publish_due": own, "overrun_minutes": max(0, (at - own) // MINUTE) if own is not None else 0}
    if law is not None:
        said |= {"law_due": law, "law": event_type(event.name).law, "law_met": at <= law}
    return said
