"""学校: what schools state."""

from contracts.event_type import EventType
from contracts.schools import bullying, drills, forced_reports, hazards, incidents
from contracts.schools.bullying import BullyingReported, ReviewRequested
from contracts.schools.drills import DrillCompleted, DrillScheduled
from contracts.schools.forced_reports import SchoolForcedReportFiled
from contracts.schools.hazards import RectificationCompleted, SchoolHazardReported
from contracts.schools.incidents import CampusIncidentReported

__all__ = [
    "TYPES",
    "BullyingReported",
    "CampusIncidentReported",
    "DrillCompleted",
    "DrillScheduled",
    "RectificationCompleted",
    "ReviewRequested",
    "SchoolForcedReportFiled",
    "SchoolHazardReported",
]

TYPES: tuple[EventType, ...] = (
    *bullying.TYPES,
    *drills.TYPES,
    *forced_reports.TYPES,
    *hazards.TYPES,
    *incidents.TYPES,
)
