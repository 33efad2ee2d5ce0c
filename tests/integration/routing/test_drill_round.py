"""The clock's look for exercises that a real event suspends, on a real database."""

from typing import Any

import pytest

from services.routing.rounds import DrillRound
from tests.integration.routing.town import Town
from tests.unit.routing.core.bench import ALARM, at
from tests.unit.routing.core.places import EDU, POLICE_110, RAISED, A, B

MERGED = "2199000106"
"""Part of school A since 2026-09-01."""
DRILL, REAL = "J990102202609210007", "J990102202609210008"


async def alarm(town: Town, number: str, *, status: str = "actual", **data: Any) -> None:
    stated = ALARM | {"alarm_no": number} | data
    await town.give(await town.statement(RAISED, POLICE_110, stated, status=status))


async def suspended(town: Town) -> bool:
    """Whether the exercise has ended by what the clock finds now."""
    await (await town.clock()).tick()
    closed: bool = await town.owner.fetchval("select closed_at is not null from routing.incidents where status = 'exercise'")
    return closed


@pytest.fixture
async def before(town: Town) -> Town:
    """A crowd at school A since Mon 09-21 10:00; nobody is in danger of life."""
    town.rounds = lambda: (DrillRound(),)
    await alarm(town, REAL, kind="crowd", severity="urgent")
    await town.at("09-21 10:05:00")
    await alarm(town, DRILL, status="exercise")
    return town


async def test_a_real_event_that_becomes_a_danger_to_life_suspends_the_drill(before: Town) -> None:
    """INVARIANT: no drill goes on beside a danger to life — broken by asking only for what began after it."""
    assert not await suspended(before)
    await before.at("09-21 10:08:00")
    moved = {"alarm_no": REAL, "field": "severity", "from": "urgent", "to": "life-risk", "by": "值班长", "why": "现场核实"}
    await before.give(await before.statement(f"{RAISED}.level-changed", POLICE_110, moved, revision=2))
    assert await suspended(before)


@pytest.mark.parametrize(("field", "wrong"), [("severity", "urgent"), ("schools", [B])])
async def test_a_danger_that_is_corrected_to_be_one_at_the_school_suspends_the_drill(town: Town, field: str, wrong: Any) -> None:
    """INVARIANT: what is stated right asks for the same as what was right at once — broken by asking only when the level moved."""
    town.rounds = lambda: (DrillRound(),)
    await alarm(town, REAL, **{field: wrong})
    await town.at("09-21 10:05:00")
    await alarm(town, DRILL, status="exercise")
    assert not await suspended(town)
    await town.at("09-21 10:08:00")
    changed = {"alarm_no": REAL, "reason": "录入有误", "changes": {field: {"old": wrong, "new": ALARM[field]}}}
    await town.give(await town.statement(f"{RAISED}.corrected", POLICE_110, changed, revision=2))
    assert await suspended(town)


@pytest.mark.parametrize(("relation", "ends"), [("on-campus", True), ("perimeter", True), ("pupil-only", False)])
async def test_what_happens_to_a_pupil_elsewhere_leaves_the_drill_at_the_school(town: Town, relation: str, ends: bool) -> None:
    """INVARIANT: a drill is suspended by what happens at its school — broken by each danger to a pupil of it."""
    town.rounds = lambda: (DrillRound(),)
    await alarm(town, DRILL, status="exercise")
    await town.at("09-21 10:03:00")
    await alarm(town, REAL, relation=relation)
    assert await suspended(town) is ends


async def test_an_alarm_at_the_old_id_of_a_merged_school_suspends_the_drill_of_its_heir(town: Town) -> None:
    """INVARIANT: a merged school is its heir, by whatever id it is named — broken by comparing ids as they were written."""
    town.rounds = lambda: (DrillRound(),)
    await alarm(town, DRILL, status="exercise")
    await town.at("09-21 10:03:00")
    await alarm(town, REAL, schools=[MERGED])
    assert await suspended(town)
    (told,) = {(event.data.school, event.data.suspended_at) for event in await town.told("bus.drill.suspended")}  # type: ignore[attr-defined]
    assert told == (A, at("09-21 10:03:00"))


async def test_an_alarm_at_the_heir_suspends_the_drill_of_a_school_that_is_named_by_its_old_id(town: Town) -> None:
    town.rounds = lambda: (DrillRound(),)
    await alarm(town, DRILL, status="exercise", schools=[MERGED])
    await town.at("09-21 10:03:00")
    await alarm(town, REAL, schools=[A])
    assert await suspended(town)


async def test_an_alarm_at_another_school_leaves_the_drill(town: Town) -> None:
    town.rounds = lambda: (DrillRound(),)
    await alarm(town, DRILL, status="exercise")
    await town.at("09-21 10:03:00")
    await alarm(town, REAL, schools=[B])
    assert not await suspended(town)


async def test_a_danger_that_a_triage_finds_to_be_at_the_school_suspends_the_drill(town: Town) -> None:
    """INVARIANT: a triage is heard like a statement — broken by asking only when the alarm came and when its level moved."""
    town.rounds = lambda: (DrillRound(),)
    await alarm(town, REAL, schools=["unknown"])
    await town.at("09-21 10:05:00")
    await alarm(town, DRILL, status="exercise")
    await town.deliver_all()
    assert not await suspended(town)
    await town.at("09-21 10:07:00")
    await town.give(await town.triage(EDU, schools=(A,)))
    assert await suspended(town)
    told = {event.data.suspended_at for event in await town.told("bus.drill.suspended")}  # type: ignore[attr-defined]
    assert told == {at("09-21 10:07:00")}


async def test_a_danger_that_was_there_before_does_not_suspend_it(town: Town) -> None:
    town.rounds = lambda: (DrillRound(),)
    await alarm(town, REAL)
    await town.at("09-21 10:05:00")
    await alarm(town, DRILL, status="exercise")
    assert not await suspended(town)
