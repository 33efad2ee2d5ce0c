"""卫健监测预警: what schools of an area should prepare for. Its colour is of the four-level scale, not the level of a pupil's case."""

from typing import Annotated

from pydantic import model_validator

from contracts.codes.health import EmergencyColour, WarningTopic
from contracts.envelope import Closed
from contracts.event_type import EventType, Within, key_of
from contracts.fields import say
from contracts.followups import Head, with_follow_ups
from contracts.other import other_needs_words
from contracts.texts import DISTINCT, FREE_TEXT, Number
from contracts.values import Area

WORDS = {"topic": "topic_note"}
"""Code → its words when it is ``other``."""


class WarningIssued(Closed):
    """卫健监测预警."""

    warning_no: Annotated[Number, say("all", "work", "核对同一预警", "预警编号", min_length=1, max_length=32)]
    colour: Annotated[EmergencyColour | None, say("all", "work", "判断预警等级", "预警颜色", codes="emergency_colour")] = None
    topic: Annotated[WarningTopic, say("S V E H L", "work", "判断预警内容", "预警类别", codes="warning_topic")]
    topic_note: Annotated[str | None, say("S V E H L", "work", "类别为其他时说明", "类别说明", max_length=60), FREE_TEXT] = None
    scope: Annotated[
        tuple[Area, ...],
        say("S V E H L", "work", "确定预警范围，行政区划代码或学校", "预警范围", min_length=1, max_length=200),
        DISTINCT,
    ]
    advice: Annotated[str, say("S V E", "work", "学校防范动作", "防范建议", max_length=500), FREE_TEXT]

    @model_validator(mode="after")
    def _fits_together(self) -> "WarningIssued":
        other_needs_words(self, **WORDS)
        return self


_ISSUED = EventType(
    name="health.warning.issued",
    title="卫健监测预警",
    model=WarningIssued,
    intake_model=WarningIssued,
    key=key_of("warning_no"),
    key_field="warning_no",
    family="warning",
    publishers=("health.emergency-office", "health.cdc-duty"),
    publish_within=(Within("1wd"),),
)

TYPES: tuple[EventType, ...] = with_follow_ups(Head(of=_ISSUED, marks=("C", "W"), rows={}, words=WORDS))
