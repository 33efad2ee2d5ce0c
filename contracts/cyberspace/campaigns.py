"""涉未成年人网络环境专项整治: cyberspace leads, police and education assist, for a period with reports."""

from typing import Annotated

from pydantic import ConfigDict, model_validator

from contracts.codes.cyberspace import CampaignOutcome, ReportRhythm
from contracts.codes.shared import OnlineHarmKind
from contracts.conditional import in_order
from contracts.envelope import Closed
from contracts.event_type import EventType, Within, key_of
from contracts.fields import say
from contracts.followups import FollowUp, Head, with_follow_ups
from contracts.other import other_needs_words
from contracts.texts import DISTINCT, FREE_TEXT, Number
from contracts.values import Day

WORDS = {"topics": "topics_note"}
"""Codes → their words when ``other`` is among them."""


class CampaignLaunched(Closed):
    """涉未成年人网络环境专项整治."""

    model_config = ConfigDict(serialize_by_alias=True)

    campaign_no: Annotated[Number, say("all", "work", "核对同一行动", "行动编号", max_length=32)]
    title: Annotated[str, say("all", "work", "了解行动名称", "行动名称", max_length=80), FREE_TEXT]
    topics: Annotated[
        tuple[OnlineHarmKind, ...], say("E P C L", "work", "明确整治重点", "整治内容", codes="online_harm_kind", min_length=1), DISTINCT
    ]
    topics_note: Annotated[str | None, say("E P C L", "work", "内容为其他时说明", "内容说明", max_length=120), FREE_TEXT] = None
    from_: Annotated[Day, say("E P C L", "work", "安排行动时间", "开始日期", alias="from")]
    to: Annotated[Day, say("E P C L", "work", "安排行动时间与办结", "结束日期")]
    report_every: Annotated[ReportRhythm, say("E P C", "work", "按期报送进展", "报送频次", codes="report_rhythm")]

    @model_validator(mode="after")
    def _fits_together(self) -> "CampaignLaunched":
        other_needs_words(self, **WORDS)
        in_order(self.from_, self.to, field="to", same=True)
        return self


class CampaignConclusion(FollowUp):
    """办结: how the campaign ended."""

    outcome: Annotated[CampaignOutcome, say("all", "work", "了解行动结果", "行动结果", codes="campaign_outcome")]
    outcome_note: Annotated[
        str | None, say("E P C L", "work", "结果为其他时说明，及需后续关注事项", "结果说明", max_length=500), FREE_TEXT
    ] = None

    @model_validator(mode="after")
    def _fits_together(self) -> "CampaignConclusion":
        other_needs_words(self, outcome="outcome_note")
        return self


_LAUNCHED = EventType(
    name="cyberspace.campaign.launched",
    title="涉未成年人网络环境专项整治",
    model=CampaignLaunched,
    intake_model=CampaignLaunched,
    key=key_of("campaign_no"),
    key_field="campaign_no",
    family="campaign",
    publishers=("cyberspace.campaign-desk",),
    publish_within=(Within("1wd"),),
)

TYPES: tuple[EventType, ...] = with_follow_ups(
    Head(of=_LAUNCHED, marks=("S", "C", "W", "X"), rows={}, words=WORDS, outcome=CampaignConclusion)
)
