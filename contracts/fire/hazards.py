"""消防安全检查隐患."""

from typing import Annotated

from pydantic import model_validator

from contracts.codes.fire import FireInterim, FireProblem
from contracts.codes.shared import HazardLevel
from contracts.envelope import Closed
from contracts.event_type import EventType, Within, key_of
from contracts.fields import say
from contracts.followups import Head, with_follow_ups
from contracts.hazards import HazardConclusion
from contracts.other import other_needs_words
from contracts.texts import DISTINCT, FREE_TEXT, Number, SchoolId
from contracts.values import Day

WORDS = {"problems": "problems_note"}
"""Codes → their words when ``other`` is among them."""


class FireHazardFound(Closed):
    """消防安全检查隐患."""

    hazard_no: Annotated[Number, say("all", "work", "核对同一隐患", "隐患编号", max_length=32)]
    school_id: Annotated[SchoolId, say("all", "work", "确定涉及的学校", "学校")]
    level: Annotated[HazardLevel, say("all", "work", "判断隐患等级与时限", "隐患等级", codes="hazard_level")]
    problems: Annotated[
        tuple[FireProblem, ...], say("S E U L", "work", "整改所需", "隐患问题", codes="fire_problem", min_length=1), DISTINCT
    ]
    problems_note: Annotated[str | None, say("S E U L", "work", "问题为其他时说明", "问题说明", max_length=120), FREE_TEXT] = None
    building: Annotated[str, say("S E U", "work", "找到隐患位置", "楼栋部位", max_length=60), FREE_TEXT]
    interim: Annotated[
        tuple[FireInterim, ...], say("S E U", "work", "整改前的临时管控", "临时措施", codes="fire_interim", min_length=1), DISTINCT
    ]
    rectify_by: Annotated[Day, say("all", "work", "按期整改与复查", "整改期限")]

    @model_validator(mode="after")
    def _fits_together(self) -> "FireHazardFound":
        other_needs_words(self, **WORDS)
        return self


_FOUND = EventType(
    name="fire.hazard.found",
    title="消防安全检查隐患",
    model=FireHazardFound,
    intake_model=FireHazardFound,
    key=key_of("hazard_no"),
    key_field="hazard_no",
    family="hazard",
    key_scope="agency",
    publishers=("fire.supervision-desk",),
    publish_within=(Within("2h", "level", frozenset({"grave"})), Within("1wd")),
)

TYPES: tuple[EventType, ...] = with_follow_ups(
    Head(of=_FOUND, marks=("S", "C", "L", "W", "X"), rows={}, words=WORDS, level="level", outcome=HazardConclusion)
)
