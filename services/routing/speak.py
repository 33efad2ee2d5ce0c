"""Routing's voice: what a fold wants told becomes an event on the addressed agency's own topic."""

from contracts.envelope import Envelope, Event, wire_type
from contracts.ids import OPS_DESK, derived_id, role_of
from contracts.registry import event_type
from infra.postgres.unit_of_work import UnitOfWork
from services.routing.core.model import Fold, Outgoing
from topics.catalogue import Catalogue, UnknownRole

ROUTING_DESK = "bus.routing@bus-990100"
ROUTING_SOURCE = "/routing"


class Speaker:
    """Builds the envelope of each outgoing message; its id is derived, so that saying it again is the same event."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def writes(self, topic: str, desk: str) -> bool:
        """Whether the service that writes a topic of the catalogue hosts this desk; of another topic nothing is known."""
        found = self._catalogue.topic(topic)
        try:
            return found is None or found.owner == self._catalogue.host_of(desk)
        except UnknownRole:
            return False

    def say(self, uow: UnitOfWork, fold: Fold) -> None:
        """Publish everything a fold queued, in order."""
        for outgoing in fold.out:
            self.publish(uow, outgoing, cause=fold.cause)

    def publish(self, uow: UnitOfWork, outgoing: Outgoing, *, cause: str) -> None:
        """Publish one message to the service that hosts the recipient's desk."""
        topic = self._catalogue.to_service(self._catalogue.host_of(role_of(outgoing.recipient)))
        uow.publish(Event(envelope_of(uow, outgoing, cause), outgoing.data), topic=topic)

    def tell_ops(self, uow: UnitOfWork, event: Event) -> None:
        """Hand on to operations what a service addressed to them; anything else stays where it is."""
        envelope = event.envelope
        if envelope.recipient != OPS_DESK:
            return
        identity = derived_id(envelope.time, event.name, OPS_DESK, *event.identity)
        own = {"id": identity, "source": ROUTING_SOURCE, "publisher": ROUTING_DESK, "time": uow.now, "causationid": envelope.id}
        topic = self._catalogue.to_service(self._catalogue.host_of(role_of(OPS_DESK)))
        uow.publish(Event(envelope.model_copy(update=own), event.data), topic=topic)


def envelope_of(uow: UnitOfWork, outgoing: Outgoing, cause: str) -> Envelope:
    """The envelope of a message of the bus; its subject, and so its Kafka key, is the key of its type: most often the incident."""
    incident = outgoing.incident
    return Envelope(
        id=derived_id(incident.first_time, outgoing.name, outgoing.recipient, outgoing.object, str(outgoing.version)),
        source=ROUTING_SOURCE,
        type=wire_type(outgoing.name),
        subject=event_type(outgoing.name).key(outgoing.data),
        time=uow.now,
        dataschema=f"urn:xietong:schema:{outgoing.name}:v1",
        known_at=uow.now,
        status=incident.status,
        county=incident.county,
        incident=incident.id,
        publisher=ROUTING_DESK,
        recipient=outgoing.recipient,
        correlationid=incident.head_id,
        causationid=cause,
    )
