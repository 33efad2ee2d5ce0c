"""卫健: what health agencies state."""

from contracts.event_type import EventType
from contracts.health import forced_reports
from contracts.health.forced_reports import HealthForcedReportFiled

__all__ = ["TYPES", "HealthForcedReportFiled"]

TYPES: tuple[EventType, ...] = (*forced_reports.TYPES,)
