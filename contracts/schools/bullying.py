"""学生欺凌: a clue with its grade, and the appeal against how it was handled."""

from typing import Annotated

from pydantic import model_validator

from contracts.codes.schools import (
    BullyingChannel,
    BullyingGrade,
    BullyingOutcome,
    BullyingSource,
    PupilRole,
    ReviewOutcome,
    ReviewRequester,
)
from contracts.codes.shared import AgeBand
from contracts.conditional import only_if
from contracts.envelope import Closed
from contracts.event_type import EventType, Narrowing, Within, key_of
from contracts.fields import say
from contracts.followups import FollowUp, Head, with_follow_ups
from contracts.forms import intake_form
from contracts.other import other_needs_words
from contracts.ownership import rows_name_their_school
from contracts.sealed import Phone, PlainRow, SealedRow
from contracts.texts import DISTINCT, FREE_TEXT, SEALED_TEXT, Count, Instant, Number, SchoolId, YesNo
from contracts.values import Day, Url


class BullyingPupil(PlainRow):
    """A pupil and what part it had."""

    role: Annotated[PupilRole, say("S P", "minor", "区分当事学生", "当事角色", sealed=True, codes="pupil_role")]
    name: Annotated[str, say("S P", "minor", "核实学生身份", "姓名", sealed=True, max_length=40), SEALED_TEXT]
    class_: Annotated[str | None, say("S P", "minor", "联系班主任", "班级", sealed=True, alias="class", max_length=40), SEALED_TEXT] = None
    age_band: Annotated[AgeBand, say("S P", "minor", "适用未成年人保护规定", "年龄段", sealed=True, codes="age_band")]
    guardian_phone: Annotated[Phone | None, say("S P", "minor", "联系监护人", "监护人电话", sealed=True)] = None


class BullyingAccount(PlainRow):
    """What happened, in the words of the school."""

    text: Annotated[str, say("S P", "minor", "核实经过并调查", "经过说明", sealed=True, max_length=2000), SEALED_TEXT]


class BullyingReported(Closed):
    """学生欺凌线索. The police learn who it is only of a severe case or a suspected crime."""

    case_no: Annotated[Number, say("S E P L", "work", "核对同一线索", "线索编号", min_length=1, max_length=32)]
    grade: Annotated[BullyingGrade, say("S V E P L", "work", "判断严重程度与时限", "严重程度", codes="bullying_grade")]
    crime_suspected: Annotated[YesNo, say("S E P L", "work", "判断是否需公安介入", "涉嫌犯罪")]
    channels: Annotated[
        tuple[BullyingChannel, ...],
        say("S E P C L", "work", "判断职责单位，涉性的另行强制报告", "欺凌方式", codes="bullying_channel", min_length=1),
        DISTINCT,
    ]
    school_id: Annotated[SchoolId, say("S V E P C L", "work", "确定所在学校", "学校")]
    known_from: Annotated[BullyingSource, say("S E L", "work", "了解线索来源", "线索来源", codes="bullying_source")]
    victims_count: Annotated[Count, say("S E P", "work", "了解涉及人数", "受欺凌人数")]
    actors_count: Annotated[Count, say("S E P", "work", "了解涉及人数", "实施欺凌人数")]
    investigation_started_at: Annotated[Instant, say("S E P L", "work", "十日调查期限由此起算", "启动调查时间")]
    pupils: Annotated[
        tuple[SealedRow, ...],
        say("S P", "minor", "学校调查，严重或涉罪时公安调查", "当事学生", sealed=True, min_length=1, max_length=200),
    ]
    account: Annotated[
        tuple[SealedRow, ...] | None,
        say("S P", "minor", "学校调查，严重或涉罪时公安调查", "经过", sealed=True, min_length=1, max_length=1),
    ] = None
    post_urls: Annotated[
        tuple[Url, ...] | None,
        say("C P", "personal", "网信与公安处置网上内容", "网上内容网址", min_length=1, max_length=10),
        DISTINCT,
    ] = None

    @model_validator(mode="after")
    def _fits_together(self) -> "BullyingReported":
        only_if(self, "online" in self.channels, "post_urls")
        rows_name_their_school(self.pupils, (self.school_id,), field="pupils")
        rows_name_their_school(self.account, (self.school_id,), field="account")
        return self


