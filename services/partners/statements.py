"""协作单位: the addresses and forms of what the partners state."""

from contracts.community import CommunityForcedReportFiled
from contracts.schools import RectificationCompleted
from services.chassis.agency import EventIn

EVENTS: tuple[EventIn, ...] = (
    EventIn(CommunityForcedReportFiled, path="/forced-reports", form="forced-report"),
    EventIn(RectificationCompleted, path="/rectifications", form="rectification", first=("hazard_no", "done_at", "measure")),
)
