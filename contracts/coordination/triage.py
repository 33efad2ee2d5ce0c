"""分办: a person names the school or the mandate of an event that no rule matched, or whose school nobody knew (GOV-01)."""

from typing import Annotated

from pydantic import AwareDatetime, Field

from contracts.coordination.words import Person, TriageRefusal
from contracts.envelope import DeskText, Tolerant
from contracts.texts import DISTINCT, FREE_TEXT, PRINTABLE, SchoolId

Schools = Annotated[tuple[SchoolId, ...], Field(max_length=200), DISTINCT]
MandateId = Annotated[str, Field(min_length=1, max_length=40), PRINTABLE]


class IncidentTriaged(Tolerant):
    """分办 from the notification of GOV-01, which it signs in ``version``: either ``schools`` or ``mandate``, never both.

    Of a desk: what it names. Of routing: what was decided by it; ``refused``: why that was nothing, or not all."""

    notification: str
    incident: str
    number: str = ""
    desk: DeskText
    version: int
    schools: Schools = ()
    mandate: MandateId | None = None
    reason: Annotated[str, Field(max_length=500), FREE_TEXT]
    triaged_at: AwareDatetime
    person: Person
    refused: TriageRefusal | None = None
