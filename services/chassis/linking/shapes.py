"""A link as the API answers it and the pages show it."""

from datetime import datetime

from pydantic import BaseModel

from contracts.coordination import LinkFit, LinkRefusal, LinkRelation, Person


class SideShape(BaseModel):
    """One of the two incidents. ``notification``, ``event``: this desk's own page of it, where it has one."""

    incident: str
    number: str
    type: str
    known_at: datetime
    time: datetime
    desk: str
    notification: str | None = None
    event: str | None = None


class LinkShape(BaseModel):
    """``own``: the side that the page is about. ``asked_at``: somebody at this desk said something that routing has not answered yet."""

    id: str
    desk: str
    status: str
    revision: int
    state: str
    own: SideShape
    other: SideShape
    matter: str
    fits: list[LinkFit]
    relation: LinkRelation | None
    said_by: str | None
    person: Person | None
    text: str
    at: datetime
    decidable: bool
    asked_at: datetime | None
    asked_by: Person | None
    refused: LinkRefusal | None

    @property
    def together(self) -> bool:
        """Whether a person said that they belong together."""
        return self.state in ("linked", "merged")


class LinkList(BaseModel):
    """What waits for a decision."""

    items: list[LinkShape]
