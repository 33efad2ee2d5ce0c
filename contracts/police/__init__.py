"""公安: what the police state."""

from contracts.event_type import EventType
from contracts.police import alarms
from contracts.police.alarms import AlarmConcluded, AlarmRaised

__all__ = ["TYPES", "AlarmConcluded", "AlarmRaised"]

TYPES: tuple[EventType, ...] = (*alarms.TYPES,)
