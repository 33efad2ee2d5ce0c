"""校园突发事件: what happens on a campus."""

from typing import Annotated

from pydantic import model_validator

from contracts.codes.schools import ActionTaken, IncidentKind, IncidentOutcome, PlaceInSchool
from contracts.codes.shared import Severity
from contracts.envelope import Closed
from contracts.event_type import EventType, Narrowing, Within, key_of
from contracts.fields import say
from contracts.followups import FollowUp, Head, with_follow_ups
from contracts.forms import intake_form
from contracts.other import other_needs_words
from contracts.ownership import rows_name_their_school
from contracts.sealed import Pupil, SealedRow
from contracts.texts import DISTINCT, FREE_TEXT, Count, Number, SchoolId, YesNo

WORDS = {"kind": "kind_note", "place_in_school": "place_note"}
"""Code → its words when it is ``other``."""


class CampusIncidentReported(Closed):
    """校内治安事件(校园突发事件)."""

    incident_no: Annotated[Number, say("all", "work", "核对同一事件，学校自编号", "事件编号", min_length=1, max_length=32)]
    kind: Annotated[IncidentKind, say("S V E P H U L", "work", "判断事件性质与职责单位", "事件类别", codes="incident_kind")]
    kind_note: Annotated[str | None, say("S V E P H U L", "work", "类别为其他时说明性质", "类别说明", max_length=60), FREE_TEXT] = None
    severity: Annotated[Severity, say("all", "work", "判断紧急程度与时限", "紧急程度", codes="severity")]
    school_id: Annotated[SchoolId, say("all", "work", "确定事发学校", "事发学校")]
    place_in_school: Annotated[PlaceInSchool, say("S E P H U", "work", "到达现场", "校内地点", codes="place_in_school")]
    place_note: Annotated[str | None, say("S E P H U", "work", "地点为其他时说明位置", "地点说明", max_length=60), FREE_TEXT] = None
    casualties: Annotated[Count, say("S E P H U L", "work", "安排救治与信息报送", "伤亡人数")]
    dead: Annotated[Count, say("E P H L", "work", "信息报送与善后", "死亡人数")]
    injury_note: Annotated[str | None, say("P H K", "minor", "救治准备，不得出现姓名", "伤情说明", max_length=200), FREE_TEXT] = None
    pupils: Annotated[
        tuple[SealedRow, ...] | None,
        say("S P", "minor", "学校与公安核实并保护本校学生", "涉及学生", sealed=True, min_length=1, max_length=200),
    ] = None
    outsider_involved: Annotated[YesNo, say("S E P L", "work", "判断是否有校外人员涉入", "校外人员涉入")]
    actions_taken: Annotated[
        tuple[ActionTaken, ...],
        say("S E P H", "work", "避免重复动作并衔接处置", "已采取措施", codes="action_taken", min_length=1),
        DISTINCT,
    ]

    @model_validator(mode="after")
    def _fits_together(self) -> "CampusIncidentReported":
        other_needs_words(self, **WORDS)
        rows_name_their_school(self.pupils, (self.school_id,), field="pupils")
        return self


class IncidentConclusion(FollowUp):
    """办结: how the school ended it."""

    outcome: Annotated[IncidentOutcome, say("all", "work", "了解事件结果", "处置结果", codes="incident_outcome")]
    outcome_note: Annotated[
        str | None, say("S E P L", "work", "结果为其他时说明，及需后续关注事项", "结果说明", max_length=500), FREE_TEXT
    ] = None

    @model_validator(mode="after")
    def _fits_together(self) -> "IncidentConclusion":
        other_needs_words(self, outcome="outcome_note")
        return self


_ROWS = {"pupils": Pupil}

_REPORTED = EventType(
    name="school.campus-incident.reported",
    title="校园突发事件",
    model=CampusIncidentReported,
    intake_model=intake_form(CampusIncidentReported, _ROWS),
    key=key_of("incident_no"),
    key_field="incident_no",
    family="campus-incident",
    publishers=("school.duty-desk", "school.safety-officer"),
    publish_within=(Within("5min", "severity", frozenset({"life-risk"})), Within("1h")),
    key_scope="unit",
    narrowings=(Narrowing("pupils", frozenset("P"), own_school=frozenset("S")),),
)

TYPES: tuple[EventType, ...] = with_follow_ups(
    Head(of=_REPORTED, marks=("S", "C", "L", "W", "X"), rows=_ROWS, words=WORDS, level="severity", outcome=IncidentConclusion)
)
