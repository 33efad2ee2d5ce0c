"""事由关联: two incidents may be one happening, a person says so or not; an actual incident suspends a drill."""

from typing import Annotated

from pydantic import AwareDatetime, Field

from contracts.coordination.words import LinkFit, LinkRefusal, LinkRelation, Person
from contracts.envelope import DeskText, Tolerant
from contracts.texts import FREE_TEXT

Seen = Annotated[int, Field(ge=0)]
Reason = Annotated[str, Field(max_length=500), FREE_TEXT]


class LinkedSide(Tolerant):
    """One of the two incidents as a desk of the other may know it: number, kind of report, times, and who stated it (view L)."""

    incident: str
    number: str
    type: str
    known_at: AwareDatetime
    time: AwareDatetime
    desk: DeskText


class LinkSuggested(Tolerant):
    """疑似同一事由: a person has to say whether it is. ``matter``, ``fits``: why; ``decidable``: whether the addressed desk may say it."""

    link: str
    incident: str
    number: str
    linked: str
    revision: Seen
    sides: tuple[LinkedSide, ...]
    matter: str
    fits: tuple[LinkFit, ...]
    suggested_at: AwareDatetime
    decidable: bool = False


class LinkLapsed(Tolerant):
    """疑似解除: what one of the two says since makes the suggestion pointless, and nobody has decided on it. The rest as of ``LinkSuggested``."""

    link: str
    incident: str
    number: str
    linked: str
    revision: Seen
    sides: tuple[LinkedSide, ...]
    lapsed_at: AwareDatetime
    decidable: bool = False


class IncidentLinked(Tolerant):
    """事由关联. ``same``: shown and counted as one; any other relation: shown together. Both keep all their duties.

    Of a desk: ``revision`` is the one that it saw (0: none). Of routing: the one that stands; ``refused``: nothing was changed."""

    incident: str
    number: str = ""
    linked: str
    relation: LinkRelation
    desk: DeskText
    text: Reason
    linked_at: AwareDatetime
    person: Person
    link: str = ""
    revision: Seen = 0
    sides: tuple[LinkedSide, ...] = ()
    decidable: bool = False
    refused: LinkRefusal | None = None


class IncidentUnlinked(Tolerant):
    """关联解除; ``dismissed``: of a suggestion, which was none. The rest as of ``IncidentLinked``."""

    incident: str
    number: str = ""
    linked: str
    desk: DeskText
    text: Reason
    unlinked_at: AwareDatetime
    person: Person
    link: str = ""
    revision: Seen = 0
    dismissed: bool = False
    sides: tuple[LinkedSide, ...] = ()
    decidable: bool = False
    refused: LinkRefusal | None = None


class DrillSuspended(Tolerant):
    """演练中止: an actual event at the same school; ``incident`` is the exercise's, whose open duties end."""

    drill: str
    incident: str
    number: str
    actual_incident: str
    actual_number: str
    school: str
    suspended_at: AwareDatetime
