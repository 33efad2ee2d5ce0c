"""学生心理危机: what leaves the school of a case at red or orange. Screening scores have no field; yellow stays at the school."""

from typing import Annotated

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from contracts.codes.schools import Companion, GuardianTold, PsyOutcome, PsyStep, PsyTrigger
from contracts.codes.shared import AgeBand, PsyLevel, Sex
from contracts.conditional import needed_if
from contracts.envelope import Closed
from contracts.event_type import EventType, Narrowing, Within, key_of
from contracts.fields import say
from contracts.followups import FollowUp, Head, with_follow_ups
from contracts.forms import intake_form
from contracts.other import other_needs_words
from contracts.ownership import rows_name_their_school
from contracts.psych import CASE_OPENERS, BusLevel
from contracts.sealed import Phone, PlainRow, SealedRow
from contracts.texts import FREE_TEXT, SEALED_TEXT, Instant, Number, SchoolId, YesNo
from contracts.values import Day

WORDS = {"trigger": "trigger_note"}
"""Code → its words when it is ``other``."""


class PupilAtRisk(PlainRow):
    """The pupil, for the named persons of its school and the hospital that takes the case."""

    name: Annotated[str, say("S K", "minor", "核实学生身份", "姓名", sealed=True, max_length=40), SEALED_TEXT]
    class_: Annotated[str | None, say("S K", "minor", "联系班主任", "班级", sealed=True, alias="class", max_length=40), SEALED_TEXT] = None
    sex: Annotated[Sex | None, say("S K", "minor", "接诊安排", "性别", sealed=True, codes="sex")] = None
    age_band: Annotated[AgeBand, say("S K", "minor", "适用未成年人保护规定", "年龄段", sealed=True, codes="age_band")]
    guardian_phone: Annotated[Phone | None, say("S K", "minor", "联系监护人", "监护人电话", sealed=True)] = None


class KnownRisk(PlainRow):
    """What the hospital must know at once."""

    text: Annotated[str, say("K", "minor", "接诊评估，不得填写量表分数与问卷答案", "已知风险", sealed=True, max_length=500), SEALED_TEXT]


class PsychRiskAssessed(Closed):
    """学生心理危机评估. The number carries no name, class or date of birth."""

    referral_no: Annotated[
        Number, say("S V E H K L", "work", "核对同一转介，不得含姓名、班级、生日", "转介编号", min_length=1, max_length=32)
    ]
    level: Annotated[BusLevel, say("S E H K L", "work", "判断预警级别与时限", "预警级别", codes="psy_level")]
    school_id: Annotated[SchoolId, say("S V E H K L", "work", "确定学生所在学校", "所在学校")]
    assessed_at: Annotated[Instant, say("S K", "work", "掌握评估时间", "评估时间")]
    trigger: Annotated[PsyTrigger, say("S K", "minor", "判断危机性质", "触发情形", codes="psy_trigger")]
    trigger_note: Annotated[str | None, say("S K", "minor", "情形为其他时说明", "情形说明", max_length=60), FREE_TEXT] = None
    need_ambulance: Annotated[YesNo, say("H K S", "work", "安排急救转运", "需要救护车")]
    pupil: Annotated[
        tuple[SealedRow, ...],
        say("S K", "minor", "学校责任人与收治医院核实学生身份", "学生", sealed=True, min_length=1, max_length=1),
    ]
    known_risk_note: Annotated[
        tuple[SealedRow, ...] | None,
        say("K", "minor", "接诊评估，不得填写量表分数与问卷答案", "已知风险", sealed=True, min_length=1, max_length=1),
    ] = None
    guardian_told: Annotated[GuardianTold, say("S E K", "work", "掌握监护人告知情况", "监护人告知", codes="guardian_told")]
    companion: Annotated[Companion, say("S K", "work", "确认学生身边有人", "陪护情况", codes="companion")]

    @model_validator(mode="after")
    def _fits_together(self) -> "PsychRiskAssessed":
        other_needs_words(self, **WORDS)
        rows_name_their_school(self.pupil, (self.school_id,), field="pupil")
        rows_name_their_school(self.known_risk_note, (self.school_id,), field="known_risk_note")
        return self


class PsychLevelMoved(FollowUp):
    """级别变更 without its field. It has no reason in words: that would tell what only the school and the hospital may know."""

    assessed_by: Annotated[str, say("S K", "personal", "由具名人员对评估负责", "评估人", max_length=80), FREE_TEXT]
    slip_no: Annotated[Number | None, say("S K", "work", "红色预警下调须凭医院回执", "医院回执编号", min_length=1, max_length=32)] = None

    @model_validator(mode="after")
    def _steps_down_with_a_slip(self) -> "PsychLevelMoved":
        before, after = getattr(self, "from_", None), getattr(self, "to", None)
        if before == after:
            raise PydanticCustomError("nothing-changed", "Old and new value are the same")
        if before == "red" and after == "yellow":
            raise PydanticCustomError("orange-first", "A red case goes to orange first", {"field": "to"})
        if before == "red" and self.slip_no is None:
            raise PydanticCustomError("slip-needed", "A change down from red needs the hospital's slip", {"field": "slip_no"})
        return self


class PsychConclusion(FollowUp):
    """办结: how the school ended the case; no words, they would tell more than a leader may know."""

    outcome: Annotated[PsyOutcome, say("S E H K L", "work", "了解处置结果", "处置结果", codes="psy_outcome")]


class PsychFollowupRecorded(Closed):
    """心理跟踪记录: the next step of a case."""

    referral_no: Annotated[Number, say("S K L", "work", "核对同一转介", "转介编号", min_length=1, max_length=32)]
    step: Annotated[PsyStep, say("S K L", "work", "掌握跟踪进展", "跟踪环节", codes="psy_step")]
    next_on: Annotated[Day | None, say("S K", "work", "安排下次跟踪", "下次跟踪日期")] = None

    @model_validator(mode="after")
    def _fits_together(self) -> "PsychFollowupRecorded":
        needed_if(self, self.step != "closed", "next_on")
        return self


_ROWS: dict[str, type[PlainRow]] = {"pupil": PupilAtRisk, "known_risk_note": KnownRisk}

_ASSESSED = EventType(
    name="school.psych-risk.assessed",
    title="学生心理危机评估",
    model=PsychRiskAssessed,
    intake_model=intake_form(PsychRiskAssessed, _ROWS),
    key=key_of("referral_no"),
    key_field="referral_no",
    family="psych",
    publishers=("school.psych-teacher",),
    publish_within=(Within("10min", "level", frozenset({"red"})), Within("1sd")),
    key_scope="unit",
    narrowings=(Narrowing("pupil", frozenset("K"), own_school=frozenset("S")),),
    openers=CASE_OPENERS,
)

_RECORDED = EventType(
    name="school.psych-followup.recorded",
    title="心理跟踪记录",
    model=PsychFollowupRecorded,
    intake_model=PsychFollowupRecorded,
    key=key_of("referral_no"),
    key_field="referral_no",
    family="psych",
    publishers=("school.psych-teacher", "school.resident-doctor"),
    publish_within=(Within("1sd"),),
    key_scope="unit",
    joins=True,
    openers=CASE_OPENERS,
)

TYPES: tuple[EventType, ...] = (
    *with_follow_ups(
        Head(
            of=_ASSESSED,
            marks=("S", "C", "L", "W", "X"),
            rows=_ROWS,
            words=WORDS,
            level="level",
            levels=PsyLevel,
            moved=PsychLevelMoved,
            outcome=PsychConclusion,
        )
    ),
    *with_follow_ups(Head(of=_RECORDED, marks=("C",), rows={})),
)
