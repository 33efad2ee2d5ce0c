"""The clock's look for desks of a merged school (directory §7), on a real database."""

import copy
from typing import Any

import pytest

from services.routing.directory import load_documents
from services.routing.rounds import SuccessionRound
from tests.integration.routing.town import Town
from tests.unit.routing.core.places import SCHOOL

F = "2199000106"
OLD = f"school.duty-desk@{F}"


async def merges_on(town: Town, day: str) -> None:
    document = copy.deepcopy(next(one for one in load_documents() if one["unit"] == F))
    document["rows"][0]["to"] = day
    await town.owner.execute("update routing.directory_units set document = $2, version = version + 1 where unit = $1", F, document)
    await town.owner.execute("update routing.reference_versions set version = version + 1 where name = 'directory'")


@pytest.fixture
async def told(town: Town) -> Town:
    """An alarm at 曲水小学 on Wed 09-30 19:00, which its desk has; the school is merged on 10-01."""
    town.rounds = lambda: (SuccessionRound(),)
    await merges_on(town, "2026-10-01")
    await town.at("09-30 19:00:00")
    await town.give(await town.alarm(kind="crowd", severity="urgent", schools=[F]))
    await town.deliver_all()
    return town


async def owed(town: Town) -> list[dict[str, Any]]:
    rows = await town.owner.fetch(
        "select desk, unit, kind, due from routing.duties where state = 'open' and desk like 'school.duty-desk@%' order by kind"
    )
    return [dict(row) for row in rows]


async def test_the_duties_are_the_heirs_from_the_day_of_the_merger(told: Town) -> None:
    clock, another = await told.clock(), await told.clock()
    before = await owed(told)
    await clock.tick()
    assert await owed(told) == before
    assert {row["desk"] for row in before} == {OLD}
    await told.at("10-01 00:00:10")
    assert await clock.tick() >= 1
    assert await owed(told) == [row | {"desk": SCHOOL, "unit": SCHOOL.partition("@")[2]} for row in before]
    stored = await told.digest()
    await another.tick()
    await clock.tick()
    assert await told.digest() == stored, "a second look, of this clock or of another, finds nothing"


async def test_what_arrives_late_at_the_old_desk_is_found_within_a_minute(told: Town) -> None:
    clock = await told.clock()
    late = await told.alarm(2, kind="crowd", severity="urgent", schools=[F])
    await told.at("10-01 00:00:10")
    await clock.tick()
    await clock.tick()
    await told.give(late)
    await told.deliver_all()
    await told.at("10-01 00:00:40")
    await clock.tick()
    assert OLD in {row["desk"] for row in await owed(told)}
    await told.at("10-01 00:01:11")
    await clock.tick()
    assert {row["desk"] for row in await owed(told)} == {SCHOOL}


async def test_a_root_in_which_nothing_can_be_moved_does_not_keep_the_clock_busy(told: Town) -> None:
    """INVARIANT: a look that changes nothing is not repeated at once — broken by a round that names the same root at every tick."""
    clock = await told.clock()
    await told.at("10-01 00:00:10")
    await clock.tick()
    await told.owner.execute(
        "insert into routing.duties (id, root, incident, unit, desk, kind, state, due, body)"
        " select gen_random_uuid(), root, incident, $1, $2, 'report', 'open', due, body || jsonb_build_object('desk', $2::text)"
        " from routing.duties limit 1",
        F, OLD,
    )  # fmt: skip
    await told.at("10-01 00:01:20")
    looked = [await clock.tick() for _ in range(3)]
    assert (looked[0] >= 1, looked[1:]) == (True, [0, 0])
