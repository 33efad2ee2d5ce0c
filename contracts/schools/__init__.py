"""学校: what schools state."""

from contracts.event_type import EventType
from contracts.schools import conferences, dropouts, food, illness, incidents, online, psych, transfers
from contracts.schools.conferences import CareConferenceRequested
from contracts.schools.dropouts import DropoutListSubmitted
from contracts.schools.food import FoodIllnessSuspected
from contracts.schools.illness import IllnessClusterReported
from contracts.schools.incidents import CampusIncidentReported
from contracts.schools.online import OnlineHarmReported
from contracts.schools.psych import PsychFollowupRecorded, PsychRiskAssessed
from contracts.schools.transfers import PupilTransferStarted

__all__ = [
    "TYPES",
    "CampusIncidentReported",
    "CareConferenceRequested",
    "DropoutListSubmitted",
    "FoodIllnessSuspected",
    "IllnessClusterReported",
    "OnlineHarmReported",
    "PsychFollowupRecorded",
    "PsychRiskAssessed",
    "PupilTransferStarted",
]

TYPES: tuple[EventType, ...] = (
    *conferences.TYPES,
    *dropouts.TYPES,
    *food.TYPES,
    *illness.TYPES,
    *incidents.TYPES,
    *online.TYPES,
    *psych.TYPES,
    *transfers.TYPES,
)
