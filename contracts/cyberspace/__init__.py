"""网信: what cyberspace administrations state."""

from contracts.cyberspace import campaigns, contents
from contracts.cyberspace.campaigns import CampaignLaunched
from contracts.cyberspace.contents import ContentFound, PlatformOrderIssued
from contracts.event_type import EventType

__all__ = ["TYPES", "CampaignLaunched", "ContentFound", "PlatformOrderIssued"]

TYPES: tuple[EventType, ...] = (*contents.TYPES, *campaigns.TYPES)
