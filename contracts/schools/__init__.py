"""学校: what schools state."""

from contracts.event_type import EventType
from contracts.schools import incidents
from contracts.schools.incidents import CampusIncidentReported

__all__ = ["TYPES", "CampusIncidentReported"]

TYPES: tuple[EventType, ...] = (*incidents.TYPES,)
