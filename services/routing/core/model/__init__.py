"""The records of an incident and the fold that changes them."""

from contracts.ids import OPS_DESK
from services.routing.core.model.fold import Fold, IncidentState, Misfit, Outgoing, World
from services.routing.core.model.records import (
    GONE,
    OF_THE_BUS,
    Clocks,
    Duty,
    DutyState,
    Incident,
    Item,
    Notification,
    NotificationState,
    Retime,
    RuleProposal,
    Told,
    Triage,
    Withdrawal,
    row_key,
    type_in,
)
from services.routing.core.model.tasks import FollowUp, Part, Pause, Rating, Task

__all__ = [
    "GONE",
    "OF_THE_BUS",
    "OPS_DESK",
    "Clocks",
    "Duty",
    "DutyState",
    "Fold",
    "FollowUp",
    "Incident",
    "IncidentState",
    "Item",
    "Misfit",
    "Notification",
    "NotificationState",
    "Outgoing",
    "Part",
    "Pause",
    "Rating",
    "Retime",
    "RuleProposal",
    "Task",
    "Told",
    "Triage",
    "Withdrawal",
    "World",
    "row_key",
    "type_in",
]
