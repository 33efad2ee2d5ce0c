"""每周摘要 on a real database: a week's passed checks are told to a school once, at their logical time, whatever sleeps, dies or runs twice."""

import asyncio
from typing import Any

import pytest

from contracts.coordination import NotificationIssued
from infra.postgres.unit_of_work import unit_of_work
from services.routing.digests import DigestItems, DigestRound
from services.routing.digests.round import DigestDue
from tests.integration.routing.quarter import A, B, moves, quiet, states
from tests.integration.routing.town import Town, outbox, reference
from tests.unit.routing.core.bench import at, clock_text
from tests.unit.routing.core.places import SAFETY
from tests.unit.routing.core.test_families_market import INSPECTION, SHOPS

CHECKED = "market.inspection.recorded"
DESK_A, DESK_B = f"school.duty-desk@{A}", f"school.duty-desk@{B}"


@pytest.fixture
async def market(town: Town) -> Town:
    """Mon 09-21 10:00, its digests kept and told."""
    town.watchers = (DigestItems(),)
    town.rounds = lambda: (DigestRound(),)
    return town


async def checks(town: Town, number: int, *schools: tuple[str, int], **data: Any) -> None:
    near = [{"school_id": school, "metres": metres} for school, metres in schools or ((A, 85),)]
    said = INSPECTION | {"inspection_no": f"JC-{number}", "shop_name": f"店铺{number}", "schools": near} | data
    await states(town, CHECKED, SHOPS, said)


async def corrects(town: Town, number: int, revision: int = 2, **changes: Any) -> None:
    said = {
        "inspection_no": f"JC-{number}", "reason": "录入有误",
        "changes": {name: {"old": old, "new": new} for name, (old, new) in changes.items()},
    }  # fmt: skip
    await states(town, f"{CHECKED}.corrected", SHOPS, said, revision=revision, corrects="e-1")


async def digests(town: Town) -> list[tuple[str, str, list[str]]]:
    """(logical time, desk, shops) of each digest."""
    said = [event.data for event in await town.told() if isinstance(event.data, NotificationIssued)]
    found = [one for one in said if one.event.type == "bus.digest.published"]
    return [(clock_text(one.event.time), one.desk, [check["shop_name"] for check in one.payload["checks"]]) for one in found]


async def test_a_week_of_checks_is_one_notification_on_the_first_school_day_at_nine(market: Town) -> None:
    clock = await market.clock()
    await checks(market, 1, (A, 85), (B, 140))
    await market.at("09-23 16:00:00")
    await checks(market, 2)
    await moves(market, clock, "09-28 08:59:59")
    assert await market.told() == [], "not one by one, and not before its time"
    await moves(market, clock, "09-28 09:00:00", "09-28 12:00:00", "10-09 09:00:00")
    assert await digests(market) == [("09-28 09:00", DESK_A, ["店铺1", "店铺2"]), ("09-28 09:00", DESK_B, ["店铺1"])]


async def test_it_shows_the_fields_of_the_schools_view_and_asks_for_nothing(market: Town) -> None:
    await checks(market, 1, (A, 85), (B, 140))
    await moves(market, await market.clock(), "09-28 09:00:00")
    said = (await market.issued())[DESK_A]
    assert (said.kind, said.view, said.forms, said.hidden, said.returnable) == ("inform", "S", (), (), False)
    assert said.payload.keys() == {"school_id", "week", "checks", "published_at"}
    assert [check.keys() for check in said.payload["checks"]] == [{"stated_at", "shop_name", "metres"}]
    assert said.payload["checks"][0]["metres"] == 85
    assert {basis.mandate for basis in said.bases} == {"MKT-01"}


async def test_a_week_without_a_school_day_is_told_in_the_next_one_that_has_one(market: Town) -> None:
    clock = await market.clock()
    await market.at("09-29 10:00:00")
    await checks(market, 1)
    await moves(market, clock, "10-05 09:00:00", "10-08 08:59:59")
    assert await digests(market) == []
    await moves(market, clock, "10-08 09:00:00")
    assert await digests(market) == [("10-08 09:00", DESK_A, ["店铺1"])]


async def test_a_clock_that_slept_tells_it_late_with_its_logical_time_and_without_what_came_after_it(market: Town) -> None:
    await checks(market, 1)
    await market.at("09-28 11:00:00")
    await checks(market, 2)
    clock = await market.clock()
    await moves(market, clock, "09-29 15:00:00")
    assert await digests(market) == [("09-28 09:00", DESK_A, ["店铺1"])]
    await moves(market, clock, "10-08 09:00:00")
    assert (await digests(market))[1:] == [("10-08 09:00", DESK_A, ["店铺2"])]


