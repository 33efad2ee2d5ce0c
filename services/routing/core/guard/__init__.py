"""护学岗: who has to stand at which gate, who is there, and what follows when somebody is missing. Pure; time is an argument."""

from services.routing.core.guard.counting import WRONG_CLOCK, Flag, Times, flag_of
from services.routing.core.guard.inspect import (
    Acted,
    Filled,
    Finding,
    Noted,
    Opened,
    Sight,
    Step,
    Superseded,
    Uncovered,
    Voided,
    inspect,
    noted,
)
from services.routing.core.guard.model import ROSTER_CHECK, UPLOAD_WITHIN, CheckIn, Gap, Post, PostKey, Required, Roster, Rostered
from services.routing.core.guard.plan import DayPlan, plan_day, window_end
from services.routing.core.guard.state import Beside, states
from services.routing.core.guard.whose import CHECKINS, first_window_end, post_of

__all__ = [
    "CHECKINS",
    "ROSTER_CHECK",
    "UPLOAD_WITHIN",
    "WRONG_CLOCK",
    "Acted",
    "Beside",
    "CheckIn",
    "DayPlan",
    "Filled",
    "Finding",
    "Flag",
    "Gap",
    "Noted",
    "Opened",
    "Post",
    "PostKey",
    "Required",
    "Roster",
    "Rostered",
    "Sight",
    "Step",
    "Superseded",
    "Times",
    "Uncovered",
    "Voided",
    "first_window_end",
    "flag_of",
    "inspect",
    "noted",
    "plan_day",
    "post_of",
    "states",
    "window_end",
]
