"""公安 (police): alarms at and around schools."""

from contracts.police import AlarmConcluded, AlarmRaised
from services.chassis.agency import Agency, EventIn

agency = Agency(
    name="police",
    title="公安",
    title_en="Police",
    events=(
        EventIn(
            AlarmRaised,
            path="/alarms",
            form="alarm",
            first=("schools", "kind", "kind_note", "severity", "relation", "place_text", "casualties", "alarm_no"),
            defaults={"casualties": 0, "suspect_at_large": False, "online": False, "advice": [], "first_disposal": "none"},
        ),
        EventIn(AlarmConcluded, path="/alarms/{key}/concluded", form="alarm-concluded"),
    ),
    desks=(
        "police.110-desk",
        "police.liaison-desk",
        "police.station-duty",
        "police.traffic-duty",
        "police.minor-case-desk",
        "police.cyber-desk",
        "police.unit-leader",
        "police.leader-in-charge",
        "city.police-duty",
    ),
)

if __name__ == "__main__":
    from services.chassis.run import main

    main(agency)
