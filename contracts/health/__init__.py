"""卫健: what health agencies state."""

from contracts.event_type import EventType
from contracts.health import food, illness, psych
from contracts.health.food import FoodIllnessReported
from contracts.health.illness import IllnessClusterDetected
from contracts.health.psych import PsychReferralAnswered

__all__ = ["TYPES", "FoodIllnessReported", "IllnessClusterDetected", "PsychReferralAnswered"]

TYPES: tuple[EventType, ...] = (*food.TYPES, *illness.TYPES, *psych.TYPES)
