"""What schools and health say alike of an outbreak: the lines of a line list, and how it ended."""

from typing import Annotated

from pydantic import model_validator

from contracts.codes.shared import AgeBand, ClusterOutcome, FoodOutcome
from contracts.fields import say
from contracts.followups import FollowUp
from contracts.other import other_needs_words
from contracts.sealed import Phone, PlainRow
from contracts.texts import FREE_TEXT, SEALED_TEXT, Instant
from contracts.values import Day

_TRACING = "流行病学调查"


class ClusterCase(PlainRow):
    """A line of a cluster's line list: for health alone."""

    name: Annotated[str, say("H", "minor", _TRACING, "姓名", sealed=True, max_length=40), SEALED_TEXT]
    class_: Annotated[str | None, say("H", "minor", _TRACING, "班级", sealed=True, alias="class", max_length=40), SEALED_TEXT] = None
    age_band: Annotated[AgeBand, say("H", "minor", _TRACING, "年龄段", sealed=True, codes="age_band")]
    onset: Annotated[Day | None, say("H", "minor", _TRACING, "发病日期", sealed=True)] = None
    guardian_phone: Annotated[Phone | None, say("H", "minor", "联系监护人", "监护人电话", sealed=True)] = None


class FoodCase(PlainRow):
    """A line of a food illness's line list: for health alone."""

    name: Annotated[str, say("H", "minor", _TRACING, "姓名", sealed=True, max_length=40), SEALED_TEXT]
    class_: Annotated[str | None, say("H", "minor", _TRACING, "班级", sealed=True, alias="class", max_length=40), SEALED_TEXT] = None
    age_band: Annotated[AgeBand, say("H", "minor", _TRACING, "年龄段", sealed=True, codes="age_band")]
    onset: Annotated[Instant | None, say("H", "minor", "推算潜伏期", "发病时间", sealed=True)] = None
    hospital: Annotated[str | None, say("H", "minor", "掌握收治情况", "就诊医院", sealed=True, max_length=60), SEALED_TEXT] = None


class ClusterConclusion(FollowUp):
    """办结: how a cluster ended."""

    outcome: Annotated[ClusterOutcome, say("S V E H L", "work", "了解疫情结果", "疫情结果", codes="cluster_outcome")]
    outcome_note: Annotated[
        str | None, say("S E H L", "work", "结果为其他时说明，及需后续关注事项", "结果说明", max_length=500), FREE_TEXT
    ] = None

    @model_validator(mode="after")
    def _fits_together(self) -> "ClusterConclusion":
        other_needs_words(self, outcome="outcome_note")
        return self


class FoodConclusion(FollowUp):
    """办结: what a suspected food illness was in the end."""

    outcome: Annotated[FoodOutcome, say("S V E H M L", "work", "了解事件结果", "处置结果", codes="food_outcome")]
    outcome_note: Annotated[
        str | None, say("S E H M L", "work", "结果为其他时说明，及需后续关注事项", "结果说明", max_length=500), FREE_TEXT
    ] = None

    @model_validator(mode="after")
    def _fits_together(self) -> "FoodConclusion":
        other_needs_words(self, outcome="outcome_note")
        return self
