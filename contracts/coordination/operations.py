"""What operations must know: uncovered desks, parked messages, calendars, packs of rules, the directory."""

from typing import Annotated, Any

from pydantic import AwareDatetime, NonNegativeInt

from contracts.coordination.words import PackLevel
from contracts.envelope import DeskText, Tolerant
from contracts.fields import say
from contracts.values import Day

NET = "补齐责任网"


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


class CalendarLoaded(Tolerant):
    """日历装载: it covers ``covers_from`` to ``covers_to``, both included; ``computed`` duties that waited got their dues."""

    calendar: str
    year: int
    calendar_version: str
    covers_from: Day
    covers_to: Day
    computed: NonNegativeInt
    loaded_at: AwareDatetime


class PackActivated(Tolerant):
    """规则包启用. ``jurisdiction``: empty for the nation, else a division code or a school; ``warnings``: what it may still lack."""

    pack: str
    title: str
    level: PackLevel
    jurisdiction: str
    version: int
    effective_from: AwareDatetime
    effective_to: AwareDatetime | None = None
    rules: NonNegativeInt
    warnings: tuple[str, ...] = ()
    activated_at: AwareDatetime


class PackRefused(Tolerant):
    """规则包拒绝: the old pack stays; each reason names its rule."""

    pack: str
    level: PackLevel
    jurisdiction: str
    version: int
    reasons: tuple[str, ...]
    refused_at: AwareDatetime


class NetChecked(Tolerant):
    """责任网核查 of a night: how many rules were looked up in how many counties and schools, and where nobody was found. ``errors``: statutory.

    What has views is shown to the desks that are told."""

    incident: str
    number: str
    day: Annotated[Day, say("L", "work", NET, "核查日期")]
    rules_checked: Annotated[NonNegativeInt, say("L", "work", NET, "核查规则数")]
    counties_checked: Annotated[NonNegativeInt, say("L", "work", NET, "核查区县数")]
    schools_checked: Annotated[NonNegativeInt, say("L", "work", NET, "核查学校数")]
    errors: Annotated[NonNegativeInt, say("L", "work", NET, "法定职责缺口数")]
    warnings: Annotated[NonNegativeInt, say("L", "work", NET, "其他缺口数")]
    findings: Annotated[tuple[str, ...], say("L", "work", NET, "缺口")] = ()
    checked_at: Annotated[AwareDatetime, say("L", "work", NET, "核查时间")]


class UnitRecord(Tolerant):
    """名录记录 on the compacted topic: one unit with all its dated rows (no phone)."""

    unit: str
    version: int
    document: dict[str, Any]
