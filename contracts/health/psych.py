"""心理转介回执: the hospital's slips on a school's referral. Diagnosis and drugs are not in the contract at all."""

from typing import Annotated

from pydantic import model_validator

from contracts.codes.health import DeclineReason, PsyAdvice, SlipStep
from contracts.codes.shared import PsyLevel
from contracts.conditional import needed_if
from contracts.envelope import Closed
from contracts.event_type import EventType, Within, key_of
from contracts.fields import say
from contracts.followups import Head, with_follow_ups
from contracts.other import other_needs_words
from contracts.psych import CASE_OPENERS
from contracts.texts import DISTINCT, FREE_TEXT, Number
from contracts.values import Day

WORDS = {"decline_reason": "decline_note"}
"""Code → its words when it is ``other``."""


class PsychReferralAnswered(Closed):
    """心理转介回执."""

    referral_no: Annotated[Number, say("S E H K L", "work", "核对同一转介", "转介编号", min_length=1, max_length=32)]
    slip_no: Annotated[Number, say("S K", "work", "学校据以办理级别变更", "回执编号", min_length=1, max_length=32)]
    step: Annotated[SlipStep, say("S E H K L", "work", "掌握诊疗进展", "诊疗环节", codes="slip_step")]
    level_advised: Annotated[PsyLevel | None, say("S K", "work", "供学校评估级别参考", "建议级别", codes="psy_level")] = None
    advice: Annotated[tuple[PsyAdvice, ...], say("S K", "work", "学校配合照护", "照护建议", codes="psy_advice"), DISTINCT]
    next_contact_on: Annotated[Day | None, say("S K", "work", "安排下次联系", "下次联系日期")] = None
    decline_reason: Annotated[DeclineReason | None, say("S H K L", "work", "另行指定医院", "不予接收原因", codes="decline_reason")] = None
    decline_note: Annotated[str | None, say("S H K L", "work", "原因为其他时说明", "原因说明", max_length=60), FREE_TEXT] = None

    @model_validator(mode="after")
    def _fits_together(self) -> "PsychReferralAnswered":
        needed_if(self, self.step == "declined", "decline_reason")
        other_needs_words(self, **WORDS)
        return self


_ANSWERED = EventType(
    name="health.psych-referral.answered",
    title="心理转介回执",
    model=PsychReferralAnswered,
    intake_model=PsychReferralAnswered,
    key=key_of("referral_no"),
    key_field="referral_no",
    family="psych",
    publishers=("health.hospital-green-channel",),
    publish_within=(Within("2h"),),
    key_scope="unit",
    joins=True,
    openers=CASE_OPENERS,
)

TYPES: tuple[EventType, ...] = with_follow_ups(Head(of=_ANSWERED, marks=("S", "C"), rows={}, words=WORDS))
