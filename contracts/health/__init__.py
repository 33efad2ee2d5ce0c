"""卫健: what health agencies state."""

from contracts.event_type import EventType
from contracts.health import food, forced_reports, illness, psych, warnings
from contracts.health.food import FoodIllnessReported
from contracts.health.forced_reports import HealthForcedReportFiled
from contracts.health.illness import IllnessClusterDetected
from contracts.health.psych import PsychReferralAnswered
from contracts.health.warnings import WarningIssued

__all__ = ["TYPES", "FoodIllnessReported", "HealthForcedReportFiled", "IllnessClusterDetected", "PsychReferralAnswered", "WarningIssued"]

TYPES: tuple[EventType, ...] = (
    *food.TYPES,
    *forced_reports.TYPES,
    *illness.TYPES,
    *psych.TYPES,
    *warnings.TYPES,
)