async def test_a_check_that_was_heard_of_after_its_digest_is_told_in_the_next_one(market: Town) -> None:
    """INVARIANT: a school has one digest a week — broken by a second one for what the road brought too late."""
    await checks(market, 1)
    late = await market.statement(CHECKED, SHOPS, INSPECTION | {"inspection_no": "JC-2", "shop_name": "店铺2"})
    clock = await market.clock()
    await moves(market, clock, "09-28 09:00:00")
    await market.give(late)
    await moves(market, clock, "09-28 10:00:00", "10-08 09:00:00")
    assert await digests(market) == [("09-28 09:00", DESK_A, ["店铺1"]), ("10-08 09:00", DESK_A, ["店铺2"])]


async def test_a_correction_before_the_digest_leaves_nothing_of_what_was_wrong(market: Town) -> None:
    await checks(market, 1)
    await checks(market, 2)
    await corrects(market, 1, result=("pass", "problems"))
    await corrects(market, 2, shop_name=("店铺2", "店铺二"))
    await moves(market, await market.clock(), "09-28 09:00:00")
    assert await digests(market) == [("09-28 09:00", DESK_A, ["店铺二"])]


async def test_a_correction_after_the_digest_is_told_in_the_next_one(market: Town) -> None:
    clock = await market.clock()
    await checks(market, 1)
    await checks(market, 2)
    await moves(market, clock, "09-28 09:00:00", "09-28 10:00:00")
    await corrects(market, 1, result=("pass", "problems"))
    await corrects(market, 2, shop_name=("店铺2", "店铺二"))
    await moves(market, clock, "10-08 09:00:00", "10-12 09:00:00")
    assert [found[2] for found in await digests(market)] == [["店铺1", "店铺2"], ["店铺1", "店铺二"]]
    changes = [(check["shop_name"], check["change"]) for check in (await market.issued())[DESK_A].payload["checks"]]
    assert changes == [("店铺1", "removed"), ("店铺二", "corrected")]


async def test_two_clocks_at_once_tell_it_once(market: Town) -> None:
    await checks(market, 1, (A, 85), (B, 140))
    await market.at("09-28 09:00:00")
    await asyncio.gather(*[quiet(await market.clock()) for _ in range(2)])
    assert [desk for _, desk, _ in await digests(market)] in ([DESK_A, DESK_B], [DESK_B, DESK_A])
    assert await market.count("digests") == 2


async def test_a_clock_that_dies_while_it_tells_has_told_nothing_and_another_tells_it(market: Town) -> None:
    await checks(market, 1)
    await market.at("09-28 09:00:00")
    pool = await market.database.pool("routing", role="xt_clock")

    async def begin() -> None:
        async with unit_of_work(pool, outbox=outbox()) as uow:
            assert await DigestRound().look(uow, DigestDue(A), await reference().current(uow)) is not None
            raise ConnectionError("killed")

    with pytest.raises(ConnectionError):
        await begin()
    assert (await digests(market), await market.count("digests")) == ([], 0)
    await quiet(await market.clock())
    assert await digests(market) == [("09-28 09:00", DESK_A, ["店铺1"])]


async def test_a_drill_has_no_digest(market: Town) -> None:
    await states(market, CHECKED, SHOPS, INSPECTION, status="exercise")
    await moves(market, await market.clock(), "09-28 09:00:00")
    assert await digests(market) == []


async def test_a_school_that_was_merged_meanwhile_leaves_its_checks_to_the_one_it_became_part_of(market: Town) -> None:
    await checks(market, 1)
    await market.owner.execute("update routing.digest_items set unit = '2199000106', next_at = $1", at("09-28 09:00:00"))
    clock = await market.clock()
    await moves(market, clock, "09-28 09:00:00")
    assert await digests(market) == [("09-28 09:00", DESK_A, ["店铺1"])]


async def test_a_check_whose_school_a_person_named_is_told_in_the_next_digest_of_that_school(market: Town) -> None:
    """INVARIANT: a triage is heard like a statement — broken by waiting for the next word about the check."""
    clock = await market.clock()
    await checks(market, 1, ("2199009999", 85))
    await market.deliver_all()
    await market.at("09-29 10:00:00")
    await market.give(await market.triage(SAFETY, schools=(A,)))
    await moves(market, clock, "10-08 08:59:59", "10-08 09:00:00")
    assert await digests(market) == [("10-08 09:00", DESK_A, ["店铺1"])]
