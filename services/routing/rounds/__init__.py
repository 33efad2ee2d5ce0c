"""Looks of the clock at what two incidents have to do with each other: a drill and a real event, a handover and the case it moves."""

from services.routing.rounds.drills import DrillRound
from services.routing.rounds.handovers import HandoverRound

__all__ = ["DrillRound", "HandoverRound"]
