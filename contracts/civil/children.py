"""困境/留守/流动儿童关爱提示: a pointer only, the file stays at its owner; the child is opened by its school alone."""

from typing import Annotated

from pydantic import model_validator

from contracts.codes.civil import CareAsk, CareCategory, ChildCareOutcome
from contracts.envelope import Closed
from contracts.event_type import EventType, Narrowing, Within, key_of
from contracts.fields import say
from contracts.followups import FollowUp, Head, with_follow_ups
from contracts.forms import Rows, intake_form
from contracts.other import other_needs_words
from contracts.ownership import rows_name_their_school
from contracts.sealed import PlainRow, SealedRow
from contracts.texts import FREE_TEXT, SEALED_TEXT, Number, SchoolId


class CaredForPupil(PlainRow):
    """The child, for its school."""

    name: Annotated[str, say("S", "minor", "学校落实关爱", "姓名", sealed=True, max_length=40), SEALED_TEXT]
    class_: Annotated[str | None, say("S", "minor", "联系班主任", "班级", sealed=True, alias="class", max_length=40), SEALED_TEXT] = None


class ChildCareNotified(Closed):
    """困境/留守/流动儿童关爱提示."""

    care_no: Annotated[Number, say("S W L", "work", "核对同一提示", "提示编号", max_length=32)]
    school_id: Annotated[SchoolId, say("S W L", "work", "确定就读学校", "学校")]
    category: Annotated[CareCategory, say("S W", "minor", "判断关爱方式", "儿童类别", codes="care_category")]
    pupil: Annotated[tuple[SealedRow, ...], say("S", "minor", "学校落实关爱", "学生", sealed=True, min_length=1, max_length=1)]
    ask: Annotated[CareAsk, say("S W", "work", "请学校配合", "请求事项", codes="care_ask")]

    @model_validator(mode="after")
    def _fits_together(self) -> "ChildCareNotified":
        rows_name_their_school(self.pupil, (self.school_id,), field="pupil")
        return self


class CareConclusion(FollowUp):
    """办结: why the hint ended."""

    outcome: Annotated[ChildCareOutcome, say("S W L", "work", "了解关爱结果", "结果", codes="child_care_outcome")]
    outcome_note: Annotated[str | None, say("S W", "work", "结果为其他时说明，不得出现姓名", "结果说明", max_length=500), FREE_TEXT] = None

    @model_validator(mode="after")
    def _fits_together(self) -> "CareConclusion":
        other_needs_words(self, outcome="outcome_note")
        return self


_ROWS: Rows = {"pupil": CaredForPupil}

_NOTIFIED = EventType(
    name="civil.child-care.notified",
    title="困境/留守/流动儿童关爱提示",
    model=ChildCareNotified,
    intake_model=intake_form(ChildCareNotified, _ROWS),
    key=key_of("care_no"),
    key_field="care_no",
    family="child-care",
    publishers=("civil.protection-duty",),
    publish_within=(Within("1wd"),),
    narrowings=(Narrowing("pupil", frozenset(), own_school=frozenset("S")),),
)

TYPES: tuple[EventType, ...] = with_follow_ups(Head(of=_NOTIFIED, marks=("C", "W", "X"), rows=_ROWS, outcome=CareConclusion))
