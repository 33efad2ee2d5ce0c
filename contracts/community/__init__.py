"""社区: what communities state."""

from contracts.community import forced_reports
from contracts.community.forced_reports import CommunityForcedReportFiled
from contracts.event_type import EventType

__all__ = ["TYPES", "CommunityForcedReportFiled"]

TYPES: tuple[EventType, ...] = (*forced_reports.TYPES,)
