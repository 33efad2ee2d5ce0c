"""涉校涉生警情: the caller's name, phone and statement are not in the contract at all."""

from typing import Annotated

from pydantic import model_validator

from contracts.codes.police import Advice, AlarmKind, AlarmOutcome, FirstDisposal, Relation
from contracts.codes.shared import Datum, Severity
from contracts.envelope import Closed
from contracts.event_type import EventType, Narrowing, Within, key_of
from contracts.fields import say
from contracts.followups import Head, with_follow_ups
from contracts.forms import intake_form
from contracts.other import other_needs_words
from contracts.ownership import rows_name_their_school
from contracts.sealed import Pupil, SealedRow
from contracts.texts import DISTINCT, FREE_TEXT, Count, Number, SchoolRef, YesNo

ALARM_NO = say("S E P H L", "work", "各单位据以核对同一警情", "接处警单号", min_length=12, max_length=24)


WORDS = {"kind": "kind_note"}
"""Code → its words when it is ``other``."""


class Point(Closed):
    """A place with its datum; GCJ-02 is never turned back."""

    lon: Annotated[float, say("P H", "work", "出警与急救定位", "经度", ge=-180, le=180, allow_inf_nan=False)]
    lat: Annotated[float, say("P H", "work", "出警与急救定位", "纬度", ge=-90, le=90, allow_inf_nan=False)]
    crs: Annotated[Datum, say("P H", "work", "坐标须注明坐标系", "坐标系", codes="datum")]


class AlarmRaised(Closed):
    """涉校涉生警情. Sexual offences never come here: they are forced reports."""

    alarm_no: Annotated[Number, ALARM_NO]
    kind: Annotated[AlarmKind, say("S V E P H C W L", "work", "判断警情性质与职责单位", "警情类别", codes="alarm_kind")]
    kind_note: Annotated[str | None, say("S V E P H C W L", "work", "类别为其他时说明性质", "类别说明", max_length=60), FREE_TEXT] = None
    severity: Annotated[Severity, say("all", "work", "判断紧急程度与时限", "紧急程度", codes="severity")]
    relation: Annotated[Relation, say("S V E P L", "work", "判断与学校的关系", "涉校关系", codes="relation")]
    schools: Annotated[tuple[SchoolRef, ...], say("all", "work", "确定涉及的学校", "涉及学校", min_length=1, max_length=200), DISTINCT]
    online: Annotated[YesNo, say("S E P C", "work", "判断是否需网信协同", "发生在网上")]
    place_text: Annotated[str, say("S E P H W", "work", "到达现场与防范", "地点", max_length=120), FREE_TEXT]
    place_point: Annotated[Point | None, say("P H", "work", "出警与急救定位", "坐标")] = None
    casualties: Annotated[Count, say("S E P H L", "work", "安排救治与信息报送", "伤亡人数")]
    injury_note: Annotated[str | None, say("P H K", "minor", "救治准备，不得出现姓名", "伤情说明", max_length=200), FREE_TEXT] = None
    suspect_at_large: Annotated[YesNo, say("S E P L", "work", "判断是否仍有现实危险", "嫌疑人在逃")]
    suspect_look: Annotated[
        str | None,
        say("S P", "personal", "门卫与民警辨认，只写外貌衣着，不得出现姓名", "嫌疑人外貌", max_length=120),
        FREE_TEXT,
    ] = None
    advice: Annotated[tuple[Advice, ...], say("S E P", "work", "学校即时防范动作", "防范建议", codes="advice", max_length=4), DISTINCT]
    pupils: Annotated[
        tuple[SealedRow, ...] | None,
        say("S P", "minor", "学校与公安核实并保护本校学生", "涉及学生", sealed=True, min_length=1, max_length=200),
    ] = None
    first_disposal: Annotated[FirstDisposal, say("S E P", "work", "了解先期处置进展", "先期处置", codes="first_disposal")]

    @model_validator(mode="after")
    def _fits_together(self) -> "AlarmRaised":
        other_needs_words(self, **WORDS)
        rows_name_their_school(self.pupils, self.schools, field="pupils")
        return self


class AlarmConcluded(Closed):
    """警情办结反馈."""

    alarm_no: Annotated[Number, ALARM_NO]
    outcome: Annotated[AlarmOutcome, say("S E L", "work", "了解警情结果", "办理结果", codes="alarm_outcome")]
    advice: Annotated[str | None, say("S E", "work", "学校后续关注事项", "后续建议", max_length=500), FREE_TEXT] = None


_PUPIL_ONLY = {"when_field": "relation", "when_codes": frozenset({"pupil-only"})}
_ROWS = {"pupils": Pupil}

_RAISED = EventType(
    name="police.alarm.raised",
    title="涉校涉生警情",
    model=AlarmRaised,
    intake_model=intake_form(AlarmRaised, _ROWS),
    key=key_of("alarm_no"),
    key_field="alarm_no",
    family="alarm",
    publishers=("police.110-desk", "police.station-duty"),
    publish_within=(Within("10min", "severity", frozenset({"life-risk"})), Within("30min")),
    narrowings=(
        Narrowing("schools", frozenset("EPHMCKUWL"), own_school=frozenset("SV"), **_PUPIL_ONLY),  # type: ignore[arg-type]
        Narrowing("place_text", frozenset("PHW"), **_PUPIL_ONLY),  # type: ignore[arg-type]
        Narrowing("casualties", frozenset("EPHL"), **_PUPIL_ONLY),  # type: ignore[arg-type]
        Narrowing("pupils", frozenset("P"), own_school=frozenset("S")),
    ),
)

_CONCLUDED = EventType(
    name="police.alarm.concluded",
    title="警情办结反馈",
    model=AlarmConcluded,
    intake_model=AlarmConcluded,
    key=key_of("alarm_no"),
    key_field="alarm_no",
    family="alarm",
    publishers=("police.station-duty",),
    publish_within=(Within("1wd"),),
)

TYPES: tuple[EventType, ...] = (
    *with_follow_ups(Head(of=_RAISED, marks=("S", "C", "L", "W"), rows=_ROWS, words=WORDS, level="severity")),
    *with_follow_ups(Head(of=_CONCLUDED, marks=("C",), rows={})),
)
