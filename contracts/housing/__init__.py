"""住建: what the housing authority states."""

from contracts.event_type import EventType
from contracts.housing import hazards
from contracts.housing.hazards import BuildingHazardFound

__all__ = ["TYPES", "BuildingHazardFound"]

TYPES: tuple[EventType, ...] = (*hazards.TYPES,)
