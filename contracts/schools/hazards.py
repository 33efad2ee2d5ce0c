"""校园及周边隐患: what a school reports, and that a finding, its own or another agency's, has been put right."""

from typing import Annotated

from pydantic import model_validator

from contracts.codes.schools import SchoolHazardDomain
from contracts.codes.shared import HazardLevel
from contracts.envelope import Closed
from contracts.event_type import EventType, Within, key_of
from contracts.fields import say
from contracts.followups import Head, with_follow_ups
from contracts.hazards import HazardConclusion
from contracts.other import other_needs_words
from contracts.texts import DISTINCT, FREE_TEXT, Instant, Number, SchoolId
from contracts.values import AttachmentRef, Day

WORDS = {"domain": "domain_note"}
"""Code → its words when it is ``other``."""
HAZARD_NO = say("all", "work", "各单位据以核对同一隐患", "隐患编号", min_length=1, max_length=32)


class SchoolHazardReported(Closed):
    """学校上报校园及周边隐患."""

    hazard_no: Annotated[Number, HAZARD_NO]
    domain: Annotated[SchoolHazardDomain, say("all", "work", "判断职责单位", "隐患领域", codes="school_hazard_domain")]
    domain_note: Annotated[str | None, say("all", "work", "领域为其他时说明", "领域说明", max_length=60), FREE_TEXT] = None
    level: Annotated[HazardLevel, say("all", "work", "判断隐患等级与时限", "隐患等级", codes="hazard_level")]
    school_id: Annotated[SchoolId, say("all", "work", "确定涉及的学校", "学校")]
    place_text: Annotated[str, say("S E P M U W", "work", "到现场整治", "地点", max_length=120), FREE_TEXT]
    description: Annotated[str, say("S E P M U W", "work", "了解隐患情况", "隐患说明", max_length=500), FREE_TEXT]
    photo: Annotated[
        tuple[AttachmentRef, ...] | None,
        say("S P M U", "work", "现场核对，人脸须先遮挡", "现场照片编号", min_length=1, max_length=6),
        DISTINCT,
    ] = None
    wished_by: Annotated[Day | None, say("all", "work", "了解学校期望的整改时间", "期望整改日期")] = None

    @model_validator(mode="after")
    def _fits_together(self) -> "SchoolHazardReported":
        other_needs_words(self, **WORDS)
        return self


class RectificationCompleted(Closed):
    """隐患整改完成: answers the finding of that number, whoever found it."""

    hazard_no: Annotated[Number, HAZARD_NO]
    done_at: Annotated[Instant, say("all", "work", "核对整改是否按期", "完成时间")]
    measure: Annotated[str, say("S E P M U", "work", "复查整改措施", "整改措施", max_length=300), FREE_TEXT]
    evidence: Annotated[
        tuple[AttachmentRef, ...] | None,
        say("S E P M U", "work", "复查整改结果", "佐证材料编号", min_length=1, max_length=20),
        DISTINCT,
    ] = None


_REPORTED = EventType(
    name="school.hazard.reported",
    title="学校上报校园及周边隐患",
    model=SchoolHazardReported,
    intake_model=SchoolHazardReported,
    key=key_of("hazard_no"),
    key_field="hazard_no",
    family="hazard",
    publishers=("school.safety-officer", "school.duty-desk"),
    publish_within=(Within("2h", "level", frozenset({"grave"})), Within("1sd")),
    key_scope="unit",
)

_RECTIFIED = EventType(
    name="school.rectification.completed",
    title="隐患整改完成",
    model=RectificationCompleted,
    intake_model=RectificationCompleted,
    key=key_of("hazard_no"),
    key_field="hazard_no",
    family="hazard",
    publishers=(
        "school.safety-officer",
        "school.principal",
        "school.duty-desk",
        "education.safety-desk",
        "police.station-duty",
        "police.traffic-duty",
        "market.station",
        "fire.supervision-desk",
        "housing.safety-desk",
        "urban.squad",
        "community.town-office",
    ),
    publish_within=(Within("1wd"),),
    joins=True,
)

TYPES: tuple[EventType, ...] = (
    *with_follow_ups(Head(of=_REPORTED, marks=("S", "C", "L", "W", "X"), rows={}, words=WORDS, level="level", outcome=HazardConclusion)),
    *with_follow_ups(Head(of=_RECTIFIED, marks=("C", "W"), rows={})),
)
