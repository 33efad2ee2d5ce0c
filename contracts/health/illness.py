"""涉校聚集疫情: what disease control or a hospital finds over several patients of a school."""

from typing import Annotated

from pydantic import model_validator

from contracts.codes.health import ClusterAdvice, DiseaseGroup, EmergencyGrade
from contracts.envelope import Closed
from contracts.event_type import EventType, Within, key_of
from contracts.fields import say
from contracts.followups import Head, with_follow_ups
from contracts.forms import intake_form
from contracts.other import other_needs_words
from contracts.outbreaks import ClusterCase, ClusterConclusion
from contracts.ownership import rows_name_their_school
from contracts.sealed import PlainRow, SealedRow
from contracts.texts import DISTINCT, FREE_TEXT, Count, Number, SchoolId, YesNo

WORDS = {"disease_group": "disease_note"}
"""Code → its words when it is ``other``."""


class IllnessClusterDetected(Closed):
    """卫健/疾控发现涉校聚集疫情."""

    cluster_no: Annotated[Number, say("S V E H L", "work", "核对同一聚集疫情", "聚集疫情编号", min_length=1, max_length=32)]
    schools: Annotated[tuple[SchoolId, ...], say("S V E H L", "work", "确定涉疫学校", "涉疫学校", min_length=1, max_length=200), DISTINCT]
    disease_group: Annotated[DiseaseGroup, say("S V E H", "minor", "判断疫情性质与防控重点", "疾病类别", codes="disease_group")]
    disease_note: Annotated[str | None, say("S V E H", "minor", "类别为其他时说明", "类别说明", max_length=60), FREE_TEXT] = None
    cases: Annotated[Count, say("S V E H L", "work", "判断规模，各医院合计", "病例数")]
    notifiable: Annotated[YesNo, say("S V E H L", "work", "判断是否须立即报告", "（疑似）法定传染病")]
    emergency_grade: Annotated[
        EmergencyGrade, say("E H L", "work", "判断是否构成突发公共卫生事件", "突发公共卫生事件级别", codes="emergency_grade")
    ]
    advice: Annotated[
        tuple[ClusterAdvice, ...],
        say("S V E", "work", "学校防控动作", "防控建议", codes="cluster_advice", min_length=1),
        DISTINCT,
    ]
    line_list: Annotated[
        tuple[SealedRow, ...] | None,
        say("H", "minor", "流行病学调查，不出卫健系统", "病例名单", sealed=True, min_length=1, max_length=200),
    ] = None

    @model_validator(mode="after")
    def _fits_together(self) -> "IllnessClusterDetected":
        other_needs_words(self, **WORDS)
        rows_name_their_school(self.line_list, self.schools, field="line_list")
        return self


_ROWS: dict[str, type[PlainRow]] = {"line_list": ClusterCase}

_DETECTED = EventType(
    name="health.illness-cluster.detected",
    title="卫健发现涉校聚集疫情",
    model=IllnessClusterDetected,
    intake_model=intake_form(IllnessClusterDetected, _ROWS),
    key=key_of("cluster_no"),
    key_field="cluster_no",
    family="health-cluster",
    publishers=("health.cdc-duty", "health.hospital-er"),
    publish_within=(Within("2h"),),
)

TYPES: tuple[EventType, ...] = with_follow_ups(
    Head(
        of=_DETECTED,
        marks=("S", "C", "L", "W", "X"),
        rows=_ROWS,
        words=WORDS,
        level="emergency_grade",
        outcome=ClusterConclusion,
    )
)
