"""学校: what schools state."""

from contracts.event_type import EventType
from contracts.schools import bullying, hazards, incidents
from contracts.schools.bullying import BullyingReported, ReviewRequested
from contracts.schools.hazards import RectificationCompleted, SchoolHazardReported
from contracts.schools.incidents import CampusIncidentReported

__all__ = [
    "TYPES",
    "BullyingReported",
    "CampusIncidentReported",
    "RectificationCompleted",
    "ReviewRequested",
    "SchoolHazardReported",
]

TYPES: tuple[EventType, ...] = (
    *bullying.TYPES,
    *hazards.TYPES,
    *incidents.TYPES,
)
