"""黄色预警 (PSY-04): home and school work together, and nothing of it leaves the school. It is no event and has no type on the bus."""

from typing import Annotated

from pydantic import model_validator

from contracts.codes.schools import GuardianTold, PsyTrigger
from contracts.codes.shared import AgeBand, Sex
from contracts.envelope import Closed
from contracts.fields import say
from contracts.other import other_needs_words
from contracts.psych import CASE_OPENERS
from contracts.sealed import Phone, PlainRow
from contracts.texts import FREE_TEXT, SEALED_TEXT, Instant, Number
from contracts.values import Day
from services.chassis.agency import KeptIn


class YellowPupil(PlainRow):
    """The pupil, for the named persons of its school."""

    name: Annotated[str, say("S", "minor", "家校协同", "姓名", sealed=True, max_length=40), SEALED_TEXT]
    class_: Annotated[str | None, say("S", "minor", "联系班主任", "班级", sealed=True, alias="class", max_length=40), SEALED_TEXT] = None
    sex: Annotated[Sex | None, say("S", "minor", "家校协同", "性别", sealed=True, codes="sex")] = None
    age_band: Annotated[AgeBand, say("S", "minor", "适用未成年人保护规定", "年龄段", sealed=True, codes="age_band")]
    guardian_phone: Annotated[Phone | None, say("S", "minor", "联系监护人", "监护人电话", sealed=True)] = None


class YellowCase(Closed):
    """学生心理黄色预警,校内登记. ``contact_on``: the day by which class teacher and guardian are spoken with."""

    case_no: Annotated[Number, say("S", "work", "核对同一登记", "登记编号", min_length=1, max_length=32)]
    assessed_at: Annotated[Instant, say("S", "work", "掌握评估时间", "评估时间")]
    trigger: Annotated[PsyTrigger, say("S", "minor", "家校协同", "触发情形", codes="psy_trigger")]
    trigger_note: Annotated[str | None, say("S", "minor", "情形为其他时说明", "情形说明", max_length=60), FREE_TEXT] = None
    guardian_told: Annotated[GuardianTold, say("S", "work", "掌握监护人告知情况", "监护人告知", codes="guardian_told")]
    contact_on: Annotated[Day, say("S", "work", "提醒班主任与家长沟通", "家校沟通日期")]
    pupil: Annotated[tuple[YellowPupil, ...], say("S", "minor", "家校协同", "学生", sealed=True, min_length=1, max_length=1)]

    @model_validator(mode="after")
    def _fits_together(self) -> "YellowCase":
        other_needs_words(self, trigger="trigger_note")
        return self


YELLOW = KeptIn(
    name="yellow-case",
    title="黄色预警",
    title_en="Yellow cases",
    model=YellowCase,
    path="/yellow-cases",
    number="case_no",
    writers=("school.psych-teacher",),
    readers=("school.psych-teacher", "school.resident-doctor", "school.principal", "school.class-teacher"),
    openers=CASE_OPENERS,
    counted=("education.student-desk", "education.duty-officer", "education.unit-leader", "education.leader-in-charge"),
    defaults={"guardian_told": "yes"},
    remind_on="contact_on",
    reminded=("school.class-teacher", "school.psych-teacher"),
    outcomes={"improved": ("好转", "improved"), "left-school": ("离校", "left the school")},
    raised_to="school.psych-risk.assessed",
    raised_as={"level": "orange"},
    carries=("trigger", "trigger_note", "guardian_told", "pupil"),
)
