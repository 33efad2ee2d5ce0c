"""Mandates 职责规则: the rule as data, its conditions, and the book they are looked up in."""

from services.routing.core.mandates.book import MandateBook, test
from services.routing.core.mandates.conditions import Clause, Condition, Op
from services.routing.core.mandates.model import (
    LEVELS,
    OURS,
    BasisRef,
    LadderStep,
    Level,
    Mandate,
    NotifyRow,
    PackInfo,
    Place,
    Source,
    Standing,
    TaskRow,
    Trigger,
)

__all__ = [
    "LEVELS",
    "OURS",
    "BasisRef",
    "Clause",
    "Condition",
    "LadderStep",
    "Level",
    "Mandate",
    "MandateBook",
    "NotifyRow",
    "Op",
    "PackInfo",
    "Place",
    "Source",
    "Standing",
    "TaskRow",
    "Trigger",
    "test",
]
