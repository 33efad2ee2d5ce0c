"""学校: what schools state."""

from contracts.event_type import EventType
from contracts.schools import dropouts, food, illness, incidents, psych
from contracts.schools.dropouts import DropoutListSubmitted
from contracts.schools.food import FoodIllnessSuspected
from contracts.schools.illness import IllnessClusterReported
from contracts.schools.incidents import CampusIncidentReported
from contracts.schools.psych import PsychFollowupRecorded, PsychRiskAssessed

__all__ = [
    "TYPES",
    "CampusIncidentReported",
    "DropoutListSubmitted",
    "FoodIllnessSuspected",
    "IllnessClusterReported",
    "PsychFollowupRecorded",
    "PsychRiskAssessed",
]

TYPES: tuple[EventType, ...] = (*dropouts.TYPES, *food.TYPES, *illness.TYPES, *incidents.TYPES, *psych.TYPES)
