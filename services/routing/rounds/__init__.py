"""Looks of the clock at what two incidents have to do with each other: a drill and a real event, a handover and the case it moves; at
duties that wait for a calendar, and those of units that were merged into others; and each night at the duty net."""

from services.routing.rounds.acts import ActRound
from services.routing.rounds.calendars import CalendarRound, year_missed
from services.routing.rounds.drills import DrillRound
from services.routing.rounds.handovers import HandoverRound
from services.routing.rounds.net import NetRound
from services.routing.rounds.successions import SuccessionRound

__all__ = ["ActRound", "CalendarRound", "DrillRound", "HandoverRound", "NetRound", "SuccessionRound", "year_missed"]
