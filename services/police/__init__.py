"""公安 (police): alarms at and around schools."""

from services.chassis.agency import Agency, GuardIn
from services.police.statements import EVENTS

agency = Agency(
    name="police",
    title="公安",
    title_en="Police",
    events=EVENTS,
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
    guard=GuardIn(leaders=("police.unit-leader",)),
)
