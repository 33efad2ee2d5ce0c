"""公安: what the police state."""

from contracts.event_type import EventType
from contracts.police import alarms, bulletins, forced_reports, guard, hazards
from contracts.police.alarms import AlarmConcluded, AlarmRaised
from contracts.police.bulletins import BulletinIssued
from contracts.police.forced_reports import ForcedReportAccepted
from contracts.police.guard import GuardCheckinsRecorded, GuardRosterPublished
from contracts.police.hazards import PoliceHazardFound

__all__ = [
    "TYPES",
    "AlarmConcluded",
    "AlarmRaised",
    "BulletinIssued",
    "ForcedReportAccepted",
    "GuardCheckinsRecorded",
    "GuardRosterPublished",
    "PoliceHazardFound",
]

TYPES: tuple[EventType, ...] = (
    *alarms.TYPES,
    *bulletins.TYPES,
    *forced_reports.TYPES,
    *guard.TYPES,
    *hazards.TYPES,
)
