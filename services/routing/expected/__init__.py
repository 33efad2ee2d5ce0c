"""The room of expected reports beside routing's incidents: what units owe without being asked, and cross-checks of silence."""

from services.routing.expected.checks import CheckRound
from services.routing.expected.dues import DueRound
from services.routing.expected.hearing import ExpectedReports
from services.routing.expected.planning import PeriodRound
from services.routing.expected.taking_over import TakingOverRound

__all__ = ["CheckRound", "DueRound", "ExpectedReports", "PeriodRound", "TakingOverRound"]
