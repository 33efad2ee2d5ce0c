"""协作单位: the addresses and forms of what the partners state."""

from contracts.civil import ChildCareNotified
from contracts.community import CommunityForcedReportFiled, VisitRecorded
from contracts.fire import FireHazardFound
from contracts.housing import BuildingHazardFound
from contracts.schools import RectificationCompleted
from contracts.urban import StreetIssueFound
from services.chassis.agency import EventIn

EVENTS: tuple[EventIn, ...] = (
    EventIn(
        FireHazardFound,
        path="/fire-hazards",
        form="fire-hazard",
        first=("school_id", "level", "problems", "problems_note", "building", "interim", "rectify_by", "hazard_no"),
        defaults={"interim": ["none"]},
    ),
    EventIn(
        BuildingHazardFound,
        path="/building-hazards",
        form="building-hazard",
        first=("school_id", "building", "rating", "interim", "rectify_by", "hazard_no"),
        defaults={"interim": ["none"]},
    ),
    EventIn(
        StreetIssueFound,
        path="/street-issues",
        form="street-issue",
        first=("schools", "kind", "kind_note", "place_text", "fix_by", "issue_no"),
    ),
    EventIn(
        ChildCareNotified,
        path="/child-cares",
        form="child-care",
        first=("school_id", "category", "pupil", "ask", "care_no"),
        defaults={"ask": "watch"},
    ),
    EventIn(VisitRecorded, path="/visits", form="visit", defaults={"next": "none"}),
    EventIn(CommunityForcedReportFiled, path="/forced-reports", form="forced-report"),
    EventIn(RectificationCompleted, path="/rectifications", form="rectification", first=("hazard_no", "done_at", "measure")),
)
