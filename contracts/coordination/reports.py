"""应报 and 履职: a report that did not come, and the monthly figures of the desks."""

from typing import Annotated

from pydantic import AwareDatetime, Field, NonNegativeFloat, NonNegativeInt

from contracts.coordination.words import MissingKind, SlaScope
from contracts.envelope import DeskText, Tolerant
from contracts.values import YearMonth


class ReportMissing(Tolerant):
    """应报未报/疑似漏报: a suspicion, not a verdict. ``mandate``: the periodic duty or the cross-check; ``evidence``: the event it rests on."""

    report: str
    incident: str
    number: str
    desk: DeskText
    kind: MissingKind
    mandate: str
    name: str
    publisher: DeskText
    school: str | None = None
    period: str | None = None
    due: AwareDatetime
    evidence: str | None = None
    evidence_type: str | None = None


class SlaTally(Tolerant):
    """How many duties counted, and how many of them were met in time."""

    counted: NonNegativeInt = 0
    on_time: NonNegativeInt = 0


class SlaLine(Tolerant):
    """The figures of one desk, county or city. Minutes run around the clock; ``escalations``: how many reached step 1, 2, …"""

    of: str
    ack: SlaTally = SlaTally()
    median_minutes: NonNegativeFloat | None = None
    p90_minutes: NonNegativeFloat | None = None
    first_action: SlaTally = SlaTally()
    report: SlaTally = SlaTally()
    close: SlaTally = SlaTally()
    publish: SlaTally = SlaTally()
    bus: SlaTally = SlaTally()
    escalations: Annotated[tuple[NonNegativeInt, ...], Field(max_length=5)] = ()
    windows: NonNegativeInt = 0
    windows_covered: NonNegativeInt = 0
    lists_in_time: NonNegativeInt = 0
    lists_late: NonNegativeInt = 0
    lists_missing: NonNegativeInt = 0
    invalid: NonNegativeInt = 0


class SlaReportPublished(Tolerant):
    """履职月报 of a county or a city; exercises have a report of their own."""

    report: str
    month: YearMonth
    scope: SlaScope
    area: str
    exercise: bool = False
    total: SlaLine
    lines: tuple[SlaLine, ...]
    calendar_version: str = ""
    published_at: AwareDatetime
