"""学校: what schools state."""

from contracts.event_type import EventType
from contracts.schools import food, illness, incidents, psych
from contracts.schools.food import FoodIllnessSuspected
from contracts.schools.illness import IllnessClusterReported
from contracts.schools.incidents import CampusIncidentReported
from contracts.schools.psych import PsychFollowupRecorded, PsychRiskAssessed

__all__ = [
    "TYPES",
    "CampusIncidentReported",
    "FoodIllnessSuspected",
    "IllnessClusterReported",
    "PsychFollowupRecorded",
    "PsychRiskAssessed",
]

TYPES: tuple[EventType, ...] = (*food.TYPES, *illness.TYPES, *incidents.TYPES, *psych.TYPES)
