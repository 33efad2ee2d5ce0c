"""涉校网络有害信息线索: what a school finds on the net about itself or its pupils."""

from typing import Annotated

from pydantic import model_validator

from contracts.codes.schools import ClueOutcome
from contracts.codes.shared import OnlineHarmKind
from contracts.envelope import Closed
from contracts.event_type import EventType, Narrowing, Within, key_of
from contracts.fields import say
from contracts.followups import FollowUp, Head, with_follow_ups
from contracts.forms import intake_form
from contracts.other import other_needs_words
from contracts.ownership import rows_name_their_school
from contracts.sealed import PlainRow, SealedRow
from contracts.texts import DISTINCT, FREE_TEXT, SEALED_TEXT, Number, SchoolId, YesNo
from contracts.values import AttachmentRef, Url

WORDS = {"kind": "kind_note"}
"""Code → its words when it is ``other``."""


class PupilOnline(PlainRow):
    """A pupil whom the content concerns."""

    name: Annotated[str, say("S P", "minor", "核实学生身份", "姓名", sealed=True, max_length=40), SEALED_TEXT]
    class_: Annotated[str | None, say("S P", "minor", "联系班主任", "班级", sealed=True, alias="class", max_length=40), SEALED_TEXT] = None


class OnlineHarmReported(Closed):
    """涉校网络有害信息线索. Its addresses and captures are for cyberspace and police alone."""

    clue_no: Annotated[Number, say("S E C P L", "work", "核对同一线索", "线索编号", min_length=1, max_length=32)]
    school_id: Annotated[SchoolId, say("S E C P L", "work", "确定涉及学校", "涉及学校")]
    kind: Annotated[OnlineHarmKind, say("S E C P L", "work", "判断信息性质", "信息类别", codes="online_harm_kind")]
    kind_note: Annotated[str | None, say("S E C P L", "work", "类别为其他时说明性质", "类别说明", max_length=60), FREE_TEXT] = None
    urls: Annotated[tuple[Url, ...], say("C P", "work", "核查处置，不向学校和教育部门扩散", "网址", min_length=1, max_length=20), DISTINCT]
    platform: Annotated[str, say("S E C P", "work", "督促平台处置", "平台", max_length=40), FREE_TEXT]
    capture: Annotated[
        tuple[AttachmentRef, ...] | None,
        say("C P", "minor", "固定证据", "截图附件", min_length=1, max_length=20),
        DISTINCT,
    ] = None
    pupil_identifiable: Annotated[YesNo, say("S E C P", "work", "判断是否可识别学生", "可识别出学生")]
    pupils: Annotated[
        tuple[SealedRow, ...] | None,
        say("S P", "minor", "学校与公安核实并保护本校学生", "涉及学生", sealed=True, min_length=1, max_length=200),
    ] = None

    @model_validator(mode="after")
    def _fits_together(self) -> "OnlineHarmReported":
        other_needs_words(self, **WORDS)
        rows_name_their_school(self.pupils, (self.school_id,), field="pupils")
        return self


class ClueConclusion(FollowUp):
    """办结: what became of the content."""

    outcome: Annotated[ClueOutcome, say("S E C P L", "work", "了解处置结果", "处置结果", codes="clue_outcome")]
    outcome_note: Annotated[
        str | None, say("S E C P", "work", "结果为其他时说明，及需后续关注事项", "结果说明", max_length=500), FREE_TEXT
    ] = None

    @model_validator(mode="after")
    def _fits_together(self) -> "ClueConclusion":
        other_needs_words(self, outcome="outcome_note")
        return self


_ROWS: dict[str, type[PlainRow]] = {"pupils": PupilOnline}

_REPORTED = EventType(
    name="school.online-harm.reported",
    title="涉校网络有害信息线索",
    model=OnlineHarmReported,
    intake_model=intake_form(OnlineHarmReported, _ROWS),
    key=key_of("clue_no"),
    key_field="clue_no",
    family="online-clue",
    publishers=("school.duty-desk",),
    publish_within=(Within("4h"),),
    key_scope="unit",
    narrowings=(Narrowing("pupils", frozenset("P"), own_school=frozenset("S")),),
)

TYPES: tuple[EventType, ...] = with_follow_ups(
    Head(of=_REPORTED, marks=("S", "C", "W", "X"), rows=_ROWS, words=WORDS, outcome=ClueConclusion)
)
