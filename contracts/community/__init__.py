"""社区: what communities state."""

from contracts.community import forced_reports, visits
from contracts.community.forced_reports import CommunityForcedReportFiled
from contracts.community.visits import VisitRecorded
from contracts.event_type import EventType

__all__ = ["TYPES", "CommunityForcedReportFiled", "VisitRecorded"]

TYPES: tuple[EventType, ...] = (
    *forced_reports.TYPES,
    *visits.TYPES,
)
