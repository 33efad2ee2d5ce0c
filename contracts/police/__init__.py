"""公安: what the police state."""

from contracts.event_type import EventType
from contracts.police import alarms, hazards
from contracts.police.alarms import AlarmConcluded, AlarmRaised
from contracts.police.hazards import PoliceHazardFound

__all__ = ["TYPES", "AlarmConcluded", "AlarmRaised", "PoliceHazardFound"]

TYPES: tuple[EventType, ...] = (
    *alarms.TYPES,
    *hazards.TYPES,
)
