"""检查发现问题 and 查处结果: the operator and the credit code never leave market supervision."""

from typing import Annotated

from pydantic import model_validator

from contracts.codes.market import CheckedObject, FindingGrade, FindingOutcome, FindingProblem, SanctionOutcome
from contracts.envelope import Closed
from contracts.event_type import EventType, Within, key_of
from contracts.fields import say
from contracts.followups import FollowUp, Head, with_follow_ups
from contracts.market.near import EACH_SCHOOL_ONCE, Goods, SchoolNear
from contracts.other import other_needs_words
from contracts.texts import DISTINCT, FREE_TEXT, Count, Number, YesNo
from contracts.values import Day, Uscc

WORDS = {"problems": "problems_note"}
"""Codes → their words when ``other`` is among them."""


class Operator(Closed):
    """The person who answers for the shop."""

    name: Annotated[str, say("M", "personal", "执法联系，不出市场监管部门", "姓名", max_length=40), FREE_TEXT]
    phone: Annotated[str, say("M", "personal", "执法联系，不出市场监管部门", "电话", pattern=r"^\+?[0-9][0-9 -]{4,19}$")]


class FindingIssued(Closed):
    """检查发现问题."""

    finding_no: Annotated[Number, say("S E H M L", "work", "核对同一问题", "问题编号", max_length=32)]
    inspection_no: Annotated[Number, say("M", "work", "对应检查记录", "检查编号", max_length=32)]
    object: Annotated[CheckedObject, say("S E H M L", "work", "判断问题对象", "检查对象", codes="checked_object")]
    grade: Annotated[FindingGrade, say("S E H M L", "work", "判断严重程度与时限", "严重程度", codes="finding_grade")]
    problems: Annotated[
        tuple[FindingProblem, ...], say("S E H M L", "work", "判断处置与防范", "问题", codes="finding_problem", min_length=1), DISTINCT
    ]
    problems_note: Annotated[str | None, say("S E H M L", "work", "问题为其他时说明", "问题说明", max_length=120), FREE_TEXT] = None
    goods: Annotated[
        tuple[Goods, ...] | None, say("S E M H", "work", "识别问题产品", "问题产品", min_length=1, max_length=50), DISTINCT
    ] = None
    shop_name: Annotated[str, say("S E H M", "work", "识别店铺与流行病学调查", "店铺名称", max_length=60), FREE_TEXT]
    uscc: Annotated[Uscc, say("M", "work", "识别经营者", "统一社会信用代码")]
    operator: Annotated[Operator, say("M", "personal", "执法联系，不出市场监管部门", "经营者")]
    schools: Annotated[
        tuple[SchoolNear, ...],
        say("S E H M L", "work", "确定涉及的学校", "附近学校", min_length=1, max_length=200),
        EACH_SCHOOL_ONCE,
    ]
    ill_pupils: Annotated[Count, say("S E H M L", "work", "判断是否已有学生患病", "患病学生人数")]
    sealed: Annotated[YesNo, say("S E M", "work", "了解控制措施", "已封存或下架")]
    recheck_on: Annotated[Day, say("S E M L", "work", "按期复查", "复查日期")]

    @model_validator(mode="after")
    def _fits_together(self) -> "FindingIssued":
        other_needs_words(self, **WORDS)
        return self


class FindingConclusion(FollowUp):
    """办结: how the finding ended."""

    outcome: Annotated[FindingOutcome, say("S E H M L", "work", "了解问题结果", "办理结果", codes="finding_outcome")]
    outcome_note: Annotated[
        str | None, say("S E M L", "work", "结果为其他时说明，及需后续关注事项", "结果说明", max_length=500), FREE_TEXT
    ] = None

    @model_validator(mode="after")
    def _fits_together(self) -> "FindingConclusion":
        other_needs_words(self, outcome="outcome_note")
        return self


class SanctionDecided(Closed):
    """查处结果: what was decided about a finding."""

    finding_no: Annotated[Number, say("S E M P L", "work", "核对同一问题", "问题编号", max_length=32)]
    outcome: Annotated[SanctionOutcome, say("S E M P L", "work", "了解查处结果", "查处结果", codes="sanction_outcome")]
    public: Annotated[YesNo, say("S E M", "work", "判断可否对外说明", "决定已公开")]


_ISSUED = EventType(
    name="market.finding.issued",
    title="检查发现问题",
    model=FindingIssued,
    intake_model=FindingIssued,
    key=key_of("finding_no"),
    key_field="finding_no",
    family="finding",
    publishers=("market.station", "market.food-safety-desk"),
    publish_within=(Within("2h", "grade", frozenset({"critical"})), Within("1wd")),
)

_DECIDED = EventType(
    name="market.sanction.decided",
    title="查处结果",
    model=SanctionDecided,
    intake_model=SanctionDecided,
    key=key_of("finding_no"),
    key_field="finding_no",
    family="finding",
    publishers=("market.food-safety-desk",),
    publish_within=(Within("1wd"),),
    joins=True,
)

TYPES: tuple[EventType, ...] = (
    *with_follow_ups(Head(of=_ISSUED, marks=("S", "C", "L", "W", "X"), rows={}, words=WORDS, level="grade", outcome=FindingConclusion)),
    *with_follow_ups(Head(of=_DECIDED, marks=("C", "W"), rows={})),
)
