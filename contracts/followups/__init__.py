"""Follow-ups of a head type: supplemented, corrected, level-changed, withdrawn, concluded."""

from contracts.followups.changes import new_values
from contracts.followups.making import TITLES, Head, with_follow_ups
from contracts.followups.models import FollowUp, LevelMoved, Withdrawn

__all__ = ["TITLES", "FollowUp", "Head", "LevelMoved", "Withdrawn", "new_values", "with_follow_ups"]
