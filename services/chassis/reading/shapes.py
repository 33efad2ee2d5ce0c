"""What the API answers and the pages are made from."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from contracts.coordination import Basis, DutyForm, MandateChoice, Person
from services.chassis.linking.shapes import LinkShape


class DueShape(BaseModel):
    """A deadline; ``due`` is absent while routing has not computed it or a calendar is missing."""

    duty: str
    due: datetime | None
    pending_calendar: str | None
    derivation: str
    calendar_version: str


class NotificationLine(BaseModel):
    """A line of a list."""

    id: str
    desk: str
    incident: str
    number: str
    kind: str
    colour: str
    status: str
    event_name: str
    version: int
    material_version: int
    state: str
    delivered_at: datetime
    ack_due: datetime | None
    signed_version: int | None
    acknowledged_at: datetime | None
    signed_by: Person | None
    arbitration_of: str | None
    has_sealed: bool
    mandates: list[str]
    forms: list[DutyForm]
    part: str
    about: list[str]
    payload: dict[str, Any]


class VersionShape(BaseModel):
    """One version of a notification as it arrived."""

    version: int
    material: bool
    change: str
    delivered_at: datetime


class AnswerShape(BaseModel):
    """What this desk answered."""

    act: str
    version: int | None
    at: datetime
    person: Person
    document: dict[str, Any]


class UpdateShape(BaseModel):
    """What another desk did."""

    name: str
    at: datetime
    desk: str
    message: dict[str, Any]


class TaskShape(BaseModel):
    """A desk's share in a joint task."""

    id: str
    desk: str
    incident: str
    number: str
    status: str
    leads: bool
    takes_part: bool
    title: str
    lead: str
    parts: list[dict[str, Any]]
    progress: str | None
    opened_at: datetime
    close_asked_at: datetime | None
    refused: str | None
    closed_at: datetime | None
    closed: dict[str, Any] | None
    paused: dict[str, Any] | None = None
    pauses: list[str] = []
    dues: list[DueShape] = []
    forms: list[DutyForm] = []


class ToRateShape(BaseModel):
    """A closed task whose other side this desk has not rated yet. ``of_desks``: whom it still rates."""

    id: str
    desk: str
    incident: str
    number: str
    title: str
    leads: bool
    closed_at: datetime
    of_desks: list[str]


class NotificationShape(NotificationLine):
    """One notification with all that its desk may know."""

    returned_at: datetime | None
    returned: dict[str, Any] | None
    ruled: dict[str, Any] | None
    withdrawn_at: datetime | None
    withdrawn: dict[str, Any] | None
    returnable: bool
    view: str
    hidden: list[str]
    bases: list[Basis]
    event: dict[str, Any]
    note: str
    change: str
    choices: list[MandateChoice] = []
    dues: list[DueShape]
    versions: list[VersionShape]
    answers: list[AnswerShape]
    updates: list[UpdateShape]
    task: TaskShape | None
    links: list[LinkShape] = []


class ToldShape(BaseModel):
    """One desk that an own event was told to, and what it did."""

    desk: str
    kind: str
    view: str
    mandates: list[str]
    note: str
    state: str
    at: datetime | None
    person: Person | None


class EventLine(BaseModel):
    """An own event in a list."""

    id: str
    desk: str
    name: str
    subject: str
    status: str
    revision: int
    published_at: datetime
    incident: str | None
    number: str | None
    outcome: str | None
    parked: str | None


class EventShape(EventLine):
    """An own event, what the mandates made of it, and who was told."""

    envelope: dict[str, Any]
    data: dict[str, Any]
    person: Person
    decision: dict[str, Any] | None
    told: list[ToldShape]
    updates: list[UpdateShape]
    links: list[LinkShape] = []


class EscalationShape(BaseModel):
    """督办: a missed duty of another desk."""

    id: str
    desk: str
    incident: str
    number: str
    status: str
    late_desk: str
    duty: str
    step: int
    due: datetime
    raised_at: datetime
    cleared_at: datetime | None
    cleared_why: str | None
    reason: str
    event_type: str
    payload: dict[str, Any]


class NotificationPage(BaseModel):
    items: list[NotificationLine]
    next_cursor: str | None


class EventPage(BaseModel):
    items: list[EventLine]
    next_cursor: str | None


class EscalationList(BaseModel):
    items: list[EscalationShape]


class TaskList(BaseModel):
    items: list[TaskShape]


class ToRateList(BaseModel):
    items: list[ToRateShape]


class OpenedRow(BaseModel):
    """A sealed row, opened for a purpose and logged."""

    row: str
    school_id: str | None
    content: dict[str, Any]
