"""Deadlines: the notation of the clocks, what it means for one desk, and the words for it."""

from services.routing.core.calendar import DeskTime
from services.routing.core.deadlines.compute import Due, compute_due, next_due, pending_words
from services.routing.core.deadlines.forms import Elapsed, Form, Review, fields_of, parse_form, repeats
from services.routing.core.deadlines.order import earlier_of, never_later
from services.routing.core.deadlines.pausing import can_pause, moved_by, pause_words
from services.routing.core.deadlines.periods import Period, check_period_form, describe_period, last_day, month_end_due, period_due
from services.routing.core.deadlines.words import describe_form, end_words, moment_words

__all__ = [
    "DeskTime",
    "Due",
    "Elapsed",
    "Form",
    "Period",
    "Review",
    "can_pause",
    "check_period_form",
    "compute_due",
    "describe_form",
    "describe_period",
    "earlier_of",
    "end_words",
    "fields_of",
    "last_day",
    "moment_words",
    "month_end_due",
    "moved_by",
    "never_later",
    "next_due",
    "parse_form",
    "pause_words",
    "pending_words",
    "period_due",
    "repeats",
]
