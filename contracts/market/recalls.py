"""问题产品下架召回: which goods go off the shelves of which places."""

from typing import Annotated

from pydantic import ConfigDict, model_validator

from contracts.codes.market import RecallClass, RecallOutcome, RecallReason
from contracts.envelope import Closed
from contracts.event_type import EventType, Within, key_of
from contracts.fields import say
from contracts.followups import FollowUp, Head, with_follow_ups
from contracts.market.near import Goods
from contracts.other import other_needs_words
from contracts.texts import DISTINCT, FREE_TEXT, Number
from contracts.values import Area


class RecallOrdered(Closed):
    """问题产品下架召回."""

    model_config = ConfigDict(serialize_by_alias=True)

    recall_no: Annotated[Number, say("all", "work", "核对同一召回", "召回编号", max_length=32)]
    goods: Annotated[tuple[Goods, ...], say("all", "work", "排查并停用问题产品", "召回产品", min_length=1, max_length=50), DISTINCT]
    class_: Annotated[RecallClass, say("all", "work", "判断召回级别与时限", "召回级别", codes="recall_class", alias="class")]
    scope: Annotated[tuple[Area, ...], say("all", "work", "确定涉及地区与学校", "召回范围", min_length=1, max_length=200), DISTINCT]
    reason: Annotated[RecallReason, say("all", "work", "判断危害与排查方法", "召回原因", codes="recall_reason")]


class RecallConclusion(FollowUp):
    """办结: how the recall ended."""

    outcome: Annotated[RecallOutcome, say("all", "work", "了解召回结果", "召回结果", codes="recall_outcome")]
    outcome_note: Annotated[
        str | None, say("S E H M L", "work", "结果为其他时说明，及需后续关注事项", "结果说明", max_length=500), FREE_TEXT
    ] = None

    @model_validator(mode="after")
    def _fits_together(self) -> "RecallConclusion":
        other_needs_words(self, outcome="outcome_note")
        return self


_ORDERED = EventType(
    name="market.recall.ordered",
    title="问题产品下架召回",
    model=RecallOrdered,
    intake_model=RecallOrdered,
    key=key_of("recall_no"),
    key_field="recall_no",
    family="recall",
    publishers=("market.food-safety-desk",),
    publish_within=(Within("2h"),),
)

TYPES: tuple[EventType, ...] = with_follow_ups(Head(of=_ORDERED, marks=("C", "W", "X"), rows={}, outcome=RecallConclusion))
