"""应报 and 履职: a report that did not come, and the monthly figures of the desks."""

from typing import Annotated

from pydantic import AwareDatetime, Field, NonNegativeFloat, NonNegativeInt, PositiveInt

from contracts.coordination.words import MissingKind, SlaScope, SmallNumber, Text
from contracts.envelope import DeskText, Tolerant
from contracts.fields import say
from contracts.values import YearMonth

WHAT = "说明何事应报未报"


class ReportMissing(Tolerant):
    """应报未报/疑似漏报: a suspicion, not a verdict. ``mandate``: the periodic duty or the cross-check; ``evidence``: the event it rests on.

    ``step``: how many are told before and with this desk. ``desks``: those that it concerns, where one report speaks of many. What has
    views is shown to the desks that are told."""

    report: str
    incident: str
    number: str
    desk: DeskText
    kind: Annotated[MissingKind, say("L", "work", WHAT, "缺报种类", codes="missing_kind")]
    mandate: Annotated[str, say("L", "work", WHAT, "职责规则")]
    name: Annotated[str, say("L", "work", WHAT, "应报事项")]
    publisher: Annotated[DeskText, say("L", "work", "联系应报单位", "应报值守台")]
    school_id: Annotated[str | None, say("L", "work", "联系应报单位", "学校")] = None
    period: Annotated[str | None, say("L", "work", WHAT, "应报周期")] = None
    due: Annotated[AwareDatetime, say("L", "work", "计算期限与履职统计", "期限")]
    evidence: Annotated[str | None, say("L", "work", "核对所依据的事件", "依据事件")] = None
    evidence_type: Annotated[str | None, say("L", "work", "核对所依据的事件", "依据事件类型")] = None
    step: PositiveInt = 1
    desks: Annotated[tuple[DeskText, ...], say("L", "work", "联系应报单位", "所涉值守台")] = ()


Shown = NonNegativeInt | SmallNumber
"""A count; below the limit of what is told about pupils, or where it would give such a one away, what stands in its place."""


class SlaTally(Tolerant):
    """How many duties counted, and how many of them were met in time."""

    counted: Shown = 0
    on_time: Shown = 0


class SlaRated(Tolerant):
    """互评: how often the other sides of closed tasks rated, and their average (None: none, or too few to be told)."""

    given: Shown = 0
    average: Annotated[float, Field(ge=1, le=5)] | None = None


class SlaLine(Tolerant):
    """The figures of one desk, agency, county or city. Minutes run around the clock; ``escalations``: how many ended at step 1, 2, …

    ``publisher_minutes``, ``bus_minutes``, ``receiver_minutes``: beyond the allowance of each, of what was received. None: not told."""

    of: str
    ack: SlaTally = SlaTally()
    median_minutes: NonNegativeFloat | None = None
    p90_minutes: NonNegativeFloat | None = None
    first_action: SlaTally = SlaTally()
    report: SlaTally = SlaTally()
    close: SlaTally = SlaTally()
    publish: SlaTally = SlaTally()
    lawful: SlaTally | None = None
    bus: SlaTally = SlaTally()
    publisher_minutes: NonNegativeFloat | None = None
    bus_minutes: NonNegativeFloat | None = None
    receiver_minutes: NonNegativeFloat | None = None
    escalations: Annotated[tuple[Shown, ...], Field(max_length=6)] = ()
    windows: NonNegativeInt = 0
    windows_covered: NonNegativeInt = 0
    lists_in_time: NonNegativeInt = 0
    lists_late: NonNegativeInt = 0
    lists_missing: NonNegativeInt = 0
    invalid: Shown = 0
    rated: SlaRated | None = None


class SlaReportPublished(Tolerant):
    """履职月报 of a county or a city; exercises have a report of their own. ``text``: the total in words."""

    report: str
    month: YearMonth
    scope: SlaScope
    area: str
    exercise: bool = False
    total: SlaLine
    lines: tuple[SlaLine, ...]
    calendar_version: str = ""
    text: Text = ""
    published_at: AwareDatetime
