"""The bus's own events, of routing, the clock and the desks. They carry no agency field but the view in an issued notification."""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from contracts.envelope import DeskText, Status, Tolerant

Kind = Literal["acknowledge", "inform", "bulletin"]
DutyKind = Literal["ack", "first-action", "report", "close", "ruling", "publish", "periodic"]
Ladder = Literal["A", "B", "C", "P", "G"]
Colour = Literal["red", "orange", "yellow", "blue"]
ReturnReason = Literal["not-my-area", "not-my-duty", "duplicate", "wrong-school", "insufficient-info"]
Ruling = Literal["uphold", "reject", "split"]
Progress = Literal["started", "done", "blocked", "waiting-external"]
Channel = Literal["screen", "phone-code", "sms-code", "paper"]
WithdrawnWhy = Literal["corrected", "withdrawn", "superseded", "redirected", "concluded"]
ClearedWhy = Literal["acknowledged", "done", "in-time", "withdrawn", "superseded", "redirected", "returned"]
Outcome = Literal["routed", "unmatched", "duplicate", "duplicate-of", "stale", "conflict", "refused"]
Text = Annotated[str, Field(max_length=2000)]


class Person(Tolerant):
    """Who signs: opaque reference, role, and the masked name that others may see (张*)."""

    ref: str
    role: str
    shown: str


class Basis(Tolerant):
    """One mandate behind a duty: which rule, which words of which document, which conditions matched (only on fields of the view)."""

    mandate: str
    version: int
    name: str
    pack: str
    document: str
    quote: str
    numbers: str
    matched: tuple[str, ...] = ()


class DutyForm(Tolerant):
    """A deadline before it is computed: its form in the notation of the clocks, and in words."""

    duty: DutyKind
    form: str
    words: str


class RecipientLine(Tolerant):
    """One line of a decision: who is told and why; no content."""

    desk: DeskText
    kind: Kind
    view: str
    mandates: tuple[str, ...]
    note: str = ""


class ConditionResult(Tolerant):
    """A condition of a mandate as it was tested."""

    mandate: str
    matched: bool
    condition: str


class DecisionMade(Tolerant):
    """研判结果: what the mandates made of one event, stamped with everything it used."""

    event_source: str
    event_id: str
    event_type: str
    incident: str | None
    number: str | None
    outcome: Outcome
    decided_at: AwareDatetime
    mandates: tuple[str, ...] = ()
    conditions: tuple[ConditionResult, ...] = ()
    recipients: tuple[RecipientLine, ...] = ()
    lead: str | None = None
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    pack_version: str = ""
    directory_version: int = 0
    calendar_version: str = ""


class EventFacts(Tolerant):
    """The part of the envelope that every view may see."""

    type: str
    time: AwareDatetime
    known_at: AwareDatetime
    occurred_at: AwareDatetime | None = None
    status: Status
    county: str
    revision: int
    publisher: str | None
    place_code: str | None = None


class NotificationIssued(Tolerant):
    """通报签发: one desk must know; ``payload`` holds the fields of its view and no other."""

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
    ladder: Ladder | None
    view: str
    bases: tuple[Basis, ...]
    forms: tuple[DutyForm, ...] = ()
    event: EventFacts
    payload: dict[str, Any]
    hidden: tuple[str, ...] = ()
    part: str = ""
    note: str = ""
    returnable: bool = True
    arbitration_of: str | None = None


class NotificationDelivered(Tolerant):
    """送达: the row is durable and listed at the desk."""

    notification: str
    incident: str
    desk: DeskText
    version: int
    delivered_at: AwareDatetime
    channel: Channel = "screen"


class TimedDuty(Tolerant):
    """One computed deadline; ``due`` is absent while the calendar is missing."""

    duty: DutyKind
    due: AwareDatetime | None
    pending_calendar: str | None = None
    derivation: str
    calendar_version: str = ""


class DutyTimed(Tolerant):
    """期限确定: routing computed the deadlines of a notification or a task."""

    notification: str | None = None
    task: str | None = None
    incident: str
    desk: DeskText
    version: int
    duties: tuple[TimedDuty, ...]


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
    text: Annotated[str, Field(min_length=1, max_length=500)]
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


class TaskPart(Tolerant):
    """分工: what one desk does in the joint task."""

    desk: DeskText
    lead: bool
    text: str
    agency: str


class TaskOpened(Tolerant):
    """协同处置任务开立, and again (higher version) whenever its parts or its lead change."""

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


class PartReported(Tolerant):
    """分工反馈: progress of one desk's part; ``started`` or ``done`` is the first action."""

    task: str | None
    notification: str | None = None
    incident: str
    number: str = ""
    desk: DeskText
    progress: Progress
    text: Annotated[str, Field(max_length=1000)] = ""
    reported_at: AwareDatetime
    person: Person


class PartReassigned(Tolerant):
    """分工改派."""

    task: str
    incident: str
    from_desk: DeskText
    to_desk: DeskText
    ruling: str


class TaskClosed(Tolerant):
    """办结: asked by the lead's desk; routing answers with the same type once every part is done or excused."""

    task: str
    incident: str
    number: str = ""
    desk: DeskText
    outcome: Annotated[str, Field(max_length=500)]
    closed_at: AwareDatetime
    person: Person | None = None
    legal_complete: bool | None = None
    refused: str | None = None


class DutyMissed(Tolerant):
    """逾期: carries the logical time ``due``."""

    notification: str | None = None
    task: str | None = None
    incident: str
    number: str = ""
    desk: DeskText
    duty: DutyKind
    due: AwareDatetime


class EscalationRaised(Tolerant):
    """督办: a missed duty reaches the next step of its ladder; view L only."""

    escalation: str
    notification: str | None = None
    task: str | None = None
    incident: str
    number: str
    desk: DeskText
    late_desk: DeskText
    duty: DutyKind
    due: AwareDatetime
    ladder: Ladder
    step: int
    logical_at: AwareDatetime
    reason: str
    event_type: str
    payload: dict[str, Any]
    to_publisher: bool = False


class EscalationCleared(Tolerant):
    """督办解除: told to everybody who was told of the miss."""

    escalation: str | None = None
    notification: str | None = None
    task: str | None = None
    incident: str
    number: str
    desk: DeskText
    late_desk: DeskText
    duty: DutyKind
    why: ClearedWhy
    at: AwareDatetime


class DeskUncovered(Tolerant):
    """无人值守: nobody reachable stands at a desk that just received a duty."""

    desk: DeskText
    from_at: AwareDatetime
    to_at: AwareDatetime | None
    substitute: str | None
    notification: str
    incident: str


class ArbitrationRuled(Tolerant):
    """裁定 of a return: uphold (to ``new_desk``), reject, or split (both)."""

    notification: str
    arbitration: str
    incident: str
    desk: DeskText
    ruling: Ruling
    new_desk: DeskText | None = None
    reason: Annotated[str, Field(min_length=1, max_length=1000)]
    ruled_at: AwareDatetime
    person: Person


class MessageParked(Tolerant):
    """挂起: a message that can never be handled lies with the dead letters of ``consumer``; no body."""

    consumer: str
    topic: str
    partition: int
    offset: int
    reason: str
    event_source: str | None = None
    event_id: str | None = None


class CalendarMissing(Tolerant):
    """日历缺失: duties wait for a year that no loaded calendar covers."""

    calendar: str
    year: int
    waiting: int


class UnitRecord(Tolerant):
    """名录记录 on the compacted topic: one unit with all its dated rows (no phone)."""

    unit: str
    version: int
    document: dict[str, Any]
