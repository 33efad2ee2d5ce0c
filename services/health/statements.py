"""卫健: the addresses and forms of what health agencies state."""

from contracts.health import PsychReferralAnswered
from services.chassis.agency import EventIn

EVENTS: tuple[EventIn, ...] = (
    EventIn(
        PsychReferralAnswered,
        path="/psych-referrals",
        form="psych-referral",
        first=("referral_no", "slip_no", "step", "decline_reason", "decline_note", "advice", "next_contact_on", "level_advised"),
    ),
)
