"""网信 (cyberspace): cyberspace administrations."""

from services.chassis.agency import Agency

agency = Agency(
    name="cyberspace",
    title="网信",
    title_en="Cyberspace",
    events=(),
    desks=(
        "cyberspace.duty-desk",
        "cyberspace.campaign-desk",
        "cyberspace.unit-leader",
        "cyberspace.leader-in-charge",
        "city.cyberspace-duty",
    ),
)

if __name__ == "__main__":
    from services.chassis.run import main

    main(agency)
