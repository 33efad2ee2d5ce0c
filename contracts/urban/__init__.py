"""城管: what urban management states."""

from contracts.event_type import EventType
from contracts.urban import street_issues
from contracts.urban.street_issues import StreetIssueFound

__all__ = ["TYPES", "StreetIssueFound"]

TYPES: tuple[EventType, ...] = (*street_issues.TYPES,)
