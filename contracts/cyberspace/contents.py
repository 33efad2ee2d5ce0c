"""涉校网络有害信息 and what a platform was ordered to do: addresses on the net never reach a school or the education bureau."""

from typing import Annotated

from pydantic import Field, Strict, model_validator

from contracts.codes.cyberspace import ContentGrade, ContentOutcome, OrderResult, PlatformOrder
from contracts.codes.shared import OnlineHarmKind
from contracts.envelope import Closed
from contracts.event_type import EventType, Narrowing, Within, key_of
from contracts.fields import say
from contracts.followups import FollowUp, Head, with_follow_ups
from contracts.forms import Rows, intake_form
from contracts.other import other_needs_words
from contracts.ownership import rows_name_their_school
from contracts.sealed import PlainRow, SealedRow
from contracts.texts import DISTINCT, FREE_TEXT, SEALED_TEXT, Number, SchoolRef, YesNo
from contracts.values import Url

WORDS = {"kind": "kind_note"}
"""Code → its words when it is ``other``."""
Reach = Annotated[int, Strict(), Field(ge=0, le=1_000_000_000_000)]
"""How often something was seen on the net."""


class AccountRef(PlainRow):
    """The account that spreads it."""

    text: Annotated[str, say("C P", "personal", "查证与处置账号", "账号", sealed=True, max_length=120), SEALED_TEXT]


class NamedPupil(PlainRow):
    """A pupil that the content lets people recognise."""

    name: Annotated[str, say("S P", "minor", "核实并保护学生", "姓名", sealed=True, max_length=40), SEALED_TEXT]
    class_: Annotated[str | None, say("S P", "minor", "联系班主任", "班级", sealed=True, alias="class", max_length=40), SEALED_TEXT] = None


class ContentFound(Closed):
    """涉校/涉未成年人网络有害信息."""

    case_no: Annotated[Number, say("S E P C L", "work", "核对同一信息", "案号", max_length=32)]
    kind: Annotated[OnlineHarmKind, say("S E P C L", "work", "判断信息性质与职责单位", "信息类别", codes="online_harm_kind")]
    kind_note: Annotated[str | None, say("S E P C L", "work", "类别为其他时说明性质", "类别说明", max_length=60), FREE_TEXT] = None
    grade: Annotated[ContentGrade, say("S E P C L", "work", "判断严重程度与时限", "严重程度", codes="content_grade")]
    schools: Annotated[
        tuple[SchoolRef, ...], say("S E P C L", "work", "确定涉及的学校", "涉及学校", min_length=1, max_length=200), DISTINCT
    ]
    platform: Annotated[str, say("S E P C", "work", "了解传播平台", "平台", max_length=40), FREE_TEXT]
    urls: Annotated[tuple[Url, ...], say("C P", "work", "核查与处置", "网址", min_length=1, max_length=50), DISTINCT]
    reach: Annotated[Reach | None, say("E C P", "work", "判断传播范围", "浏览量")] = None
    pupil_identifiable: Annotated[YesNo, say("S E P C", "work", "判断是否需保护学生", "可识别学生")]
    account_ref: Annotated[
        tuple[SealedRow, ...] | None, say("C P", "personal", "查证与处置账号", "涉事账号", sealed=True, min_length=1, max_length=1)
    ] = None
    pupils: Annotated[
        tuple[SealedRow, ...] | None,
        say("P S", "minor", "公安查证，学校在可识别时保护本校学生", "涉及学生", sealed=True, min_length=1, max_length=200),
    ] = None
    suggested_line: Annotated[str | None, say("S E", "work", "学校对家长说明的口径", "建议口径", max_length=300), FREE_TEXT] = None

    @model_validator(mode="after")
    def _fits_together(self) -> "ContentFound":
        other_needs_words(self, **WORDS)
        rows_name_their_school(self.pupils, self.schools, field="pupils")
        return self


class ContentConclusion(FollowUp):
    """办结: what became of the content."""

    outcome: Annotated[ContentOutcome, say("S E P C L", "work", "了解处置结果", "处置结果", codes="content_outcome")]
    outcome_note: Annotated[
        str | None, say("S E P C L", "work", "结果为其他时说明，及需后续关注事项", "结果说明", max_length=500), FREE_TEXT
    ] = None

    @model_validator(mode="after")
    def _fits_together(self) -> "ContentConclusion":
        other_needs_words(self, outcome="outcome_note")
        return self


class PlatformOrderIssued(Closed):
    """平台处置指令及结果: the platform is outside; its answer is a supplement."""

    case_no: Annotated[Number, say("S E C L", "work", "核对同一信息", "案号", max_length=32)]
    platform: Annotated[str, say("S E C", "work", "了解处置平台", "平台", max_length=40), FREE_TEXT]
    order: Annotated[PlatformOrder, say("C L", "work", "督促平台处置", "处置指令", codes="platform_order")]
    result: Annotated[OrderResult | None, say("S E C L", "work", "了解平台处置结果", "处置结果", codes="order_result")] = None


_ROWS: Rows = {"account_ref": AccountRef, "pupils": NamedPupil}

_FOUND = EventType(
    name="cyberspace.content.found",
    title="涉校网络有害信息",
    model=ContentFound,
    intake_model=intake_form(ContentFound, _ROWS),
    key=key_of("case_no"),
    key_field="case_no",
    family="content",
    publishers=("cyberspace.duty-desk",),
    publish_within=(Within("10min", "grade", frozenset({"imminent"})), Within("4h")),
    narrowings=(
        Narrowing("pupils", frozenset("P"), own_school=frozenset("S")),
        Narrowing("pupils", frozenset("P"), when_field="pupil_identifiable", when_codes=frozenset({False})),
    ),
)

_ORDERED = EventType(
    name="cyberspace.platform-order.issued",
    title="平台处置指令及结果",
    model=PlatformOrderIssued,
    intake_model=PlatformOrderIssued,
    key=key_of("case_no"),
    key_field="case_no",
    family="content",
    publishers=("cyberspace.duty-desk",),
    publish_within=(Within("24h"),),
    joins=True,
)

TYPES: tuple[EventType, ...] = (
    *with_follow_ups(Head(of=_FOUND, marks=("S", "C", "L", "W", "X"), rows=_ROWS, words=WORDS, level="grade", outcome=ContentConclusion)),
    *with_follow_ups(Head(of=_ORDERED, marks=("S", "C"), rows={})),
)
