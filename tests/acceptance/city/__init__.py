"""The harness of the stories: all services over the real servers, business time in the story's hand, an account of all that was told."""

from tests.acceptance.city.agencies import Agency, Stated
from tests.acceptance.city.city import City
from tests.acceptance.city.desk import Desk, Refused
from tests.acceptance.city.expect import (
    Escalation,
    Notice,
    Overdue,
    Update,
    Withdrawal,
    cleared,
    inform,
    linked,
    missed,
    parked,
    ruled,
    signature,
    suspected,
    told_again,
    triaged,
    uncovered,
    unlinked,
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
    "Update",
    "Withdrawal",
    "cleared",
    "inform",
    "linked",
    "missed",
    "parked",
    "ruled",
    "signature",
    "suspected",
    "told_again",
    "triaged",
    "uncovered",
    "unlinked",
]
