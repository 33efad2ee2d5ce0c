"""协同处置任务: opened, reported on, reassigned, closed."""

from typing import Annotated

from pydantic import AwareDatetime, Field

from contracts.coordination.words import Basis, DutyForm, PartState, PauseReason, Person, Progress
from contracts.envelope import DeskText, Tolerant
from contracts.texts import EMPTY_OR_FREE_TEXT


class TaskPart(Tolerant):
    """分工: what one desk does in the joint task."""

    desk: DeskText
    lead: bool
    text: str
    agency: str


class TaskOpened(Tolerant):
    """协同处置任务开立, and again (higher version) whenever its parts or its lead change. ``pauses``: what its close clock may wait for."""

    task: str
    incident: str
    number: str
    version: int
    title: str
    lead: DeskText
    parts: tuple[TaskPart, ...]
    forms: tuple[DutyForm, ...]
    bases: tuple[Basis, ...]
    opened_at: AwareDatetime
    pauses: tuple[PauseReason, ...] = ()


class PartReported(Tolerant):
    """分工反馈: progress of one desk's part; ``started`` or ``done`` is the first action."""

    task: str | None = None
    notification: str | None = None
    incident: str
    number: str = ""
    desk: DeskText
    progress: Progress
    text: Annotated[str, Field(max_length=1000), EMPTY_OR_FREE_TEXT] = ""
    reported_at: AwareDatetime
    person: Person


class PartReassigned(Tolerant):
    """分工改派."""

    task: str
    incident: str
    from_desk: DeskText
    to_desk: DeskText
    ruling: str


class ClosedPart(Tolerant):
    """How the part of one desk stood when the task was closed."""

    desk: DeskText
    lead: bool
    state: PartState


class TaskClosed(Tolerant):
    """办结: asked by the lead's desk; routing answers with the same type once every part is done or excused.

    ``rating``: both sides rate each other now, and the lead records what it finds when it looks again."""

    task: str
    incident: str
    number: str = ""
    desk: DeskText
    outcome: Annotated[str, Field(max_length=500), EMPTY_OR_FREE_TEXT]
    closed_at: AwareDatetime
    person: Person | None = None
    legal_complete: bool | None = None
    refused: str | None = None
    parts: tuple[ClosedPart, ...] = ()
    rating: bool = False
