"""Days and hours, pure tables: days (notices, terms) and hours (offices, schools, one desk's time)."""

from services.routing.core.calendar.days import (
    BEIJING,
    FIRST_DAY,
    GAZETTE,
    ONE_DAY,
    Calendars,
    CityTerms,
    DayUnknown,
    Gazette,
    Span,
    Term,
    local_day,
    midnight_after,
    moment,
)
from services.routing.core.calendar.hours import Closure, DeskTime, Hours, OfficeRow, SchoolTime, WindowRow, usual_windows

__all__ = [
    "BEIJING",
    "FIRST_DAY",
    "GAZETTE",
    "ONE_DAY",
    "Calendars",
    "CityTerms",
    "Closure",
    "DayUnknown",
    "DeskTime",
    "Gazette",
    "Hours",
    "OfficeRow",
    "SchoolTime",
    "Span",
    "Term",
    "WindowRow",
    "local_day",
    "midnight_after",
    "moment",
    "usual_windows",
]
