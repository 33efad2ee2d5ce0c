"""社区: what communities state."""

from contracts.community import visits
from contracts.community.visits import VisitRecorded
from contracts.event_type import EventType

__all__ = ["TYPES", "VisitRecorded"]

TYPES: tuple[EventType, ...] = (*visits.TYPES,)
