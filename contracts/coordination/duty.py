"""期限与督办: deadlines as they are set, missed, and climb the ladder."""

from typing import Any

from pydantic import AwareDatetime

from contracts.coordination.words import ClearedWhy, DutyKind, Ladder
from contracts.envelope import DeskText, Tolerant


class TimedDuty(Tolerant):
    """One computed deadline; ``due`` is absent while the calendar is missing."""

    duty: DutyKind
    due: AwareDatetime | None = None
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
