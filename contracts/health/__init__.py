"""卫健: what health agencies state."""

from contracts.event_type import EventType
from contracts.health import psych
from contracts.health.psych import PsychReferralAnswered

__all__ = ["TYPES", "PsychReferralAnswered"]

TYPES: tuple[EventType, ...] = (*psych.TYPES,)
