"""Times as stories say them: Beijing time, as much of it as differs from the moment the story stands at."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")
_SAID = re.compile(r"^(?:(?:(?P<year>\d{4})-)?(?P<month>\d\d)-(?P<day>\d\d) )?(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d))?$")


def instant(said: str, near: datetime) -> datetime:
    """``2026-09-21 16:38:00``, ``09-21 16:38``, ``16:38`` (today); 24:00 is the next day's 00:00. ValueError for anything else."""
    match = _SAID.match(said)
    if match is None:
        raise ValueError(f"not a time of a story: {said!r}")
    here = near.astimezone(BEIJING)
    year, month, day = (int(match[part] or here_part) for part, here_part in zip(("year", "month", "day"), here.timetuple(), strict=False))
    hours = timedelta(hours=int(match["hour"]), minutes=int(match["minute"]), seconds=int(match["second"] or 0))
    return datetime(year, month, day, tzinfo=BEIJING) + hours


def spoken(moment: datetime | None) -> str:
    """``09-21 16:38:00`` of an instant, for messages."""
    return f"{moment.astimezone(BEIJING):%m-%d %H:%M:%S}" if moment else "—"
