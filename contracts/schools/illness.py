"""学校传染病聚集: what the infection reporter sees in one class, dormitory or meal."""

from typing import Annotated

from pydantic import model_validator

from contracts.codes.schools import ClusterMeasure, Unexplained
from contracts.codes.shared import Symptom
from contracts.envelope import Closed
from contracts.event_type import EventType, Within, key_of
from contracts.fields import say
from contracts.followups import Head, with_follow_ups
from contracts.forms import intake_form
from contracts.other import other_needs_words
from contracts.outbreaks import ClusterCase, ClusterConclusion
from contracts.ownership import rows_name_their_school
from contracts.sealed import PlainRow, SealedRow
from contracts.texts import DISTINCT, FREE_TEXT, Count, Instant, Number, SchoolId, YesNo

WORDS = {"symptoms": "symptoms_note"}
"""Code → its words when it is ``other``."""


class IllnessClusterReported(Closed):
    """学校传染病聚集报告."""

    cluster_no: Annotated[Number, say("S V E H L", "work", "核对同一聚集疫情", "聚集疫情编号", min_length=1, max_length=32)]
    school_id: Annotated[SchoolId, say("S V E H L", "work", "确定涉疫学校", "涉疫学校")]
    group: Annotated[str, say("S E H", "work", "确定波及的班级、宿舍或用餐群体", "波及群体", max_length=40), FREE_TEXT]
    symptoms: Annotated[tuple[Symptom, ...], say("S E H", "minor", "判断疫情性质", "症状", codes="symptom", min_length=1), DISTINCT]
    symptoms_note: Annotated[str | None, say("S E H", "minor", "症状为其他时说明", "症状说明", max_length=60), FREE_TEXT] = None
    cases_today: Annotated[Count, say("S V E H L", "work", "判断是否达到报告标准", "当日病例数")]
    cases_3days: Annotated[Count, say("S V E H L", "work", "判断是否达到报告标准", "三日内病例数")]
    notifiable: Annotated[YesNo, say("S V E H L", "work", "判断是否须立即报告", "（疑似）法定传染病")]
    unexplained: Annotated[Unexplained, say("S E H L", "work", "判断是否为不明原因疾病", "不明原因情形", codes="unexplained")]
    in_hospital: Annotated[Count, say("E H L", "work", "掌握住院情况", "住院人数")]
    first_onset_at: Annotated[Instant, say("E H", "work", "流行病学调查", "首例发病时间")]
    measures: Annotated[
        tuple[ClusterMeasure, ...],
        say("S E H", "work", "衔接后续处置", "已采取措施", codes="cluster_measure", min_length=1),
        DISTINCT,
    ]
    cases: Annotated[
        tuple[SealedRow, ...] | None,
        say("H", "minor", "疾控开展流行病学调查", "病例名单", sealed=True, min_length=1, max_length=200),
    ] = None

    @model_validator(mode="after")
    def _fits_together(self) -> "IllnessClusterReported":
        other_needs_words(self, **WORDS)
        rows_name_their_school(self.cases, (self.school_id,), field="cases")
        return self


_ROWS: dict[str, type[PlainRow]] = {"cases": ClusterCase}

_REPORTED = EventType(
    name="school.illness-cluster.reported",
    title="学校传染病聚集报告",
    model=IllnessClusterReported,
    intake_model=intake_form(IllnessClusterReported, _ROWS),
    key=key_of("cluster_no"),
    key_field="cluster_no",
    family="cluster",
    publishers=("school.infection-reporter",),
    publish_within=(Within("30min", "notifiable", frozenset({True})), Within("24h")),
    key_scope="unit",
)

TYPES: tuple[EventType, ...] = with_follow_ups(
    Head(
        of=_REPORTED,
        marks=("S", "C", "L", "W", "X"),
        rows=_ROWS,
        words=WORDS,
        level="notifiable",
        outcome=ClusterConclusion,
    )
)
