"""学校与教育局: the addresses and forms of what schools state."""

from contracts.police import GuardCheckinsRecorded
from contracts.schools import (
    BullyingReported,
    CampusIncidentReported,
    DrillCompleted,
    DrillScheduled,
    RectificationCompleted,
    ReviewRequested,
    SchoolForcedReportFiled,
    SchoolHazardReported,
)
from services.chassis.agency import EventIn
from services.schools.bureau import BUREAU
from services.schools.online import ONLINE
from services.schools.outbreaks import OUTBREAKS
from services.schools.pupils import PUPILS

EVENTS: tuple[EventIn, ...] = (
    EventIn(
        CampusIncidentReported,
        path="/campus-incidents",
        form="campus-incident",
        first=("school_id", "kind", "kind_note", "severity", "place_in_school", "place_note", "casualties", "dead", "incident_no"),
        defaults={"casualties": 0, "dead": 0, "outsider_involved": False, "actions_taken": ["none"]},
    ),
    EventIn(
        BullyingReported,
        path="/bullying",
        form="bullying",
        first=(
            "school_id",
            "grade",
            "crime_suspected",
            "channels",
            "known_from",
            "victims_count",
            "actors_count",
            "investigation_started_at",
            "pupils",
            "case_no",
        ),
        defaults={"grade": "suspected", "crime_suspected": False, "victims_count": 1, "actors_count": 1},
    ),
    EventIn(ReviewRequested, path="/bullying-reviews", form="bullying-review"),
    EventIn(DrillScheduled, path="/drills", form="drill", defaults={"bus_exercise": False}),
    EventIn(DrillCompleted, path="/drill-completions", form="drill-completion"),
    EventIn(SchoolForcedReportFiled, path="/forced-reports", form="forced-report"),
    EventIn(GuardCheckinsRecorded, path="/guard-checkins"),
    EventIn(
        SchoolHazardReported,
        path="/hazards",
        form="hazard",
        first=("school_id", "domain", "domain_note", "level", "place_text", "description", "hazard_no"),
        defaults={"level": "general"},
    ),
    EventIn(RectificationCompleted, path="/rectifications", form="rectification", first=("hazard_no", "done_at", "measure")),
    *BUREAU,
    *ONLINE,
    *OUTBREAKS,
    *PUPILS,
)
