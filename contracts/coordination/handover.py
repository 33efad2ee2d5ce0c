"""跨区域交接: a case is offered to the other side, accepted or refused there, and completed once everybody awaited has accepted."""

from typing import Annotated

from pydantic import AwareDatetime, Field

from contracts.coordination.words import HandoverRefusal, Person
from contracts.envelope import DeskText, Tolerant
from contracts.texts import FREE_TEXT


class HandoverOffered(Tolerant):
    """交接发起: the old side stays responsible until every desk in ``awaited`` has accepted."""

    handover: str
    incident: str
    number: str
    desk: DeskText
    from_unit: str
    to_unit: str
    from_county: str
    to_county: str
    awaited: Annotated[tuple[DeskText, ...], Field(min_length=1)]
    offered_at: AwareDatetime


class HandoverAccepted(Tolerant):
    """交接接收: one desk of the new side takes its share."""

    handover: str
    notification: str
    incident: str
    number: str = ""
    desk: DeskText
    accepted_at: AwareDatetime
    person: Person


class HandoverSide(Tolerant):
    """Who accepted, and when."""

    desk: DeskText
    at: AwareDatetime
    person: Person


class HandoverCompleted(Tolerant):
    """交接完成: from now on the new side is responsible, and the old one sees no new record."""

    handover: str
    incident: str
    number: str
    from_unit: str
    to_unit: str
    accepted: Annotated[tuple[HandoverSide, ...], Field(min_length=1)]
    completed_at: AwareDatetime


class HandoverRefused(Tolerant):
    """交接拒收: one desk of the new side does not take it, and says why."""

    handover: str
    notification: str
    incident: str
    number: str = ""
    desk: DeskText
    reason: HandoverRefusal
    text: Annotated[str, Field(max_length=500), FREE_TEXT]
    refused_at: AwareDatetime
    person: Person
