"""学校: the addresses and forms of what schools state about single pupils."""

from contracts.schools import (
    CareConferenceRequested,
    DropoutListSubmitted,
    PsychFollowupRecorded,
    PsychRiskAssessed,
    PupilTransferStarted,
)
from services.chassis.agency import EventIn

PUPILS: tuple[EventIn, ...] = (
    EventIn(
        PsychRiskAssessed,
        path="/psych-risks",
        form="psych-risk",
        first=("school_id", "level", "trigger", "trigger_note", "need_ambulance", "companion", "guardian_told", "pupil", "referral_no"),
        defaults={"need_ambulance": False},
    ),
    EventIn(PsychFollowupRecorded, path="/psych-risks/{key}/followups", form="psych-followup"),
    EventIn(DropoutListSubmitted, path="/dropout-lists", form="dropout-list", defaults={"nil": True, "count": 0}),
    EventIn(
        CareConferenceRequested,
        path="/care-conferences",
        form="care-conference",
        defaults={"quorum": ["guardian", "class-teacher", "moral-director", "psych-teacher"]},
    ),
    EventIn(PupilTransferStarted, path="/pupil-transfers", form="pupil-transfer"),
)
