"""重点关爱学生会商: the four who must meet about a pupil."""

from typing import Annotated, get_args

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from contracts.codes.schools import LABELS, CareOutcome, CareTopic, QuorumRole
from contracts.envelope import Closed
from contracts.event_type import EventType, Narrowing, Within, key_of
from contracts.fields import say
from contracts.followups import FollowUp, Head, with_follow_ups
from contracts.forms import intake_form
from contracts.other import other_needs_words
from contracts.ownership import rows_name_their_school
from contracts.sealed import PlainRow, SealedRow
from contracts.texts import DISTINCT, FREE_TEXT, SEALED_TEXT, Number, SchoolId
from contracts.values import Day

WORDS = {"topic": "topic_note"}
"""Code → its words when it is ``other``."""


def all_four(roles: tuple[QuorumRole, ...], *, field: str) -> None:
    """Refuse a quorum in which one of the four roles is missing, and name who is."""
    missing = [role for role in get_args(QuorumRole) if role not in roles]
    if missing:
        words = {"field": field, "missing": ", ".join(missing), "missing_zh": "、".join(LABELS["quorum_role"][role] for role in missing)}
        raise PydanticCustomError("quorum-incomplete", "All four roles belong to the quorum", words)


class PupilInCare(PlainRow):
    """The pupil whom the conference is about."""

    name: Annotated[str, say("S", "minor", "核实学生身份", "姓名", sealed=True, max_length=40), SEALED_TEXT]
    class_: Annotated[str | None, say("S", "minor", "联系班主任", "班级", sealed=True, alias="class", max_length=40), SEALED_TEXT] = None


class CareConferenceRequested(Closed):
    """重点关爱学生会商."""

    conference_no: Annotated[Number, say("S E L", "work", "核对同一会商", "会商编号", min_length=1, max_length=32)]
    school_id: Annotated[SchoolId, say("S E L", "work", "确定学校", "学校")]
    quorum: Annotated[
        tuple[QuorumRole, ...],
        say("S L", "work", "四方到齐方可会商", "参加人员", codes="quorum_role", min_length=1),
        DISTINCT,
    ]
    wish_before: Annotated[Day, say("S", "work", "安排会商时间", "希望不晚于")]
    pupil: Annotated[
        tuple[SealedRow, ...],
        say("S", "minor", "参加人员核实学生身份", "学生", sealed=True, min_length=1, max_length=1),
    ]
    topic: Annotated[CareTopic, say("S", "minor", "准备会商内容", "会商事由", codes="care_topic")]
    topic_note: Annotated[str | None, say("S", "minor", "事由为其他时说明", "事由说明", max_length=60), FREE_TEXT] = None

    @model_validator(mode="after")
    def _fits_together(self) -> "CareConferenceRequested":
        all_four(self.quorum, field="quorum")
        other_needs_words(self, **WORDS)
        rows_name_their_school(self.pupil, (self.school_id,), field="pupil")
        return self


class CareConclusion(FollowUp):
    """办结. Held is a conference only with all four present; the convenor states who was, since a guardian is outside the bus."""

    outcome: Annotated[CareOutcome, say("S E L", "work", "了解会商结果", "会商结果", codes="care_outcome")]
    present: Annotated[tuple[QuorumRole, ...], say("S L", "work", "确认四方到齐", "实到人员", codes="quorum_role"), DISTINCT]

    @model_validator(mode="after")
    def _fits_together(self) -> "CareConclusion":
        if self.outcome == "held":
            all_four(self.present, field="present")
        return self


_ROWS: dict[str, type[PlainRow]] = {"pupil": PupilInCare}

_REQUESTED = EventType(
    name="school.care-conference.requested",
    title="重点关爱学生会商",
    model=CareConferenceRequested,
    intake_model=intake_form(CareConferenceRequested, _ROWS),
    key=key_of("conference_no"),
    key_field="conference_no",
    family="care-conference",
    publishers=("school.moral-director",),
    publish_within=(Within("1sd"),),
    key_scope="unit",
    narrowings=(Narrowing("pupil", frozenset(), own_school=frozenset("S")),),
)

TYPES: tuple[EventType, ...] = with_follow_ups(Head(of=_REQUESTED, marks=("C", "W", "X"), rows=_ROWS, words=WORDS, outcome=CareConclusion))
