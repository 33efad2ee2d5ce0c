"""疑似食源性疾病: what a school says when pupils fall ill after a meal."""

from typing import Annotated

from pydantic import model_validator

from contracts.codes.schools import FoodSource, Meal, SealedThing
from contracts.codes.shared import Symptom
from contracts.conditional import needed_if, only_if
from contracts.envelope import Closed
from contracts.event_type import EventType, Within, key_of
from contracts.fields import say
from contracts.followups import Head, with_follow_ups
from contracts.forms import intake_form
from contracts.other import other_needs_words
from contracts.outbreaks import FoodCase, FoodConclusion
from contracts.ownership import rows_name_their_school
from contracts.sealed import PlainRow, SealedRow
from contracts.texts import DISTINCT, FREE_TEXT, Count, Instant, Number, SchoolId, YesNo
from contracts.values import Uscc

WORDS = {"symptoms": "symptoms_note"}
"""Code → its words when it is ``other``."""
SUPPLIED = ("contracted", "catering")
"""Sources with a supplier that the school has a contract with, and so its credit code."""


class FoodIllnessSuspected(Closed):
    """疑似食源性疾病. A supplier's credit code is needed for contracted and catered meals; of an own canteen there is none."""

    incident_no: Annotated[Number, say("all", "work", "核对同一事件，学校自编号", "事件编号", min_length=1, max_length=32)]
    school_id: Annotated[SchoolId, say("all", "work", "确定事发学校", "事发学校")]
    ill: Annotated[Count, say("S V E H M L", "work", "判断规模", "发病人数")]
    severe: Annotated[Count, say("E H M L", "work", "判断严重程度", "重症人数")]
    in_hospital: Annotated[Count, say("E H M L", "work", "掌握住院情况", "住院人数")]
    dead: Annotated[Count, say("E H M L", "work", "信息报送与善后", "死亡人数")]
    meal: Annotated[Meal, say("S E H M", "work", "追溯可疑餐次", "可疑餐次", codes="meal")]
    meal_at: Annotated[Instant, say("E H M", "work", "追溯可疑餐次", "用餐时间")]
    onset_first_at: Annotated[Instant, say("E H M", "work", "推算潜伏期", "首例发病时间")]
    source: Annotated[FoodSource, say("S E H M L", "work", "追溯供餐来源", "供餐来源", codes="food_source")]
    supplier_uscc: Annotated[Uscc | None, say("M E", "work", "追溯供餐单位", "供餐单位统一社会信用代码")] = None
    symptoms: Annotated[tuple[Symptom, ...], say("H M E", "minor", "判断致病因素", "症状", codes="symptom", min_length=1), DISTINCT]
    symptoms_note: Annotated[str | None, say("H M E", "minor", "症状为其他时说明", "症状说明", max_length=60), FREE_TEXT] = None
    samples_kept: Annotated[YesNo, say("H M E", "work", "抽样检验，留样须满48小时", "食品已留样")]
    sealed: Annotated[tuple[SealedThing, ...], say("E H M", "work", "保全现场", "已封存", codes="sealed_thing", min_length=1), DISTINCT]
    service_stopped: Annotated[YesNo, say("S E H M", "work", "防止继续食用", "已停止供餐")]
    cases: Annotated[
        tuple[SealedRow, ...] | None,
        say("H", "minor", "疾控开展流行病学调查", "病例名单", sealed=True, min_length=1, max_length=200),
    ] = None

    @model_validator(mode="after")
    def _fits_together(self) -> "FoodIllnessSuspected":
        other_needs_words(self, **WORDS)
        only_if(self, self.source != "own-canteen", "supplier_uscc")
        if self.source in SUPPLIED:
            needed_if(self, True, "supplier_uscc")
        rows_name_their_school(self.cases, (self.school_id,), field="cases")
        return self


_ROWS: dict[str, type[PlainRow]] = {"cases": FoodCase}

_SUSPECTED = EventType(
    name="school.food-illness.suspected",
    title="疑似食源性疾病",
    model=FoodIllnessSuspected,
    intake_model=intake_form(FoodIllnessSuspected, _ROWS),
    key=key_of("incident_no"),
    key_field="incident_no",
    family="food-illness",
    publishers=("school.principal", "school.duty-desk"),
    publish_within=(Within("30min"),),
    law_within="2h",
    law="食品安全事故应急预案",
    key_scope="unit",
)

TYPES: tuple[EventType, ...] = with_follow_ups(
    Head(
        of=_SUSPECTED,
        marks=("S", "C", "L", "W", "X"),
        rows=_ROWS,
        words=WORDS,
        level="severe",
        outcome=FoodConclusion,
    )
)
