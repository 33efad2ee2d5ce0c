"""医院接诊疑似食源性病例: patients of a school who fell ill after food."""

from typing import Annotated

from pydantic import model_validator

from contracts.codes.health import FoodExposure
from contracts.codes.shared import Symptom
from contracts.envelope import Closed
from contracts.event_type import EventType, Within, key_of
from contracts.fields import say
from contracts.followups import Head, with_follow_ups
from contracts.forms import intake_form
from contracts.other import other_needs_words
from contracts.outbreaks import FoodCase, FoodConclusion
from contracts.ownership import rows_name_their_school
from contracts.sealed import PlainRow, SealedRow
from contracts.texts import DISTINCT, FREE_TEXT, Count, Number, SchoolId

WORDS = {"symptoms": "symptoms_note"}
"""Code → its words when it is ``other``."""


class FoodIllnessReported(Closed):
    """医院接诊疑似食源性病例."""

    report_no: Annotated[Number, say("S E H M L", "work", "核对同一报告", "报告编号", min_length=1, max_length=32)]
    schools: Annotated[tuple[SchoolId, ...], say("S E H M L", "work", "确定涉及学校", "涉及学校", min_length=1, max_length=200), DISTINCT]
    ill: Annotated[Count, say("S E H M L", "work", "判断规模", "发病人数")]
    severe: Annotated[Count, say("E H M L", "work", "判断严重程度", "重症人数")]
    dead: Annotated[Count, say("E H M L", "work", "信息报送与善后", "死亡人数")]
    exposure: Annotated[FoodExposure, say("S E H M", "work", "追溯可疑来源", "可疑来源", codes="food_exposure")]
    suspected_food: Annotated[str | None, say("E H M", "work", "追溯可疑食品", "可疑食品", max_length=120), FREE_TEXT] = None
    symptoms: Annotated[tuple[Symptom, ...], say("H M", "minor", "判断致病因素", "症状", codes="symptom", min_length=1), DISTINCT]
    symptoms_note: Annotated[str | None, say("H M", "minor", "症状为其他时说明", "症状说明", max_length=60), FREE_TEXT] = None
    line_list: Annotated[
        tuple[SealedRow, ...] | None,
        say("H", "minor", "流行病学调查，不出卫健系统", "病例名单", sealed=True, min_length=1, max_length=200),
    ] = None

    @model_validator(mode="after")
    def _fits_together(self) -> "FoodIllnessReported":
        other_needs_words(self, **WORDS)
        rows_name_their_school(self.line_list, self.schools, field="line_list")
        return self


_ROWS: dict[str, type[PlainRow]] = {"line_list": FoodCase}

_REPORTED = EventType(
    name="health.food-illness.reported",
    title="医院接诊疑似食源性病例",
    model=FoodIllnessReported,
    intake_model=intake_form(FoodIllnessReported, _ROWS),
    key=key_of("report_no"),
    key_field="report_no",
    family="food-report",
    publishers=("health.hospital-er",),
    publish_within=(Within("30min"),),
    law_within="2h",
    law="食品安全事故应急预案",
)

TYPES: tuple[EventType, ...] = with_follow_ups(
    Head(of=_REPORTED, marks=("S", "C", "L", "W", "X"), rows=_ROWS, words=WORDS, level="severe", outcome=FoodConclusion)
)
