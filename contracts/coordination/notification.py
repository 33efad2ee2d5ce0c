"""通报: issued, delivered, signed, returned, ruled on, withdrawn."""

from typing import Annotated, Any

from pydantic import AwareDatetime, Field

from contracts.coordination.words import Basis, Channel, Colour, DutyForm, Kind, Ladder, Person, ReturnReason, Ruling, WithdrawnWhy
from contracts.envelope import DeskText, Status, Tolerant
from contracts.texts import FREE_TEXT


class EventFacts(Tolerant):
    """The part of the envelope that every view may see."""

    type: str
    time: AwareDatetime
    known_at: AwareDatetime
    occurred_at: AwareDatetime | None = None
    status: Status
    county: str
    revision: int
    publisher: str | None = None
    place_code: str | None = None


class MandateChoice(Tolerant):
    """A mandate that a desk which triages may name."""

    mandate: str
    name: str


class NotificationIssued(Tolerant):
    """通报签发: one desk must know; ``payload`` holds the fields of its view and no other. ``about``: the types they are fields of.

    ``choices``: of GOV-01, the mandates that could be applied."""

    notification: str
    incident: str
    number: str
    desk: DeskText
    kind: Kind
    version: int
    round: int = 1
    material: bool = True
    change: str = ""
    colour: Colour
    ladder: Ladder | None = None
    view: str
    bases: tuple[Basis, ...]
    forms: tuple[DutyForm, ...] = ()
    event: EventFacts
    about: tuple[str, ...] = ()
    payload: dict[str, Any]
    hidden: tuple[str, ...] = ()
    part: str = ""
    note: str = ""
    returnable: bool = True
    arbitration_of: str | None = None
    choices: tuple[MandateChoice, ...] = ()


class NotificationDelivered(Tolerant):
    """送达: the row is durable and listed at the desk."""

    notification: str
    incident: str
    desk: DeskText
    version: int
    delivered_at: AwareDatetime
    channel: Channel = "screen"


class NotificationAcknowledged(Tolerant):
    """签收: a named role at that desk signs the version it saw."""

    notification: str
    incident: str
    number: str = ""
    desk: DeskText
    version: int
    acknowledged_at: AwareDatetime
    person: Person
    channel: Channel = "screen"
    back_entered: bool = False
    by_leader: bool = False


class NotificationReturned(Tolerant):
    """退单: a typed refusal; the clock runs on."""

    notification: str
    incident: str
    number: str = ""
    desk: DeskText
    version: int
    returned_at: AwareDatetime
    reason: ReturnReason
    suggested_desk: DeskText | None = None
    text: Annotated[str, Field(max_length=500), FREE_TEXT]
    person: Person


class NotificationWithdrawn(Tolerant):
    """撤回/失效: the desk owes nothing any more; with ``hide`` it loses sight of the data."""

    notification: str
    incident: str
    desk: DeskText
    version: int
    why: WithdrawnWhy
    hide: bool = False
    text: str = ""


class ArbitrationRuled(Tolerant):
    """裁定 of a return: uphold (to ``new_desk``), reject, or split (both)."""

    notification: str
    arbitration: str
    incident: str
    desk: DeskText
    ruling: Ruling
    new_desk: DeskText | None = None
    reason: Annotated[str, Field(max_length=1000), FREE_TEXT]
    ruled_at: AwareDatetime
    person: Person
