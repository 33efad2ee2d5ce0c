"""学校: what schools state."""

from contracts.event_type import EventType
from contracts.schools import (
    bullying,
    conferences,
    drills,
    dropouts,
    food,
    forced_reports,
    hazards,
    illness,
    incidents,
    online,
    psych,
    transfers,
)
from contracts.schools.bullying import BullyingReported, ReviewRequested
from contracts.schools.conferences import CareConferenceRequested
from contracts.schools.drills import DrillCompleted, DrillScheduled
from contracts.schools.dropouts import DropoutListSubmitted
from contracts.schools.food import FoodIllnessSuspected
from contracts.schools.forced_reports import SchoolForcedReportFiled
from contracts.schools.hazards import RectificationCompleted, SchoolHazardReported
from contracts.schools.illness import IllnessClusterReported
from contracts.schools.incidents import CampusIncidentReported
from contracts.schools.online import OnlineHarmReported
from contracts.schools.psych import PsychFollowupRecorded, PsychRiskAssessed
from contracts.schools.transfers import PupilTransferStarted

__all__ = [
    "TYPES",
    "BullyingReported",
    "CampusIncidentReported",
    "CareConferenceRequested",
    "DrillCompleted",
    "DrillScheduled",
    "DropoutListSubmitted",
    "FoodIllnessSuspected",
    "IllnessClusterReported",
    "OnlineHarmReported",
    "PsychFollowupRecorded",
    "PsychRiskAssessed",
    "PupilTransferStarted",
    "RectificationCompleted",
    "ReviewRequested",
    "SchoolForcedReportFiled",
    "SchoolHazardReported",
]

TYPES: tuple[EventType, ...] = (
    *bullying.TYPES,
    *conferences.TYPES,
    *drills.TYPES,
    *dropouts.TYPES,
    *food.TYPES,
    *forced_reports.TYPES,
    *hazards.TYPES,
    *illness.TYPES,
    *incidents.TYPES,
    *online.TYPES,
    *psych.TYPES,
    *transfers.TYPES,
)
