"""Which check-ins count: one whose times cannot be right, or that came too late, is kept and shown and proves nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from services.routing.core.guard.model import UPLOAD_WITHIN

Flag = Literal["", "future", "clock-off", "no-post", "too-late", "corrected"]
"""Empty: it counts. ``no-post``: nobody knows such a gate or window on that day. ``too-late``: counts once a leader confirmed it."""
WRONG_CLOCK: frozenset[Flag] = frozenset({"future", "clock-off"})
AHEAD = timedelta(minutes=2)
CLOCK_OFF = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Times:
    """When somebody checked in and when the device uploaded it (both by its own clock), and when the bureau's service took it in."""

    checked_at: datetime
    uploaded_at: datetime
    received_at: datetime


def flag_of(times: Times, window_ends: datetime | None) -> Flag:
    """Why a check-in does not count; ``window_ends``: end of the window of its post, None without one.

    A clock that is off by just 10 min, a time just 2 min ahead and an upload just 4 h after the window still count."""
    if times.checked_at - times.received_at > AHEAD:
        return "future"
    if abs(times.received_at - times.uploaded_at) > CLOCK_OFF:
        return "clock-off"
    if window_ends is None:
        return "no-post"
    return "too-late" if times.uploaded_at > window_ends + UPLOAD_WITHIN else ""
