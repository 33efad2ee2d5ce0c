"""应急演练: planned, and done."""

from typing import Annotated

from pydantic import Field, Strict, model_validator

from contracts.codes.schools import DrillKind
from contracts.conditional import in_order
from contracts.envelope import Closed
from contracts.event_type import EventType, Within, key_of
from contracts.fields import say
from contracts.followups import Head, with_follow_ups
from contracts.texts import FREE_TEXT, Count, Instant, Number, SchoolId, YesNo
from contracts.values import UnitRef

DRILL_NO = say("S E P U L", "work", "各单位据以核对同一演练", "演练编号", min_length=1, max_length=32)
Minutes = Annotated[int, Strict(), Field(ge=0, le=1440)]


class DrillScheduled(Closed):
    """应急演练计划."""

    drill_no: Annotated[Number, DRILL_NO]
    school_id: Annotated[SchoolId, say("S E P U L", "work", "确定演练学校", "学校")]
    kind: Annotated[DrillKind, say("S E P U L", "work", "了解演练科目", "演练类别", codes="drill_kind")]
    starts_at: Annotated[Instant, say("S E P U L", "work", "避免演练被当作实警", "开始时间")]
    ends_at: Annotated[Instant, say("S E P U L", "work", "避免演练被当作实警", "结束时间")]
    led_by: Annotated[UnitRef, say("S E P U", "work", "演练联络与配合", "组织单位")]
    bus_exercise: Annotated[YesNo, say("S E P U L", "work", "各台预知平台将收到演练事件", "经平台发送演练事件")]

    @model_validator(mode="after")
    def _fits_together(self) -> "DrillScheduled":
        in_order(self.starts_at, self.ends_at, field="ends_at")
        return self


class DrillCompleted(Closed):
    """应急演练完成."""

    drill_no: Annotated[Number, DRILL_NO]
    took_minutes: Annotated[Minutes, say("S E L", "work", "评估演练成效", "用时（分钟）")]
    participants: Annotated[Count, say("S E L", "work", "评估演练成效", "参加人数")]
    problems: Annotated[str | None, say("S E P U", "work", "改进预案", "发现的问题", max_length=500), FREE_TEXT] = None


_SCHEDULED = EventType(
    name="school.drill.scheduled",
    title="应急演练计划",
    model=DrillScheduled,
    intake_model=DrillScheduled,
    key=key_of("drill_no"),
    key_field="drill_no",
    family="drill",
    publishers=("school.safety-officer", "police.station-duty"),
    publish_within=(Within("5sd before starts_at"),),
    key_scope="unit",
)

_COMPLETED = EventType(
    name="school.drill.completed",
    title="应急演练完成",
    model=DrillCompleted,
    intake_model=DrillCompleted,
    key=key_of("drill_no"),
    key_field="drill_no",
    family="drill",
    publishers=("school.safety-officer",),
    publish_within=(Within("1sd"),),
    key_scope="unit",
    joins=True,
)

TYPES: tuple[EventType, ...] = (
    *with_follow_ups(Head(of=_SCHEDULED, marks=("C", "W"), rows={})),
    *with_follow_ups(Head(of=_COMPLETED, marks=("C",), rows={})),
)
