"""What counts, and as what: by when things were done and whether a miss was disproved, never by the word that a duty was missed.

The statements that count whole months in the database say the same in SQL; a test holds the two against each other.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from contracts.coordination import DutyKind
from services.routing.core.model import Duty, Notification

Verdict = Literal["in-time", "late", "open", "dropped"]
Measure = Literal["delivered", "signed", "acted", "reported", "closed", "published", "lawful"]
MEASURES: tuple[Measure, ...] = ("delivered", "signed", "acted", "reported", "closed", "published", "lawful")
MEASURE_OF: Mapping[DutyKind, Measure] = {"ack": "signed", "first-action": "acted", "report": "reported", "close": "closed"}
SHARES = ("publisher", "bus", "receiver")
BUS_ALLOWANCE = timedelta(seconds=60)
NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class Shares:
    """Whose lateness: what each took beyond its allowance."""

    publisher: timedelta = NOTHING
    bus: timedelta = NOTHING
    receiver: timedelta = NOTHING


def verdict(duty: Duty, as_of: datetime) -> Verdict:
    """How one duty stands at ``as_of``.

    Done by its due is in time, also when that was learnt after the miss. A duty that fell away (superseded, redirected, withdrawn) is
    dropped unless its miss stands. While a return is in arbitration nothing is decided. A due that was found in the past for want of a
    calendar makes no desk late.
    """
    if duty.by_bus:
        return {"met": "in-time", "ended": "dropped"}.get(duty.state, "open")  # type: ignore[return-value]  # verdicts
    match duty.state:
        case "met":
            return "in-time" if duty.due is None or (duty.met_at is not None and duty.met_at <= duty.due) else "late"
        case "ended":
            return "in-time" if duty.voided else "late" if duty.missed_at is not None else "dropped"
        case "held":
            return "open"
        case "open" | "pending":
            return "late" if duty.due is not None and duty.due < as_of else "open"


def united(verdicts: Collection[Verdict]) -> Verdict:
    """A notification that was signed anew for later versions counts once: late if any signature was late, dropped if all were."""
    order: tuple[Verdict, ...] = ("late", "open", "in-time")
    return next((one for one in order if one in verdicts), "dropped")


def overrun(duty: Duty, as_of: datetime) -> timedelta:
    """The receiver's share of a duty: from its due to when it was done, of a running one to ``as_of``; one that fell away grew no older."""
    done = duty.met_at or (as_of if duty.state in ("open", "pending") else None)
    return max(NOTHING, done - duty.due) if done is not None and duty.due is not None else NOTHING


def publisher_overrun(published_at: datetime, due: datetime | None) -> timedelta:
    """What the publisher took beyond the bound of its type, from known_at; nothing where there is none."""
    return max(NOTHING, published_at - due) if due is not None else NOTHING


def bus_overrun(published_at: datetime, delivered_at: datetime) -> timedelta:
    """What the road from published to delivered took beyond a minute."""
    return max(NOTHING, delivered_at - published_at - BUS_ALLOWANCE)


def shares_of(notification: Notification, signatures: Collection[Duty], as_of: datetime) -> Shares:
    """The three shares of one notification; ``signatures``: its duties to sign. What is not delivered has no shares yet."""
    published_at, delivered_at = notification.published_at, notification.delivered_at
    if published_at is None or delivered_at is None:
        return Shares()
    late = (overrun(duty, as_of) for duty in signatures if verdict(duty, as_of) == "late")
    return Shares(
        publisher=publisher_overrun(published_at, notification.publish_due),
        bus=bus_overrun(published_at, delivered_at),
        receiver=sum(late, NOTHING),
    )
