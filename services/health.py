"""卫健 (health): emergency offices, disease control and hospitals."""

from services.chassis.agency import Agency

agency = Agency(
    name="health",
    title="卫健",
    title_en="Health",
    events=(),
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

if __name__ == "__main__":
    from services.chassis.run import main

    main(agency)
