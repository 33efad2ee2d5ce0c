"""One message taken in at a desk: the event, the unit of work, and the marks and lines it leaves."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

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
    lines: list[tuple[Any, ...]] = field(default_factory=list)
    """Lines of timelines that the batch writes at its end (``follow.keep_update``)."""

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

    @contextmanager
    def naming(self) -> Iterator[None]:
        """What cannot be read in the block is Poison that names this event."""
        try:
            yield
        except ValueError as error:
            raise Poison("unreadable-identity", type(error).__name__, event=self.event) from error

    def mark(self, thing: Thing, identity: str, ring: Ring) -> None:
        """Something changed at the addressed desk."""
        self.marks.add(self.desk, thing, identity, ring)
