"""学校: what schools state."""

from contracts.event_type import EventType
from contracts.schools import incidents, psych
from contracts.schools.incidents import CampusIncidentReported
from contracts.schools.psych import PsychFollowupRecorded, PsychRiskAssessed

__all__ = ["TYPES", "CampusIncidentReported", "PsychFollowupRecorded", "PsychRiskAssessed"]

TYPES: tuple[EventType, ...] = (*incidents.TYPES, *psych.TYPES)