class BullyingConclusion(FollowUp):
    """办结: what the school found."""

    outcome: Annotated[BullyingOutcome, say("S V E P L", "work", "了解认定结果", "认定结果", codes="bullying_outcome")]
    outcome_note: Annotated[
        str | None, say("S E P", "work", "结果为其他时说明，及后续教育惩戒安排", "结果说明", max_length=500), FREE_TEXT
    ] = None

    @model_validator(mode="after")
    def _fits_together(self) -> "BullyingConclusion":
        other_needs_words(self, outcome="outcome_note")
        return self


class ReviewGrounds(PlainRow):
    """Why the guardian asks for another look."""

    text: Annotated[str, say("E", "minor", "教育局复核", "申诉理由", sealed=True, max_length=1000), SEALED_TEXT]


class ReviewRequested(Closed):
    """欺凌处理申诉复核. The grounds are for the education bureau, not for the school that decided."""

    case_no: Annotated[Number, say("S E L", "work", "对应原欺凌线索", "线索编号", min_length=1, max_length=32)]
    requested_by: Annotated[ReviewRequester, say("S E", "work", "了解由哪一方申诉", "申诉方", codes="review_requester")]
    grounds: Annotated[tuple[SealedRow, ...], say("E", "minor", "教育局复核", "申诉理由", sealed=True, min_length=1, max_length=1)]
    received_on: Annotated[Day, say("S E L", "work", "十五日复核期限由此起算", "收到日期")]


class ReviewConclusion(FollowUp):
    """办结: what the review came to."""

    outcome: Annotated[ReviewOutcome, say("S E L", "work", "了解复核结果", "复核结果", codes="review_outcome")]
    outcome_note: Annotated[str | None, say("S E", "work", "结果为其他时说明", "结果说明", max_length=500), FREE_TEXT] = None

    @model_validator(mode="after")
    def _fits_together(self) -> "ReviewConclusion":
        other_needs_words(self, outcome="outcome_note")
        return self


_ROWS: dict[str, type[PlainRow]] = {"pupils": BullyingPupil, "account": BullyingAccount}
_GROUNDS: dict[str, type[PlainRow]] = {"grounds": ReviewGrounds}


def _narrowed(field: str) -> tuple[Narrowing, Narrowing]:
    """A school sees its own; the police only a severe case or a suspected crime."""
    own = frozenset("S")
    mild = frozenset({"suspected", "general"})
    return (
        Narrowing(field, frozenset("P"), own_school=own),
        Narrowing(field, frozenset(), "grade", mild, own_school=own, and_field="crime_suspected", and_codes=frozenset({False})),
    )


_REPORTED = EventType(
    name="school.bullying.reported",
    title="学生欺凌线索",
    model=BullyingReported,
    intake_model=intake_form(BullyingReported, _ROWS),
    key=key_of("case_no"),
    key_field="case_no",
    family="bullying",
    publishers=("school.moral-director", "school.safety-officer"),
    publish_within=(
        Within("2h", "grade", frozenset({"severe"})),
        Within("2h", "crime_suspected", frozenset({True})),
        Within("24h"),
    ),
    key_scope="unit",
    narrowings=(*_narrowed("pupils"), *_narrowed("account")),
)

_REVIEW = EventType(
    name="school.bullying.review-requested",
    title="欺凌处理申诉复核",
    model=ReviewRequested,
    intake_model=intake_form(ReviewRequested, _GROUNDS),
    key=key_of("case_no"),
    key_field="case_no",
    family="bullying-review",
    publishers=("school.duty-desk", "education.student-desk"),
    publish_within=(Within("1wd"),),
    key_scope="unit",
)

TYPES: tuple[EventType, ...] = (
    *with_follow_ups(Head(of=_REPORTED, marks=("S", "C", "L", "W", "X"), rows=_ROWS, level="grade", outcome=BullyingConclusion)),
    *with_follow_ups(Head(of=_REVIEW, marks=("W", "X"), rows=_GROUNDS, outcome=ReviewConclusion)),
)
