"""事由关联: a desk says that two incidents belong together, or do not; an actual incident suspends a drill."""

from typing import Annotated

from pydantic import AwareDatetime, Field

from contracts.coordination.words import LinkRelation, Person
from contracts.envelope import DeskText, Tolerant
from contracts.texts import FREE_TEXT


class IncidentLinked(Tolerant):
    """事由关联: nothing is merged, both keep their duties."""

    incident: str
    number: str = ""
    linked: str
    relation: LinkRelation
    desk: DeskText
    text: Annotated[str, Field(max_length=500), FREE_TEXT]
    linked_at: AwareDatetime
    person: Person


class IncidentUnlinked(Tolerant):
    """关联解除."""

    incident: str
    number: str = ""
    linked: str
    desk: DeskText
    text: Annotated[str, Field(max_length=500), FREE_TEXT]
    unlinked_at: AwareDatetime
    person: Person


class DrillSuspended(Tolerant):
    """演练中止: an actual event at the same school; ``incident`` is the exercise's, whose open duties end."""

    drill: str
    incident: str
    number: str
    actual_incident: str
    actual_number: str
    school: str
    suspended_at: AwareDatetime
