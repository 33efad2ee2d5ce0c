"""护学岗 beside the incidents: what it hears, and the rounds that the clock takes for it (plans before posts, posts before reports and states)."""

from services.routing.guard.answers import GuardAnswers
from services.routing.guard.coverage import confirm_batch, coverage, coverage_by_county
from services.routing.guard.plans import PlanRound
from services.routing.guard.posts import PostRound
from services.routing.guard.reports import ReportRound
from services.routing.guard.retention import GUARD_KEPT
from services.routing.guard.state import StateRound
from services.routing.guard.watcher import GuardWatcher

__all__ = [
    "GUARD_KEPT",
    "GuardAnswers",
    "GuardWatcher",
    "PlanRound",
    "PostRound",
    "ReportRound",
    "StateRound",
    "confirm_batch",
    "coverage",
    "coverage_by_county",
]
