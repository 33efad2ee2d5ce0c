"""校舍安全体检隐患: a rating for every building that was checked, safe ones too."""

from typing import Annotated

from contracts.codes.housing import BuildingInterim, BuildingRating
from contracts.envelope import Closed
from contracts.event_type import EventType, Within, key_of
from contracts.fields import say
from contracts.followups import Head, with_follow_ups
from contracts.hazards import HazardConclusion
from contracts.texts import DISTINCT, FREE_TEXT, Number, SchoolId
from contracts.values import AttachmentRef, Day


class BuildingHazardFound(Closed):
    """校舍安全体检隐患. C and D count as grave."""

    hazard_no: Annotated[Number, say("all", "work", "核对同一隐患", "隐患编号", max_length=32)]
    school_id: Annotated[SchoolId, say("all", "work", "确定涉及的学校", "学校")]
    building: Annotated[str, say("S E U", "work", "找到隐患位置", "楼栋", max_length=60), FREE_TEXT]
    rating: Annotated[BuildingRating, say("all", "work", "判断危险等级与时限", "鉴定等级", codes="building_rating")]
    interim: Annotated[
        tuple[BuildingInterim, ...],
        say("S E U", "work", "整改前的临时管控", "临时措施", codes="building_interim", min_length=1),
        DISTINCT,
    ]
    rectify_by: Annotated[Day, say("all", "work", "按期整改与复查", "整改期限")]
    report_ref: Annotated[AttachmentRef | None, say("E U", "work", "查阅鉴定报告", "鉴定报告")] = None


_FOUND = EventType(
    name="housing.building-hazard.found",
    title="校舍安全体检隐患",
    model=BuildingHazardFound,
    intake_model=BuildingHazardFound,
    key=key_of("hazard_no"),
    key_field="hazard_no",
    family="hazard",
    key_scope="agency",
    publishers=("housing.safety-desk",),
    publish_within=(Within("2h", "rating", frozenset({"D"})), Within("1wd")),
)

TYPES: tuple[EventType, ...] = with_follow_ups(
    Head(of=_FOUND, marks=("S", "C", "L", "W", "X"), rows={}, level="rating", outcome=HazardConclusion)
)
