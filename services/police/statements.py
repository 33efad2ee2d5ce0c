"""公安: the addresses and forms of what the police state."""

from contracts.police import AlarmConcluded, AlarmRaised
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
)
