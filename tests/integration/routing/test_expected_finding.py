"""MKT-10: a check with problems waits for its finding; without one within a working day the food safety desk is told, then ladder C."""

import asyncio
from typing import Any

import pytest

from tests.integration.routing.quarter import cleared, climbed, missing, moves, quiet, states, watched
from tests.integration.routing.town import Town
from tests.unit.routing.core.test_families_market import FINDING, FOOD_SAFETY, INSPECTION, SHOPS

CHECKED, FOUND = "market.inspection.recorded", "market.finding.issued"
DUTY_DESK, IN_CHARGE = "market.duty-desk@mkt-990102", "market.leader-in-charge@mkt-990102"


@pytest.fixture
async def shops(town: Town) -> Town:
    return watched(town)


async def problems(town: Town, number: str = "JC-2201", **about: Any) -> None:
    await states(town, CHECKED, SHOPS, INSPECTION | {"result": "problems", "inspection_no": number}, **about)


async def finds(town: Town, number: str = "JC-2201", by: str = SHOPS, finding: str = "WT-310") -> None:
    await states(town, FOUND, by, FINDING | {"inspection_no": number, "finding_no": finding})


async def owed(town: Town) -> dict[str, str]:
    """number of the check → how its finding stands."""
    return {row["period"]: row["state"] for row in await town.owner.fetch("select period, state from routing.expectations where rule = 'PER-12'")}


async def test_without_a_finding_within_a_working_day_the_food_safety_desk_is_told_and_ladder_c_goes_on(shops: Town) -> None:
    clock = await shops.clock()
    await problems(shops)
    await moves(shops, clock, "09-22 17:29:59")
    assert await missing(shops, "PER-12") == []
    await moves(shops, clock, "09-22 17:30:00", "09-23 17:30:00", "09-24 17:30:00")
    assert await missing(shops, "PER-12") == [("09-22 17:30", SHOPS, FOOD_SAFETY)]
    assert await climbed(shops, SHOPS) == [("09-23 17:30", 2, DUTY_DESK), ("09-24 17:30", 3, IN_CHARGE)]
    await moves(shops, clock, "09-24 18:00:00")
    await finds(shops)
    await quiet(clock)
    assert await owed(shops) == {"JC-2201": "late"}
    assert (await cleared(shops, SHOPS))[FOOD_SAFETY] == "done"


@pytest.mark.parametrize("by", [SHOPS, FOOD_SAFETY])
async def test_a_finding_of_that_check_by_any_desk_of_the_bureau_ends_the_wait(shops: Town, by: str) -> None:
    clock = await shops.clock()
    await problems(shops)
    await problems(shops, "JC-2202")
    await moves(shops, clock, "09-22 09:00:00")
    await finds(shops, by=by)
    await moves(shops, clock, "09-22 17:30:00")
    assert await owed(shops) == {"JC-2201": "met", "JC-2202": "missing"}


async def test_a_finding_that_was_stated_before_its_check_counts(shops: Town) -> None:
    await finds(shops)
    await problems(shops)
    assert await owed(shops) == {"JC-2201": "met"}


async def test_a_finding_that_is_withdrawn_leaves_it_owing_again(shops: Town) -> None:
    await problems(shops)
    await finds(shops)
    void = {"finding_no": "WT-310", "code": "invalid", "reason": "录入错误", "officer": "李科长"}
    await states(shops, f"{FOUND}.withdrawn", SHOPS, void, revision=2)
    assert await owed(shops) == {"JC-2201": "open"}


async def test_a_check_that_passed_after_all_owes_nothing_and_one_that_did_not_owes_again(shops: Town) -> None:
    clock = await shops.clock()
    await problems(shops)
    for revision, (old, new), state in ((2, ("problems", "pass"), "ended"), (3, ("pass", "problems"), "open")):
        change = {"inspection_no": "JC-2201", "reason": "录入有误", "changes": {"result": {"old": old, "new": new}}}
        await states(shops, f"{CHECKED}.corrected", SHOPS, change, revision=revision, corrects="e-1")
        assert await owed(shops) == {"JC-2201": state}
    await moves(shops, clock, "09-22 17:30:00")
    assert await missing(shops, "PER-12") == [("09-22 17:30", SHOPS, FOOD_SAFETY)]


async def test_a_passed_check_and_a_drill_owe_nothing(shops: Town) -> None:
    await states(shops, CHECKED, SHOPS, INSPECTION)
    await problems(shops, "JC-2203", status="exercise")
    assert await owed(shops) == {}


async def test_two_clocks_at_once_tell_it_once(shops: Town) -> None:
    await problems(shops)
    await shops.at("09-22 17:30:00")
    await asyncio.gather(*[quiet(await shops.clock()) for _ in range(2)])
    assert await missing(shops, "PER-12") == [("09-22 17:30", SHOPS, FOOD_SAFETY)]


