"""护学岗缺岗: a gap at a gate is told to the desks that must act, and ends for all of them."""

from services.routing.core.gaps.ending import follow, told_of
from services.routing.core.gaps.opening import FAMILY, OpenedGap, open_gap, tells_gaps
from services.routing.core.gaps.report import Coverage, report_coverage

__all__ = ["FAMILY", "Coverage", "OpenedGap", "follow", "open_gap", "report_coverage", "tells_gaps", "told_of"]
