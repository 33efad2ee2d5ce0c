"""在办重点学生跨区域转学: an open case at red or orange that moves away with its pupil."""

from typing import Annotated

from pydantic import Field, model_validator

from contracts.codes.schools import TransferOutcome
from contracts.codes.shared import AgeBand, Sex
from contracts.envelope import Closed
from contracts.event_type import EventType, Within, key_of
from contracts.fields import say
from contracts.followups import FollowUp, Head, with_follow_ups
from contracts.forms import intake_form
from contracts.ownership import rows_name_their_school
from contracts.psych import BusLevel
from contracts.sealed import Phone, PlainRow, SealedRow
from contracts.texts import SEALED_TEXT, Number, SchoolId
from contracts.values import Day, UnitRef

OPENERS = ("school.psych-teacher", "school.principal")
"""Who may open the case at the school it leaves and at the one it comes to."""
County = Annotated[str, Field(pattern=r"^[0-9]{6}$")]


class MovingPupil(PlainRow):
    """The pupil, for the named persons of both schools and the hospitals."""

    name: Annotated[str, say("S K", "minor", "核实学生身份", "姓名", sealed=True, max_length=40), SEALED_TEXT]
    sex: Annotated[Sex | None, say("S K", "minor", "接诊安排", "性别", sealed=True, codes="sex")] = None
    age_band: Annotated[AgeBand, say("S K", "minor", "适用未成年人保护规定", "年龄段", sealed=True, codes="age_band")]
    guardian_phone: Annotated[Phone | None, say("S K", "minor", "联系监护人", "监护人电话", sealed=True)] = None


class CarePlan(PlainRow):
    """What the hospital that takes over goes on with."""

    text: Annotated[str, say("K", "minor", "接续诊疗照护", "照护方案", sealed=True, max_length=2000), SEALED_TEXT]


class PupilTransferStarted(Closed):
    """在办重点学生跨区域转学."""

    handover_no: Annotated[Number, say("S E H K L", "work", "核对同一交接", "交接编号", min_length=1, max_length=32)]
    referral_no: Annotated[Number, say("S K L", "work", "对应在办的心理转介", "转介编号", min_length=1, max_length=32)]
    level: Annotated[BusLevel, say("S E H K L", "work", "判断预警级别与时限", "预警级别", codes="psy_level")]
    from_school: Annotated[SchoolId, say("S E H K L", "work", "确定转出学校", "转出学校")]
    to_school: Annotated[SchoolId, say("S E H K L", "work", "确定转入学校", "转入学校")]
    to_county: Annotated[County, say("S E H K L", "work", "确定转入地", "转入县区代码")]
    leaves_on: Annotated[Day, say("S E K", "work", "衔接照护", "离校日期")]
    pupil: Annotated[
        tuple[SealedRow, ...],
        say("S K", "minor", "双方学校责任人与医院核实学生身份", "学生", sealed=True, min_length=1, max_length=1),
    ]
    care_plan: Annotated[
        tuple[SealedRow, ...],
        say("K", "minor", "接续诊疗照护", "照护方案", sealed=True, min_length=1, max_length=1),
    ]
    hospital_from: Annotated[UnitRef, say("S K H L", "work", "确定转出医院", "转出医院")]
    hospital_to: Annotated[UnitRef, say("S K H L", "work", "确定转入医院", "转入医院")]

    @model_validator(mode="after")
    def _fits_together(self) -> "PupilTransferStarted":
        rows_name_their_school(self.pupil, (self.from_school,), field="pupil")
        rows_name_their_school(self.care_plan, (self.from_school,), field="care_plan")
        return self


class TransferConclusion(FollowUp):
    """办结: whether the case was taken over; no words, they would tell more than a leader may know."""

    outcome: Annotated[TransferOutcome, say("S E H K L", "work", "了解交接结果", "交接结果", codes="transfer_outcome")]


_ROWS: dict[str, type[PlainRow]] = {"pupil": MovingPupil, "care_plan": CarePlan}

_STARTED = EventType(
    name="school.pupil-transfer.started",
    title="在办重点学生跨区域转学",
    model=PupilTransferStarted,
    intake_model=intake_form(PupilTransferStarted, _ROWS),
    key=key_of("handover_no"),
    key_field="handover_no",
    family="handover",
    publishers=("school.psych-teacher", "education.student-desk"),
    publish_within=(Within("1sd"),),
    key_scope="unit",
    openers=OPENERS,
)

TYPES: tuple[EventType, ...] = with_follow_ups(Head(of=_STARTED, marks=("C", "W", "X"), rows=_ROWS, outcome=TransferConclusion))
