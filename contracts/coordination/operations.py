"""What operations must know: uncovered desks, parked messages, missing calendars, the directory."""

from typing import Any

from pydantic import AwareDatetime

from contracts.envelope import DeskText, Tolerant


class DeskUncovered(Tolerant):
    """无人值守: nobody reachable stands at a desk that just received a duty."""

    desk: DeskText
    from_at: AwareDatetime
    to_at: AwareDatetime | None = None
    substitute: str | None = None
    notification: str
    incident: str


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
