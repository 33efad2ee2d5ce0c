"""市场监管 (market): market regulation bureaus and stations."""

from contracts.schools import RectificationCompleted
from services.chassis.agency import Agency, EventIn

agency = Agency(
    name="market",
    title="市场监管",
    title_en="Market regulation",
    events=(EventIn(RectificationCompleted, path="/rectifications", form="rectification", first=("hazard_no", "done_at", "measure")),),
    desks=(
        "market.duty-desk",
        "market.food-safety-desk",
        "market.station",
        "market.unit-leader",
        "market.leader-in-charge",
        "city.market-duty",
    ),
)

if __name__ == "__main__":
    from services.chassis.run import main

    main(agency)
