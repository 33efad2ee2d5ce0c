"""民政: what civil affairs state."""

from contracts.civil import children
from contracts.civil.children import ChildCareNotified
from contracts.event_type import EventType

__all__ = ["TYPES", "ChildCareNotified"]

TYPES: tuple[EventType, ...] = (*children.TYPES,)
