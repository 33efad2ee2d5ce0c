"""学校: what schools state."""

from contracts.event_type import EventType
from contracts.schools import hazards, incidents
from contracts.schools.hazards import RectificationCompleted, SchoolHazardReported
from contracts.schools.incidents import CampusIncidentReported

__all__ = [
    "TYPES",
    "CampusIncidentReported",
    "RectificationCompleted",
    "SchoolHazardReported",
]

TYPES: tuple[EventType, ...] = (
    *hazards.TYPES,
    *incidents.TYPES,
)
