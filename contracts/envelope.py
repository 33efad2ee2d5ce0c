"""The envelope of every event: CloudEvents attributes and the extensions that the bus needs."""

import re
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from contracts.texts import FREE_TEXT, PRINTABLE, Instant

Status = Literal["actual", "exercise", "test"]
Precision = Literal["exact", "about", "day", "unknown"]
DeskText = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*@[A-Za-z0-9-]+$", max_length=80)]

WIRE_TYPE = re.compile(r"^xietong\.(?P<name>[a-z0-9.-]+)\.v(?P<major>[1-9][0-9]*)$")


class Closed(BaseModel):
    """A frozen model that refuses fields it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Tolerant(BaseModel):
    """A frozen model for readers: fields of a newer writer are kept out of the way."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Envelope(Closed):
    """CloudEvents 1.0 attributes with the extensions of the bus; ``time`` is published_at, stamped by the publisher's service."""

    specversion: Literal["1.0"] = "1.0"
    id: Annotated[str, Field(min_length=1, max_length=64), PRINTABLE]
    source: Annotated[str, Field(min_length=1, max_length=120), PRINTABLE]
    type: Annotated[str, Field(pattern=WIRE_TYPE.pattern, max_length=120)]
    subject: Annotated[str, Field(min_length=1, max_length=120), PRINTABLE]
    time: Instant
    dataschema: Annotated[str, Field(max_length=200), PRINTABLE]
    known_at: Instant
    occurred_at: Instant | None = None
    occurred_precision: Precision | None = None
    status: Status = "actual"
    county: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    place_code: Annotated[str, Field(pattern=r"^([0-9]{9}|[0-9]{12})$")] | None = None
    incident: Annotated[str, Field(min_length=1, max_length=120), PRINTABLE] | None = None
    revision: Annotated[int, Field(ge=1)] = 1
    corrects: Annotated[str, Field(min_length=1, max_length=64), PRINTABLE] | None = None
    withdraws: Annotated[str, Field(min_length=1, max_length=64), PRINTABLE] | None = None
    publisher: DeskText
    entered_late: Annotated[str, Field(max_length=200), FREE_TEXT] | None = None
    recipient: DeskText | None = None
    correlationid: Annotated[str, Field(min_length=1, max_length=120), PRINTABLE] | None = None
    causationid: Annotated[str, Field(min_length=1, max_length=120), PRINTABLE] | None = None
    traceparent: Annotated[str, Field(min_length=1, max_length=120), PRINTABLE] | None = None

    @property
    def name(self) -> str:
        """The type without prefix and version: ``police.alarm.raised``."""
        match = WIRE_TYPE.match(self.type)
        if match is None:
            raise ValueError(f"not a type of this bus: {self.type}")
        return match["name"]


@dataclass(frozen=True, slots=True)
class Event:
    """What an agency states has happened: an envelope and its typed data."""

    envelope: Envelope
    data: BaseModel

    @property
    def name(self) -> str:
        return self.envelope.name

    @property
    def identity(self) -> tuple[str, str]:
        """(source, id): unique together."""
        return self.envelope.source, self.envelope.id


def wire_type(name: str, major: int = 1) -> str:
    """``police.alarm.raised`` → ``xietong.police.alarm.raised.v1``."""
    return f"xietong.{name}.v{major}"
