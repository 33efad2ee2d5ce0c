"""市场监管 (market): market regulation bureaus and stations."""

from services.chassis.agency import Agency

agency = Agency(
    name="market",
    title="市场监管",
    title_en="Market regulation",
    events=(),
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
