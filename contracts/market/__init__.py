"""市场监管: what market supervision states."""

from contracts.event_type import EventType
from contracts.market import findings, inspections, recalls
from contracts.market.findings import FindingIssued, SanctionDecided
from contracts.market.inspections import InspectionRecorded
from contracts.market.recalls import RecallOrdered

__all__ = ["TYPES", "FindingIssued", "InspectionRecorded", "RecallOrdered", "SanctionDecided"]

TYPES: tuple[EventType, ...] = (*inspections.TYPES, *findings.TYPES, *recalls.TYPES)
