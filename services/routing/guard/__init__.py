"""护学岗 beside the incidents: what it hears, and the rounds that the clock takes for it (plans before posts, posts before reports)."""

from services.routing.guard.coverage import confirm_batch, coverage, coverage_by_county
from services.routing.guard.plans import PlanRound
from services.routing.guard.posts import PostRound
from services.routing.guard.reports import ReportRound
from services.routing.guard.watcher import GuardWatcher

__all__ = ["GuardWatcher", "PlanRound", "PostRound", "ReportRound", "confirm_batch", "coverage", "coverage_by_county"]
