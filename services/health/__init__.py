"""卫健 (health): emergency offices, disease control and hospitals."""

from services.chassis.agency import Agency
from services.health.statements import EVENTS

agency = Agency(
    name="health",
    title="卫健",
    title_en="Health",
    events=EVENTS,
    desks=(
        "health.emergency-office",
        "health.expert-pool",
        "health.cdc-duty",
        "health.hospital-er",
        "health.hospital-green-channel",
        "health.unit-leader",
        "health.leader-in-charge",
        "city.health-duty",
        "city.mental-expert",
    ),
)
