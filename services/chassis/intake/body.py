"""What a POST of an event carries: the envelope's part that people state, and the data of the type."""

from typing import Annotated, Any

from pydantic import BaseModel, Field, create_model

from contracts.envelope import Closed, Precision, Status
from contracts.texts import FreeText, Instant
from services.chassis.agency import EventIn

Identity = Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]


class Stated(Closed):
    """What the publisher may say beside the data; everything has a default."""

    known_at: Instant | None = None
    occurred_at: Instant | None = None
    occurred_precision: Precision | None = None
    status: Status | None = None
    county: Annotated[str, Field(pattern=r"^[0-9]{6}$")] | None = None
    place_code: Annotated[str, Field(pattern=r"^([0-9]{9}|[0-9]{12})$")] | None = None
    incident: Identity | None = None
    revision: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    corrects: Identity | None = None
    withdraws: Identity | None = None
    entered_late: Annotated[FreeText, Field(max_length=200)] | None = None


class EventBody(Stated):
    """A posted event; ``data`` is narrowed for each address."""

    data: Any


class EventLinks(Closed):
    """Where to look next: the event for programs and its page for people."""

    self: str
    page: str


class Accepted(Closed):
    """已受理: durable, with its outbox row."""

    id: str
    source: str
    type: str
    subject: str
    time: Instant
    revision: int
    links: EventLinks


def body_model(inlet: EventIn) -> type[EventBody]:
    """The body model of one address; the business key may be left to the address."""
    data = keyless(inlet) if "{key}" in inlet.path else inlet.posted
    name = f"{inlet.posted.__name__}Body"
    return create_model(name, __base__=EventBody, data=(data, ...))


def keyless(inlet: EventIn) -> type[BaseModel]:
    """The data of a follow-up: the address names the key, so the body need not."""
    found = {field: inlet.posted.model_fields[field] for field in inlet.stated.key_fields}
    fields: dict[str, Any] = {field: (Annotated[(info.annotation, *info.metadata)] | None, None) for field, info in found.items()}
    return create_model(f"{inlet.posted.__name__}ByKey", __base__=inlet.posted, **fields)

