"""What routing knows of a joint task: its parts, what its close waits for, and what was said after its end."""

from dataclasses import dataclass
from datetime import date, datetime

from contracts.coordination import Ladder, PartState, PauseReason


@dataclass(frozen=True, slots=True)
class Part:
    """分工 of one desk in the joint task."""

    desk: str
    lead: bool
    text: str
    agency: str
    mandate: str
    state: PartState = "open"


@dataclass(frozen=True, slots=True)
class Pause:
    """One time during which the close clock stood still, and the laboratory that was waited for; it goes on while it has no end."""

    reason: PauseReason
    lab: str
    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rating:
    """互评: what one side said of the other."""

    by: str
    of: str
    score: int
    at: datetime


@dataclass(frozen=True, slots=True)
class FollowUp:
    """回访 by the lead after the close."""

    on: date
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Task:
    """协同处置任务: one per incident, led by the mandate of the highest rank.

    ``pauses``: what its close clock may wait for; ``waits``: when it did; ``overdue``: after which time an open close is told.
    ``rating``: it ended so that both sides rate each other."""

    id: str
    incident: str
    version: int
    lead: str
    mandate: str
    rank: int
    ladder: Ladder | None
    parts: tuple[Part, ...]
    report: str | None
    close: str | None
    opened_at: datetime
    lead_version: int = 1
    lead_delivered_at: datetime | None = None
    closed_at: datetime | None = None
    pauses: tuple[PauseReason, ...] = ()
    overdue: str | None = None
    waits: tuple[Pause, ...] = ()
    rating: bool = False
    ratings: tuple[Rating, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()

    @property
    def pause(self) -> Pause | None:
        """The pause that goes on now."""
        return next((one for one in self.waits if one.end is None), None)
