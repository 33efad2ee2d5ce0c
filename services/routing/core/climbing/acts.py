"""The named act: where a mandate says so, a statement of the desk's own unit is its first action, and no report stands in for it."""

from dataclasses import replace
from datetime import datetime

from services.routing.core.climbing.ladder import finish
from services.routing.core.clocks.timing import current
from services.routing.core.model import Fold


def acted(fold: Fold, notification: str, at: datetime) -> None:
    """The unit stated it at ``at``; what it had stated before it was told counts from the delivery."""
    found = fold.state.notifications[notification]
    if found.acted_at is not None or found.delivered_at is None:
        return
    done_at = max(at, found.delivered_at)
    fold.put(replace(found, acted_at=done_at))
    duty = current(fold, notification, "first-action")
    if duty is not None:
        finish(fold, duty, done_at, "done")
