"""One message taken in at a desk: the event, the unit of work, and the marks it leaves."""

from dataclasses import dataclass

from contracts.envelope import Envelope, Event
from contracts.ids import unit_of
from infra.messaging.delivery import Poison
from infra.postgres.unit_of_work import UnitOfWork
from services.chassis.marks import Marks, Ring, Thing
from services.chassis.speech import Desk, Matter


@dataclass(frozen=True, slots=True)
class Case:
    """What a handler works with. ``desk``: the addressed desk."""

    uow: UnitOfWork
    event: Event
    marks: Marks
    service: str

    @property
    def envelope(self) -> Envelope:
        return self.event.envelope

    @property
    def desk(self) -> str:
        """The desk that routing addressed; a message without one is Poison."""
        if self.envelope.recipient is None:
            raise Poison("no-recipient", self.event.name, event=self.event)
        return self.envelope.recipient

    @property
    def unit(self) -> str:
        return unit_of(self.desk)

    @property
    def speaker(self) -> Desk:
        return Desk(self.desk, self.service)

    @property
    def matter(self) -> Matter:
        """What an answer to this message is about."""
        return Matter(self.incident, self.envelope.status, self.envelope.county, self.envelope.id)

    @property
    def incident(self) -> str:
        return self.envelope.incident or self.envelope.subject

    def mark(self, thing: Thing, identity: str, ring: Ring) -> None:
        """Something changed at the addressed desk."""
        self.marks.add(self.desk, thing, identity, ring)
