"""城管校园周边市容问题."""

from typing import Annotated

from pydantic import model_validator

from contracts.codes.urban import StreetIssueKind, StreetIssueOutcome
from contracts.envelope import Closed
from contracts.event_type import EventType, Within, key_of
from contracts.fields import say
from contracts.followups import FollowUp, Head, with_follow_ups
from contracts.other import other_needs_words
from contracts.texts import DISTINCT, FREE_TEXT, Number, SchoolRef
from contracts.values import Day

WORDS = {"kind": "kind_note"}
"""Code → its words when it is ``other``."""


class StreetIssueFound(Closed):
    """城管校园周边市容问题."""

    issue_no: Annotated[Number, say("all", "work", "核对同一问题", "问题编号", max_length=32)]
    kind: Annotated[StreetIssueKind, say("all", "work", "判断问题性质与职责单位", "问题类别", codes="street_issue_kind")]
    kind_note: Annotated[str | None, say("all", "work", "类别为其他时说明性质", "类别说明", max_length=60), FREE_TEXT] = None
    schools: Annotated[tuple[SchoolRef, ...], say("all", "work", "确定涉及的学校", "涉及学校", min_length=1, max_length=200), DISTINCT]
    place_text: Annotated[str, say("S E U P", "work", "到达现场整治", "地点", max_length=120), FREE_TEXT]
    fix_by: Annotated[Day, say("all", "work", "按期整治", "整治期限")]

    @model_validator(mode="after")
    def _fits_together(self) -> "StreetIssueFound":
        other_needs_words(self, **WORDS)
        return self


class StreetIssueConclusion(FollowUp):
    """办结: how the issue ended."""

    outcome: Annotated[StreetIssueOutcome, say("all", "work", "了解问题结果", "办理结果", codes="street_issue_outcome")]
    outcome_note: Annotated[
        str | None, say("S E U P L", "work", "结果为其他时说明，及需后续关注事项", "结果说明", max_length=500), FREE_TEXT
    ] = None

    @model_validator(mode="after")
    def _fits_together(self) -> "StreetIssueConclusion":
        other_needs_words(self, outcome="outcome_note")
        return self


_FOUND = EventType(
    name="urban.street-issue.found",
    title="城管校园周边市容问题",
    model=StreetIssueFound,
    intake_model=StreetIssueFound,
    key=key_of("issue_no"),
    key_field="issue_no",
    family="street-issue",
    publishers=("urban.squad",),
    publish_within=(Within("4h/open"),),
)

TYPES: tuple[EventType, ...] = with_follow_ups(
    Head(of=_FOUND, marks=("S", "C", "W", "X"), rows={}, words=WORDS, outcome=StreetIssueConclusion)
)
