"""护学岗: a slot at a gate is short of people, is filled, or turns out to have been filled; and how a day was covered."""

from typing import Annotated

from pydantic import AwareDatetime, NonNegativeInt

from contracts.codes.shared import GuardPeak, GuardSlot
from contracts.coordination.words import GapFilledBy, GapKind
from contracts.envelope import DeskText, Tolerant
from contracts.fields import say
from contracts.values import Day

TOLD, COUNTED = "S E P L", "E P L"
WHERE, HOW_MANY, WHEN = "确定校门与时段", "判断缺岗人数", "计算期限"


class GuardGapOpened(Tolerant):
    """护学岗缺岗: fewer people than ``required``, in the roster (planned) or at the gate (live). ``row``: the roster's row, if it has one.

    What has views is shown to the desks that are told."""

    gap: str
    incident: str
    number: str
    desk: DeskText
    kind: Annotated[GapKind, say(TOLD, "work", "区分排班缺岗与当班缺岗", "缺岗种类", codes="gap_kind")]
    school_id: Annotated[str, say(TOLD, "work", "确定学校", "学校")]
    gate_id: Annotated[str, say(TOLD, "work", WHERE, "校门")]
    date: Annotated[Day, say(TOLD, "work", WHERE, "日期")]
    peak: Annotated[GuardPeak, say(TOLD, "work", WHERE, "时段", codes="guard_peak")]
    slot: Annotated[GuardSlot, say(TOLD, "work", "确定岗位", "岗位类别", codes="guard_slot")]
    row: str | None = None
    required: Annotated[NonNegativeInt, say(TOLD, "work", HOW_MANY, "应到人数")]
    present: Annotated[NonNegativeInt, say(TOLD, "work", HOW_MANY, "已到人数")]
    from_at: Annotated[AwareDatetime, say(TOLD, "work", WHEN, "时段开始")]
    to_at: Annotated[AwareDatetime, say(TOLD, "work", WHEN, "时段结束")]
    opened_at: Annotated[AwareDatetime, say(TOLD, "work", WHEN, "缺岗开始")]


class GuardGapFilled(Tolerant):
    """缺岗补位: ``minutes`` after the gap was opened, by whom is said in kind only."""

    gap: str
    incident: str
    number: str
    school_id: str
    gate_id: str
    slot: GuardSlot
    by: GapFilledBy
    minutes: NonNegativeInt
    filled_at: AwareDatetime


class GuardGapVoided(Tolerant):
    """缺岗撤销: an upload that came late proves that somebody was there. ``confirmed``: a leader vouches for an upload that came too late."""

    gap: str
    incident: str
    number: str
    school_id: str
    gate_id: str
    slot: GuardSlot
    batch_no: str
    checked_at: AwareDatetime
    uploaded_at: AwareDatetime
    confirmed: bool = False
    voided_at: AwareDatetime


class GuardCoverageReported(Tolerant):
    """护学岗到岗日报 of a county: gate windows ``scheduled`` = ``covered`` + ``uncovered`` + ``pending`` (not over yet).

    ``filled``: covered, but only after a gap was opened; ``late``: covered, but proved by late data alone."""

    incident: str
    number: str
    county: Annotated[str, say(COUNTED, "work", "确定统计地区", "区县")]
    date: Annotated[Day, say(COUNTED, "work", "确定统计日期", "日期")]
    scheduled: Annotated[NonNegativeInt, say(COUNTED, "work", "统计到岗情况", "应到岗时段数")]
    covered: Annotated[NonNegativeInt, say(COUNTED, "work", "统计到岗情况", "到岗时段数")]
    uncovered: Annotated[NonNegativeInt, say(COUNTED, "work", "统计到岗情况", "缺岗时段数")]
    pending: Annotated[NonNegativeInt, say(COUNTED, "work", "统计到岗情况", "尚未结束时段数")]
    filled: Annotated[NonNegativeInt, say(COUNTED, "work", "统计到岗情况", "缺岗后补齐时段数")]
    late: Annotated[NonNegativeInt, say(COUNTED, "work", "统计到岗情况", "补传证实时段数")]
    reported_at: Annotated[AwareDatetime, say(COUNTED, "work", "说明统计时刻", "统计时间")]
