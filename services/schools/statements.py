"""学校与教育局: the addresses and forms of what schools state."""

from contracts.schools import CampusIncidentReported
from services.chassis.agency import EventIn
from services.schools.bureau import BUREAU

EVENTS: tuple[EventIn, ...] = (
    EventIn(
        CampusIncidentReported,
        path="/campus-incidents",
        form="campus-incident",
        first=("school_id", "kind", "kind_note", "severity", "place_in_school", "place_note", "casualties", "dead", "incident_no"),
        defaults={"casualties": 0, "dead": 0, "outsider_involved": False, "actions_taken": ["none"]},
    ),
    *BUREAU,
)
