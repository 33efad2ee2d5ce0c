"""护校安园巡查隐患: what a patrol finds at a school."""

from typing import Annotated

from pydantic import model_validator

from contracts.codes.police import PoliceHazardDomain
from contracts.codes.shared import HazardLevel
from contracts.conditional import needed_if
from contracts.envelope import Closed
from contracts.event_type import EventType, Within, key_of
from contracts.fields import say
from contracts.followups import Head, with_follow_ups
from contracts.hazards import HazardConclusion
from contracts.texts import DISTINCT, FREE_TEXT, Number, SchoolId
from contracts.values import AttachmentRef, Day


class PoliceHazardFound(Closed):
    """护校安园巡查隐患. Whoever is dangerous as a person is described to the police alone."""

    hazard_no: Annotated[Number, say("all", "work", "各单位据以核对同一隐患", "隐患编号", min_length=1, max_length=32)]
    domain: Annotated[PoliceHazardDomain, say("all", "work", "判断职责单位", "隐患领域", codes="police_hazard_domain")]
    kind: Annotated[str, say("S E P U", "work", "了解是什么隐患，如标线磨损、门禁失效", "隐患内容", max_length=60), FREE_TEXT]
    level: Annotated[HazardLevel, say("all", "work", "判断隐患等级与时限", "隐患等级", codes="hazard_level")]
    schools: Annotated[tuple[SchoolId, ...], say("all", "work", "确定涉及的学校", "涉及学校", min_length=1, max_length=200), DISTINCT]
    place_text: Annotated[str, say("S E P U", "work", "到现场整治", "地点", max_length=120), FREE_TEXT]
    gate_id: Annotated[Number | None, say("S P U", "work", "确定所在校门", "校门编号", max_length=40)] = None
    photo: Annotated[
        tuple[AttachmentRef, ...] | None,
        say("S P U", "work", "现场核对，各视图分别脱敏", "现场照片编号", min_length=1, max_length=6),
        DISTINCT,
    ] = None
    person_note: Annotated[str | None, say("P", "personal", "公安掌握重点人员情况，不出公安", "重点人员情况", max_length=200), FREE_TEXT] = (
        None
    )
    rectify_by: Annotated[Day, say("all", "work", "确定整改期限", "整改期限")]

    @model_validator(mode="after")
    def _fits_together(self) -> "PoliceHazardFound":
        needed_if(self, self.domain == "person", "person_note")
        return self


_FOUND = EventType(
    name="police.hazard.found",
    title="护校安园巡查隐患",
    model=PoliceHazardFound,
    intake_model=PoliceHazardFound,
    key=key_of("hazard_no"),
    key_field="hazard_no",
    family="hazard",
    key_scope="agency",
    publishers=("police.station-duty", "police.traffic-duty"),
    publish_within=(Within("30min", "level", frozenset({"grave"})), Within("4h/open")),
)

TYPES: tuple[EventType, ...] = with_follow_ups(
    Head(of=_FOUND, marks=("S", "C", "L", "W", "X"), rows={}, level="level", outcome=HazardConclusion)
)
