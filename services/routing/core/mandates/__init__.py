"""Mandates 职责规则: the rule as data, its conditions, and the book they are looked up in."""

from services.routing.core.mandates.book import MandateBook, in_force, test
from services.routing.core.mandates.conditions import Clause, Condition, Op
from services.routing.core.mandates.model import LEVELS, BasisRef, LadderStep, Level, Mandate, NotifyRow, PackInfo, TaskRow, Trigger

__all__ = [
    "LEVELS",
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
    "TaskRow",
    "Trigger",
    "in_force",
    "test",
]
