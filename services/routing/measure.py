"""What routing counts once a unit of work is durable: decisions, how long the road took, how long a desk took, steps of ladders."""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from contracts.coordination import EscalationRaised, NotificationAcknowledged, NotificationDelivered
from contracts.envelope import Event
from infra.metrics import (
    DECISIONS,
    DELIVERED_TO_ACKNOWLEDGED,
    ESCALATIONS,
    EVENT_TO_DELIVERED,
    SLA_LATE_SECONDS,
    SLA_SIGNATURES,
)
from services.routing.core.matching.agency import agency_word
from services.routing.core.model import Duty, Fold, Notification
from services.routing.core.sla.rules import SHARES, shares_of, united, verdict

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
            _count_signed(fold)
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


def _count_signed(fold: Fold) -> None:
    """Notifications that this fold found signed, each with the outcome of all its signatures and the three shares of its lateness."""
    signed = {one.owner for one in fold.changed.values() if isinstance(one, Duty) and one.kind == "ack" and one.met_at is not None}
    for notification in (fold.state.notifications[owner] for owner in sorted(signed)):
        signatures = [duty for duty in fold.duties_of(notification.id) if duty.kind == "ack"]
        outcome = united([verdict(duty, fold.now) for duty in signatures])
        if outcome not in ("in-time", "late") or fold.state.incidents[notification.incident].status != "actual":
            continue
        SLA_SIGNATURES.labels(agency_word(notification.desk), outcome).inc()
        shares = shares_of(notification, signatures, fold.now)
        for share in SHARES:
            SLA_LATE_SECONDS.labels(share).inc(getattr(shares, share).total_seconds())


def count_steps(fold: Fold) -> None:
    """Steps of ladders that a fold fired."""
    for out in fold.out:
        if isinstance(out.data, EscalationRaised):
            ESCALATIONS.labels(out.data.ladder, str(out.data.step)).inc()
