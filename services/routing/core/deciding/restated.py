"""What an agency stated, as it stands since a person named what it did not know: heard and answered like the statement itself."""

from pydantic import BaseModel

from contracts.coordination import IncidentTriaged
from contracts.envelope import Envelope, Event, wire_type
from contracts.registry import parse
from services.routing.core.model import Fold, Incident


def restated(incident: Incident, *, otherwise: BaseModel) -> Event:
    """The head, under its own id and times, with the schools that a person named; ``otherwise``: the data where no head ever came."""
    name = wire_type(incident.head_type)
    envelope = Envelope(
        id=incident.head_id, source=incident.head_source, type=name, subject=incident.key, time=incident.first_time, dataschema=name,
        known_at=incident.first_known_at, status=incident.status, county=incident.county, place_code=incident.place_code,
        revision=incident.revision, publisher=incident.publisher,
    )  # fmt: skip
    return Event(envelope, otherwise if incident.head_missing else parse(envelope, dict(incident.picture)))


def restated_by(fold: Fold, said: IncidentTriaged) -> tuple[Event, Incident] | None:
    """The head with what this triage named, and its incident; None when that named nothing that stands, or there is no head."""
    incident = fold.state.incidents[fold.state.notifications[said.notification].incident]
    triage = incident.triage
    stands = triage is not None and (triage.desk, triage.at) == (said.desk, said.triaged_at)
    return (restated(incident, otherwise=said), incident) if stands and not incident.head_missing else None
