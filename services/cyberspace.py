"""网信 (cyberspace): harmful content, orders to platforms, campaigns; desks of the cyberspace administrations."""

from contracts.cyberspace import CampaignLaunched, ContentFound, PlatformOrderIssued
from services.chassis.agency import Agency, EventIn

agency = Agency(
    name="cyberspace",
    title="网信",
    title_en="Cyberspace",
    events=(
        EventIn(
            ContentFound,
            path="/contents",
            form="content",
            first=("schools", "kind", "kind_note", "grade", "platform", "urls", "pupil_identifiable", "case_no"),
        ),
        EventIn(PlatformOrderIssued, path="/contents/{key}/platform-order", form="platform-order"),
        EventIn(CampaignLaunched, path="/campaigns", form="campaign", defaults={"report_every": "weekly"}),
    ),
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
