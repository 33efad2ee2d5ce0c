"""Mandates 职责规则: the rule as data, its conditions, and the book they are looked up in."""

from services.routing.core.mandates.book import MandateBook, in_force, test
from services.routing.core.mandates.conditions import Clause, Condition, Op
from services.routing.core.mandates.expected import (
    AllReported,
    CrossCheck,
    Every,
    ExerciseSigned,
    Expected,
    Floor,
    MetBy,
    PeriodicDuty,
    RecordConfirmed,
    Since,
    Statement,
    ToldRow,
    Who,
    Whose,
)
from services.routing.core.mandates.model import LEVELS, BasisRef, LadderStep, Level, Mandate, NotifyRow, PackInfo, TaskRow, Trigger

__all__ = [
    "LEVELS",
    "AllReported",
    "BasisRef",
    "Clause",
    "Condition",
    "CrossCheck",
    "Every",
    "ExerciseSigned",
    "Expected",
    "Floor",
    "LadderStep",
    "Level",
    "Mandate",
    "MandateBook",
    "MetBy",
    "NotifyRow",
    "Op",
    "PackInfo",
    "PeriodicDuty",
    "RecordConfirmed",
    "Since",
    "Statement",
    "TaskRow",
    "ToldRow",
    "Trigger",
    "Who",
    "Whose",
    "in_force",
    "test",
]
