"""护学岗: who stands at which gate on a day, and who checked in there."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field, Strict, model_validator
from pydantic_core import PydanticCustomError

from contracts.codes.police import CheckAct, CheckMethod
from contracts.codes.shared import GuardPeak, GuardSlot
from contracts.envelope import Closed
from contracts.event_type import EventType, Narrowing, Within, key_of
from contracts.fields import say
from contracts.followups import Head, with_follow_ups
from contracts.police.alarms import Point
from contracts.texts import Count, Instant, Number, SchoolId, YesNo
from contracts.values import Day, PersonRef, UnitRef

GATE, PEAK, SLOT = "确定校门", "确定时段", "确定岗位"
ItemNo = Annotated[int, Strict(), Field(ge=1, le=1_000_000_000)]


def _once(*fields: str) -> AfterValidator:
    """Stands behind a list's length: no two of its objects agree in all these fields."""

    def check(values: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
        if values is not None and len({tuple(getattr(one, field) for field in fields) for one in values}) != len(values):
            raise PydanticCustomError("repeated-item", "The list must not name the same item twice")
        return values

    return AfterValidator(check)


class GuardPost(Closed):
    """One person at one gate in one peak, with who takes over."""

    gate_id: Annotated[Number, say("S P", "work", GATE, "校门编号", max_length=40)]
    peak: Annotated[GuardPeak, say("S P", "work", PEAK, "时段", codes="guard_peak")]
    slot: Annotated[GuardSlot, say("S P", "work", SLOT, "岗位", codes="guard_slot")]
    unit: Annotated[UnitRef, say("S P", "work", "联系派岗单位", "派岗单位")]
    person_ref: Annotated[PersonRef, say("S P", "personal", "核对到岗人员", "上岗人员编号")]
    substitute_ref: Annotated[PersonRef | None, say("S P", "personal", "缺岗时补位", "替岗人员编号")] = None


class GuardNeed(Closed):
    """How many a gate needs of one kind in one peak; the usual is one policeman and one of the school."""

    gate_id: Annotated[Number, say("S E P L", "work", GATE, "校门编号", max_length=40)]
    peak: Annotated[GuardPeak, say("S E P L", "work", PEAK, "时段", codes="guard_peak")]
    slot: Annotated[GuardSlot, say("S E P L", "work", SLOT, "岗位", codes="guard_slot")]
    count: Annotated[Count, say("S E P L", "work", "核对应到人数", "应到人数")]


class GuardRosterPublished(Closed):
    """护学岗排班 of one school for one school day. Who stands there is for the school and the police; others see how many are needed."""

    school_id: Annotated[SchoolId, say("S E P L", "work", "确定学校", "学校")]
    date: Annotated[Day, say("S E P L", "work", "确定上岗日期", "日期")]
    rows: Annotated[
        tuple[GuardPost, ...],
        say("S P", "personal", "核对到岗与补位", "排班", min_length=1, max_length=500),
        _once("gate_id", "peak", "person_ref"),
    ]
    required: Annotated[
        tuple[GuardNeed, ...],
        say("S E P L", "work", "判断是否缺岗", "应到人数", min_length=1, max_length=200),
        _once("gate_id", "peak", "slot"),
    ]


class GuardCheckin(Closed):
    """One check-in on a device. The point is for the police alone."""

    item_no: Annotated[ItemNo, say("S P", "work", "设备内唯一，重复上传只计一次", "序号")]
    gate_id: Annotated[Number, say("S P", "work", GATE, "校门编号", max_length=40)]
    peak: Annotated[GuardPeak, say("S P", "work", PEAK, "时段", codes="guard_peak")]
    slot: Annotated[GuardSlot, say("S P", "work", SLOT, "岗位", codes="guard_slot")]
    person_ref: Annotated[PersonRef, say("S P", "personal", "核对到岗人员", "上岗人员编号")]
    act: Annotated[CheckAct, say("S P", "work", "判断到岗离岗", "签到动作", codes="check_act")]
    checked_at: Annotated[Instant, say("S P", "work", "判断是否按时到岗", "签到时间")]
    point: Annotated[Point | None, say("P", "personal", "核对签到地点", "签到坐标")] = None
    method: Annotated[CheckMethod, say("S P", "work", "判断签到可信程度", "签到方式", codes="check_method")]


class GuardCheckinsRecorded(Closed):
    """护学岗签到批: what one device sends of one gate. ``school_id``: whose gate it is, where the gateway knows it.

    What a device held back has until 4 h after its window, whose end routing knows (``window_ends``); whether it proves presence is judged
    by ``uploaded_at``."""

    gate_id: Annotated[Number, say("S P L", "work", GATE, "校门编号", max_length=40)]
    school_id: Annotated[SchoolId | None, say("S P L", "work", "确定学校，学校只见本校签到", "学校")] = None
    batch_no: Annotated[Number, say("P L", "work", "重复上传只计一次", "批次编号", max_length=40)]
    device_id: Annotated[Number, say("P", "work", "核对设备", "设备编号", max_length=40)]
    offline: Annotated[YesNo, say("P L", "work", "区分离线补传", "离线补传")]
    items: Annotated[
        tuple[GuardCheckin, ...],
        say("S P", "personal", "判断是否缺岗", "签到记录", min_length=1, max_length=500),
        _once("item_no"),
    ]
    uploaded_at: Annotated[Instant, say("P L", "work", "核对设备与服务器时差", "上传时间")]

    @model_validator(mode="after")
    def _of_one_gate(self) -> "GuardCheckinsRecorded":
        for number, item in enumerate(self.items):
            if item.gate_id != self.gate_id:
                raise PydanticCustomError("gate-not-in-event", "The item is of another gate", {"field": f"items.{number}.gate_id"})
        return self


_ROSTER = EventType(
    name="police.guard-roster.published",
    title="护学岗排班",
    model=GuardRosterPublished,
    intake_model=GuardRosterPublished,
    key=key_of("school_id+date"),
    key_field="school_id+date",
    family="guard-roster",
    publishers=("police.station-duty",),
    publish_within=(Within("18:00 before date"),),
)

_CHECKINS = EventType(
    name="police.guard-checkins.recorded",
    title="护学岗签到批",
    model=GuardCheckinsRecorded,
    intake_model=GuardCheckinsRecorded,
    key=key_of("gate_id"),
    key_field="gate_id",
    apart="batch_no",
    family="guard-checkins",
    publishers=("police.station-duty", "school.duty-desk"),
    publish_within=(Within("1min", "offline", frozenset({False})), Within("4h from window_ends")),
    narrowings=(Narrowing("items", frozenset("P"), own_school=frozenset("S")),),
)

TYPES: tuple[EventType, ...] = (
    *with_follow_ups(Head(of=_ROSTER, marks=("C",), rows={})),
    *with_follow_ups(Head(of=_CHECKINS, marks=("C",), rows={})),
)
