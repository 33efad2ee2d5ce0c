"""Days and hours, pure tables: days (notices, terms) and hours (offices, schools, one desk's time)."""

from services.routing.core.calendar.days import (
    BEIJING,
    FIRST_DAY,
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
from services.routing.core.calendar.hours import (
    EARLIEST_CLOSING,
    SHORTEST_OFFICE_DAY,
    Closure,
    DeskTime,
    Hours,
    OfficeRow,
    SchoolTime,
    WindowRow,
)

__all__ = [
    "BEIJING",
    "EARLIEST_CLOSING",
    "FIRST_DAY",
    "ONE_DAY",
    "SHORTEST_OFFICE_DAY",
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
]
