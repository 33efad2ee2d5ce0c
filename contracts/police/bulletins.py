"""校园及周边治安情况通报: what happened around schools in a while, without a person in it."""

from typing import Annotated

from pydantic import model_validator

from contracts.codes.police import AlarmKind
from contracts.conditional import in_order
from contracts.envelope import Closed
from contracts.event_type import EventType, Within, key_of
from contracts.fields import say
from contracts.followups import Head, with_follow_ups
from contracts.other import other_needs_words
from contracts.texts import DISTINCT, FREE_TEXT, Number
from contracts.values import Area, Day

WORDS = {"topics": "topics_note"}
"""Codes → their words when ``other`` is among them."""


class Period(Closed):
    """The first and the last day, both included."""

    first: Annotated[Day, say("S V E L", "work", "了解通报所涉时段", "起始日期")]
    last: Annotated[Day, say("S V E L", "work", "了解通报所涉时段", "截止日期")]

    @model_validator(mode="after")
    def _in_order(self) -> "Period":
        in_order(self.first, self.last, field="last", same=True)
        return self


class BulletinIssued(Closed):
    """治安情况通报: no person, no pupil, counts below 5 as “<5”."""

    bulletin_no: Annotated[Number, say("all", "work", "各单位据以核对同一通报", "通报编号", min_length=1, max_length=32)]
    period: Annotated[Period, say("S V E L", "work", "了解通报所涉时段", "通报时段")]
    scope: Annotated[tuple[Area, ...], say("S V E L", "work", "确定通报所涉区域或学校", "通报范围", min_length=1, max_length=200), DISTINCT]
    topics: Annotated[
        tuple[AlarmKind, ...], say("S V E", "work", "判断防范重点", "通报事项", codes="alarm_kind", min_length=1, max_length=6), DISTINCT
    ]
    topics_note: Annotated[str | None, say("S V E", "work", "事项含其他时说明", "事项说明", max_length=60), FREE_TEXT] = None
    summary: Annotated[str, say("S V E", "work", "了解治安情况，不得出现个人，5起以下写“<5”", "情况摘要", max_length=2000), FREE_TEXT]
    advice: Annotated[str | None, say("S V E", "work", "学校防范提示", "防范建议", max_length=500), FREE_TEXT] = None

    @model_validator(mode="after")
    def _fits_together(self) -> "BulletinIssued":
        other_needs_words(self, **WORDS)
        return self


_ISSUED = EventType(
    name="police.bulletin.issued",
    title="校园及周边治安情况通报",
    model=BulletinIssued,
    intake_model=BulletinIssued,
    key=key_of("bulletin_no"),
    key_field="bulletin_no",
    family="bulletin",
    publishers=("police.liaison-desk",),
    publish_within=(Within("1wd"),),
)

TYPES: tuple[EventType, ...] = with_follow_ups(Head(of=_ISSUED, marks=("C", "W"), rows={}, words=WORDS))
