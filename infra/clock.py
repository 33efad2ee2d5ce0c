"""The one place that reads the machine's clock; what it returns is passed on as an argument."""

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")


def machine_now() -> datetime:
    """The machine's time, aware, in UTC: for tokens, sessions, leases, retention. Business time comes from a unit of work alone."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Seconds that never go back: for waits and durations."""
    return time.monotonic()
