"""The story district's clocks, and short ways to say a time of 2026 in a test."""

from datetime import date, datetime
from functools import cache

from services.routing.calendars import load_calendars
from services.routing.core.calendar import BEIJING
from services.routing.core.deadlines import DeskTime, Due, compute_due
from services.routing.core.directory import Directory
from services.routing.directory import load_documents

A, B, C, D, E = "2199000101", "3199000102", "3499000103", "1199000104", "2199000105"
G, H, K = "3199000301", "3199000401", "2198000501"


@cache
def directory() -> Directory:
    return Directory.build(load_documents(), 1, load_calendars())


def at(text: str) -> datetime:
    """``09-18 15:20`` of 2026 (or with a year) in Beijing."""
    whole = text if text.count("-") == 2 else f"2026-{text}"
    return datetime.fromisoformat(whole.replace(" 24:00", " 00:00")).replace(tzinfo=BEIJING)


def day(text: str) -> date:
    return date.fromisoformat(text if text.count("-") == 2 else f"2026-{text}")


def school_time(school: str, start: datetime) -> DeskTime:
    return directory().desk_time(f"school.duty-desk@{school}", start)


def office_time(unit: str, start: datetime) -> DeskTime:
    return directory().desk_time(f"education.safety-desk@{unit}", start)


def due_at(form: str, start: str, desk: DeskTime, **more: object) -> Due:
    return compute_due(form, at(start), desk, **more)  # type: ignore[arg-type]
