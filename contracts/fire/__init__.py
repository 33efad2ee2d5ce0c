"""消防: what the fire service states."""

from contracts.event_type import EventType
from contracts.fire import hazards
from contracts.fire.hazards import FireHazardFound

__all__ = ["TYPES", "FireHazardFound"]

TYPES: tuple[EventType, ...] = (*hazards.TYPES,)
