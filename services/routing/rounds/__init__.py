"""Looks of the clock at what two incidents have to do with each other: a drill and a real event, a handover and the case it moves; and at
duties that wait for a calendar."""

from services.routing.rounds.acts import ActRound
from services.routing.rounds.calendars import CalendarRound, year_missed
from services.routing.rounds.drills import DrillRound
from services.routing.rounds.handovers import HandoverRound

__all__ = ["ActRound", "CalendarRound", "DrillRound", "HandoverRound", "year_missed"]
