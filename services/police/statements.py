"""公安: the addresses and forms of what the police state."""

from contracts.police import (
    AlarmConcluded,
    AlarmRaised,
    BulletinIssued,
    ForcedReportAccepted,
    GuardCheckinsRecorded,
    GuardRosterPublished,
    PoliceHazardFound,
)
from contracts.schools import DrillScheduled, RectificationCompleted
from services.chassis.agency import EventIn

EVENTS: tuple[EventIn, ...] = (
    EventIn(
        AlarmRaised,
        path="/alarms",
        form="alarm",
        first=("schools", "kind", "kind_note", "severity", "relation", "place_text", "casualties", "alarm_no"),
        defaults={"casualties": 0, "suspect_at_large": False, "online": False, "advice": [], "first_disposal": "none"},
    ),
    EventIn(AlarmConcluded, path="/alarms/{key}/concluded", form="alarm-concluded"),
    EventIn(BulletinIssued, path="/bulletins", form="bulletin"),
    EventIn(DrillScheduled, path="/drills", form="drill", defaults={"bus_exercise": False}),
    EventIn(ForcedReportAccepted, path="/forced-report-results", form="forced-report-result"),
    EventIn(GuardRosterPublished, path="/guard-rosters", form="guard-roster", room={"rows": 12, "required": 12}),
    EventIn(GuardCheckinsRecorded, path="/guard-checkins"),
    EventIn(
        PoliceHazardFound,
        path="/hazards",
        form="hazard",
        first=("schools", "domain", "kind", "level", "place_text", "rectify_by", "hazard_no"),
        defaults={"level": "general"},
    ),
    EventIn(RectificationCompleted, path="/rectifications", form="rectification", first=("hazard_no", "done_at", "measure")),
)
