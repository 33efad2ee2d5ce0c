"""教育局: what education bureaus state."""

from contracts.education import conferences, training_lists
from contracts.education.conferences import ConferenceCalled
from contracts.education.training_lists import TrainingListChanged
from contracts.event_type import EventType

__all__ = ["TYPES", "ConferenceCalled", "TrainingListChanged"]

TYPES: tuple[EventType, ...] = (*conferences.TYPES, *training_lists.TYPES)
