"""The harness of the stories: all services over the real servers, business time in the story's hand, an account of all that was told."""

from tests.acceptance.city.agencies import Agency, Stated
from tests.acceptance.city.city import City
from tests.acceptance.city.desk import Desk, Refused
from tests.acceptance.city.expect import (
    Escalation,
    Notice,
    Overdue,
    Withdrawal,
    cleared,
    inform,
    missed,
    parked,
    ruled,
    signature,
    suspected,
    told_again,
    uncovered,
)

__all__ = [
    "Agency",
    "City",
    "Desk",
    "Escalation",
    "Notice",
    "Overdue",
    "Refused",
    "Stated",
    "Withdrawal",
    "cleared",
    "inform",
    "missed",
    "parked",
    "ruled",
    "signature",
    "suspected",
    "told_again",
    "uncovered",
]
