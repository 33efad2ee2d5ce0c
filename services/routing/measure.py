"""What routing counts once a unit of work is durable: decisions, how long the road took, how long a desk took, steps of ladders."""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from contracts.coordination import EscalationRaised, NotificationAcknowledged, NotificationDelivered
from contracts.envelope import Event
from infra.metrics import DECISIONS, DELIVERED_TO_ACKNOWLEDGED, ESCALATIONS, EVENT_TO_DELIVERED
from services.routing.core.model import Fold, Notification

log = structlog.get_logger()


def count(steps: Sequence[tuple[Event, Fold, Mapping[str, Any] | None]]) -> None:
    """Observe one batch: events with their folds and decisions. Drills are left out of the histograms that a service level is read from."""
    for event, fold, decision in steps:
        if decision is not None:
            DECISIONS.labels(decision["type"], decision["outcome"]).inc()
            said = {name: decision[name] for name in ("incident", "type", "outcome")}
            log.info("event_decided", event_id=decision["id"], **said)
        if event.envelope.status == "actual":
            _answer(event, fold)
        count_steps(fold)


def _answer(event: Event, fold: Fold) -> None:
    match event.data:
        case NotificationDelivered(notification=name, version=1, delivered_at=at):
            notification = fold.state.notifications.get(name)
            if notification is not None:
                started = fold.state.incidents[notification.incident].first_time
                EVENT_TO_DELIVERED.labels(notification.kind).observe(max(0.0, (at - started).total_seconds()))
        case NotificationAcknowledged(notification=name, acknowledged_at=at):
            signed: Notification | None = fold.state.notifications.get(name)
            if signed is not None and signed.delivered_at is not None:
                DELIVERED_TO_ACKNOWLEDGED.labels(signed.kind).observe(max(0.0, (at - signed.delivered_at).total_seconds()))
        case _:
            return


def count_steps(fold: Fold) -> None:
    """Steps of ladders that a fold fired."""
    for out in fold.out:
        if isinstance(out.data, EscalationRaised):
            ESCALATIONS.labels(out.data.ladder, str(out.data.step)).inc()
