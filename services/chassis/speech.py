"""What a desk says on the bus: the envelope of its answers."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel

from contracts.envelope import Envelope, Event, Status
from contracts.ids import derived_id, time_of, unit_of, uuid7
from contracts.registry import event_type
from infra.http.border import trace_id
from infra.http.traces import traceparent


@dataclass(frozen=True, slots=True)
class Matter:
    """What an answer is about: the incident, and the event that caused it."""

    incident: str
    status: Status
    county: str
    cause: str | None


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk that speaks, and the service that hosts it."""

    id: str
    service: str

    @property
    def source(self) -> str:
        return f"/{self.service}/{unit_of(self.id)}"


def statement(desk: Desk, name: str, data: BaseModel, matter: Matter, *, identity: str, now: datetime) -> Event:
    """An answer of a desk, ready to be published."""
    kind = event_type(name)
    trace = trace_id.get()
    envelope = Envelope(
        id=identity,
        source=desk.source,
        type=kind.wire,
        subject=matter.incident,
        time=now,
        dataschema=kind.dataschema,
        known_at=now,
        status=matter.status,
        county=matter.county,
        incident=matter.incident,
        publisher=desk.id,
        correlationid=matter.incident,
        causationid=matter.cause,
        traceparent=traceparent(trace) if trace else None,
    )
    return Event(envelope, data)


def once(about: str, name: str, *parts: str) -> str:
    """The id of an answer that can be given once: saying it twice is saying it once."""
    return derived_id(time_of(about), name, about, *parts)


def anew(now: datetime) -> str:
    """The id of an answer that can be given many times."""
    return uuid7(now, secrets.token_bytes(10))
