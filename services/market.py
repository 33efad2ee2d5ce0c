"""市场监管 (market): inspections, findings, sanctions and recalls; desks of the bureaus and stations."""

from contracts.market import FindingIssued, InspectionRecorded, RecallOrdered, SanctionDecided
from contracts.schools import RectificationCompleted
from services.chassis.agency import Agency, EventIn

agency = Agency(
    name="market",
    title="市场监管",
    title_en="Market regulation",
    events=(
        EventIn(InspectionRecorded, path="/inspections", form="inspection"),
        EventIn(
            FindingIssued,
            path="/findings",
            form="finding",
            first=(
                "schools", "shop_name", "object", "grade", "problems", "problems_note",
                "recheck_on", "uscc", "operator", "inspection_no", "finding_no",
            ),
            defaults={"ill_pupils": 0, "sealed": False},
        ),
        EventIn(SanctionDecided, path="/findings/{key}/sanction", form="sanction", defaults={"public": False}),
        EventIn(RecallOrdered, path="/recalls", form="recall"),
        EventIn(RectificationCompleted, path="/rectifications", form="rectification", first=("hazard_no", "done_at", "measure")),
    ),
    desks=(
        "market.duty-desk",
        "market.food-safety-desk",
        "market.station",
        "market.unit-leader",
        "market.leader-in-charge",
        "city.market-duty",
    ),
)  # fmt: skip

if __name__ == "__main__":
    from services.chassis.run import main

    main(agency)
