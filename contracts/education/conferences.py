"""联席会议/会商召集: the departments it touches come together; no pupil is in its agenda."""

from typing import Annotated

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from contracts.codes.education import ConferenceKind, ConferenceOutcome, Department
from contracts.envelope import Closed
from contracts.event_type import EventType, Within, key_of
from contracts.fields import say
from contracts.followups import FollowUp, Head, with_follow_ups
from contracts.other import other_needs_words
from contracts.texts import DISTINCT, FREE_TEXT, Instant, Number


class ConferenceCalled(Closed):
    """联席会议/会商召集."""

    conference_no: Annotated[Number, say("all", "work", "核对同一会议", "会议编号", max_length=32)]
    kind: Annotated[ConferenceKind, say("all", "work", "了解会议性质", "会议类别", codes="conference_kind")]
    agencies: Annotated[tuple[Department, ...], say("all", "work", "确定参会部门", "参会部门", codes="department", min_length=1), DISTINCT]
    starts_at: Annotated[Instant, say("all", "work", "按时参会", "开始时间")]
    agenda: Annotated[str, say("E L", "work", "会前准备，不得涉及学生", "议题", max_length=500), FREE_TEXT]


class ConferenceConclusion(FollowUp):
    """办结: whether it met, who of those that were called was present, and what was agreed."""

    outcome: Annotated[ConferenceOutcome, say("all", "work", "了解会议结果", "会议结果", codes="conference_outcome")]
    outcome_note: Annotated[
        str | None, say("E L", "work", "结果为其他时说明，及会议纪要要点，不得涉及学生", "结果说明", max_length=500), FREE_TEXT
    ] = None

    present: Annotated[
        tuple[Department, ...] | None, say("all", "work", "确认应到部门到齐", "实到部门", codes="department"), DISTINCT
    ] = None

    @model_validator(mode="after")
    def _fits_together(self) -> "ConferenceConclusion":
        other_needs_words(self, outcome="outcome_note")
        return self


class ConferenceConclusionPosted(ConferenceConclusion):
    """What the office posts: of a conference that was held it says who was there."""

    @model_validator(mode="after")
    def _names_who_was_there(self) -> "ConferenceConclusionPosted":
        if self.outcome == "held" and not self.present:
            raise PydanticCustomError("quorum-unstated", "A conference that was held names who was present", {"field": "present"})
        return self


_CALLED = EventType(
    name="education.conference.called",
    title="联席会议/会商召集",
    model=ConferenceCalled,
    intake_model=ConferenceCalled,
    key=key_of("conference_no"),
    key_field="conference_no",
    family="conference",
    publishers=("education.conference-office",),
    publish_within=(Within("1wd"),),
)

TYPES: tuple[EventType, ...] = with_follow_ups(
    Head(of=_CALLED, marks=("C", "W", "X"), rows={}, outcome=ConferenceConclusion, outcome_posted=ConferenceConclusionPosted)
)
