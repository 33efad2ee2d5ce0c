"""Guard posts in the clock: two clocks, one that slept or died, races with check-ins, a Directory that changes, the report of a day."""

import asyncio
from typing import Any

import pytest

from infra.metrics import GUARD_WINDOWS
from infra.postgres.unit_of_work import unit_of_work
from services.routing.directory_import import import_directory
from services.routing.guard import coverage_by_county
from services.routing.rounds import ActRound
from tests.integration.routing.guard_town import GuardTown, guarded_documents, monday
from tests.integration.routing.town import CALENDARS, outbox
from tests.unit.routing.core.bench import at
from tests.unit.routing.core.guard.places import MONDAY, SCHOOL_A, STATION, A

FILLED, VOIDED, ISSUED = "bus.guard-gap.filled", "bus.guard-gap.voided", "bus.notification.issued"
MISSING = [("A-G2", "am", "police", "open")]


async def test_two_clocks_at_once_open_a_gap_once(gates: GuardTown) -> None:
    """INVARIANT: a gap is told once — broken by a clock that looks at a post without its lock."""
    await monday(gates)
    other = await gates.another_clock()
    await gates.town.at("09-21 07:05:00")
    await asyncio.gather(gates.clock.tick(), other.tick(), gates.clock.tick(), other.tick())
    assert await gates.gaps("state = 'open'") == MISSING
    assert await gates.town.count("incidents", "family = 'guard-gap'") == 1
    told = [event for event in await gates.town.told(ISSUED) if event.data.event.type == "bus.guard-gap.opened"]
    assert len(told) == len({event.envelope.id for event in told}) == 2
    decided = await gates.town.owner.fetchval("select decision from routing.incident_events where type = 'bus.guard-gap.opened'")
    assert (decided["mandates"], len(decided["recipients"])) == (["GRD-02@1"], 2)


async def test_a_clock_that_dies_after_it_saw_the_gap_leaves_it_to_the_next(gates: GuardTown) -> None:
    await monday(gates)
    await gates.town.at("09-21 07:05:00")
    posts = gates.rounds[1]
    world = gates.reference.current
    async with unit_of_work(gates.pool) as uow:
        assert [thing.gate for thing in await posts.due(uow, await world(uow))] == ["A-G2"]

    async def look_and_die() -> None:
        async with unit_of_work(gates.pool, outbox=outbox()) as uow:
            assert await posts.look(uow, (MONDAY, A, "A-G2", "am"), await world(uow)) is not None
            raise RuntimeError("the process dies before it commits")

    with pytest.raises(RuntimeError, match="dies"):
        await look_and_die()
    assert await gates.gaps("state = 'open'") == []
    await (await gates.another_clock()).tick()
    assert await gates.gaps("state = 'open'") == MISSING


async def test_a_check_in_and_the_look_at_once_end_alike(gates: GuardTown) -> None:
    """Worker and clock meet at the post: whoever comes second sees what the first one did, and no gap stays open that is none."""
    await monday(gates)
    late = await gates.batch([gates.item("A-G2", "am", "police p-2", "09-21 07:04:58", device="D-A-G2")], device="D-A-G2")
    await gates.town.at("09-21 07:05:00")
    await asyncio.gather(gates.clock.tick(), gates.give(late), (await gates.another_clock()).tick())
    await gates.settle()
    assert await gates.gaps("state in ('open', 'filled', 'uncovered')") == []
    assert await gates.town.count("duties", "state in ('open', 'pending')") == 0


async def test_a_clock_that_slept_a_day_counts_the_windows_and_asks_nobody_to_act(gates: GuardTown) -> None:
    await gates.settle()
    said = await gates.mark()
    await gates.town.at("09-22 09:00:00")
    await gates.settle()
    told = [
        one
        for one in await gates.town.told(ISSUED, since=said)
        if one.data.payload.get("date") == "2026-09-21" and "peak" in one.data.payload
    ]
    assert told == []
    assert set(await gates.gaps("day = '2026-09-21' and kind = 'live'")) == {
        (gate, peak, slot, "uncovered") for gate in ("A-G1", "A-G2", "B-G1") for peak in ("am", "pm") for slot in ("police", "school")
    }  # fmt: skip
    covered = await gates.coverage()
    assert (covered.scheduled, covered.uncovered) == (6, 6)


async def test_late_data_heal_what_a_sleeping_clock_counted_as_uncovered(gates: GuardTown) -> None:
    await gates.settle()
    await gates.town.at("09-21 19:00:00")
    await gates.settle()
    items = [gates.item("B-G1", "pm", f"{slot} p-{slot}", "09-21 17:27:00") for slot in ("police", "school")]
    said = await gates.mark()
    await gates.give(await gates.batch(items, offline=True))
    await gates.settle()
    assert await gates.gaps("gate = 'B-G1' and peak = 'pm' and day = '2026-09-21' and state <> 'voided'") == []
    assert await gates.told(VOIDED, since=said) == {}, "nobody was told of it, so nobody is told again"
    assert (await gates.coverage()).late == 1


async def test_a_clock_that_wakes_inside_the_window_opens_with_the_time_it_should_have(gates: GuardTown) -> None:
    await monday(gates)
    await gates.town.at("09-21 07:21:30")
    await gates.settle()
    opened = await gates.town.owner.fetchval("select opened_at from routing.guard_gaps where state = 'open'")
    assert opened == at("09-21 07:05:00")
    assert await gates.dues(STATION) == "09-21 07:26 / 09-21 07:31", "clocks run from delivery: the desk is not late for the bus"


async def test_check_ins_at_other_gates_of_the_station_are_no_first_action_at_this_one(gates: GuardTown) -> None:
    """INVARIANT: the first action is a check-in at the gate — broken by the look for statements of the own unit, which knows no gates."""
    await monday(gates)
    await gates.town.at("09-21 07:06:00")
    await gates.settle()
    await gates.clock_of(gates.pool, (ActRound(),)).tick()
    found = "select state from routing.duties where kind = 'first-action' and desk = $1"
    assert await gates.town.owner.fetchval(found, STATION) == "open"


async def test_a_closure_published_overnight_takes_the_posts_and_their_planned_gaps_back(gates: GuardTown) -> None:
    await gates.to("09-20 18:00:00")
    assert len(await gates.gaps("day = '2026-09-21' and state = 'open'")) == 12, "no roster at all"
    await gates.to("09-20 21:00:00")
    closure = {"first": "2026-09-21", "last": "2026-09-21", "published": "2026-09-20T20:50:00+08:00", "reason": "暴雨"}
    documents = [{**one, "closures": [closure]} if one["unit"] == A else one for one in guarded_documents("A", "B")]
    await import_directory(gates.town.pool, documents, outbox(), CALENDARS)
    said = await gates.mark()
    await gates.settle()
    assert {gate for gate, *_ in await gates.gaps("day = '2026-09-21' and state = 'open'")} == {"B-G1"}
    assert (await gates.told("bus.notification.withdrawn", since=said))[SCHOOL_A].why == "superseded"
    await gates.to("09-21 07:40:00")
    assert {gate for gate, *_ in await gates.gaps("kind = 'live'") if gate.startswith("A")} == set()
    assert (await gates.coverage()).scheduled == 2


async def test_a_window_that_began_stands_as_it_was_planned(gates: GuardTown) -> None:
    await monday(gates, but=[])
    school = next(one for one in guarded_documents("A", "B") if one["unit"] == A)
    later = [{**one, "ends": "08:30"} for one in school["windows"] if one["peak"] == "am"]
    evening = [{**one, "starts": "17:00", "ends": "17:50"} for one in school["windows"] if one["peak"] == "pm"]
    await import_directory(gates.town.pool, [{**school, "windows": [*later, *evening]}], outbox(), CALENDARS)
    await gates.settle()
    rows = await gates.town.owner.fetch(
        "select peak, ends from routing.guard_posts where gate = 'A-G1' and day = '2026-09-21' order by peak"
    )
    assert [tuple(one) for one in rows] == [("am", at("09-21 07:40:00")), ("pm", at("09-21 17:50:00"))]


async def test_a_bus_that_is_switched_on_by_day_owes_no_roster_for_that_day(gates: GuardTown) -> None:
    await gates.to("09-20 17:29:00")
    assert await gates.town.count("guard_posts", "day = '2026-09-20'") == 1, "B's afternoon; what began before is not this bus's"
    assert await gates.gaps() == []


async def test_planning_again_changes_nothing(gates: GuardTown) -> None:
    await gates.to("09-20 18:30:00")
    rows = "select md5(string_agg(to_jsonb(p)::text, '|' order by day, unit, gate, peak)) from routing.guard_posts as p"
    before = await gates.town.owner.fetchval(rows)
    await gates.town.owner.execute("update routing.guard_days set basis = 'another'")
    await gates.settle()
    assert await gates.town.owner.fetchval(rows) == before
    assert await gates.town.count("guard_days", "basis = 'another'") == 0


async def test_a_post_that_cannot_be_read_stops_no_other_and_nobody_spins_on_it(gates: GuardTown, caplog: pytest.LogCaptureFixture) -> None:
    """INVARIANT: one bad row silences no gate — broken by letting its error end the round."""
    await monday(gates)
    await gates.town.owner.execute("update routing.guard_posts set required = '[]' where gate = 'A-G1' and peak = 'am'")
    await gates.town.at("09-21 07:05:00")
    await gates.clock.tick()
    assert await gates.gaps("state = 'open'") == MISSING
    assert "clock_round_failed" in caplog.text
    await gates.clock.tick()
    assert await gates.clock.seconds_to_next() > 0


async def test_the_report_of_a_day_goes_out_once_and_waits_for_half_past_six(gates: GuardTown) -> None:
    await monday(gates, but=[])
    await gates.to("09-21 18:29:59")
    reported = [one for one in await gates.town.told(ISSUED) if one.data.event.type == "bus.guard-coverage.reported"]
    assert {one.data.payload["date"] for one in reported} == {"2026-09-20"}
    other = await gates.another_clock()
    await gates.town.at("09-21 18:30:00")
    await asyncio.gather(gates.clock.tick(), other.tick())
    again = [
        one for one in await gates.town.told(ISSUED) if one.data.payload.get("date") == "2026-09-21" and "scheduled" in one.data.payload
    ]
    assert {str(one.envelope.recipient) for one in again} == {"education.safety-desk@edu-990102", "police.liaison-desk@pb-990102"}
    assert len(again) == 2
    assert (again[0].data.payload["scheduled"], again[0].data.payload["covered"]) == (6, 3)


async def test_saturday_has_neither_posts_nor_a_report(gates: GuardTown) -> None:
    await gates.town.at("09-25 20:00:00")
    await gates.settle()
    said = await gates.mark()
    await gates.to("09-27 17:00:00")
    assert await gates.town.count("guard_posts", "day in ('2026-09-26', '2026-09-27')") == 0
    reported = [one for one in await gates.town.told(ISSUED, since=said) if one.data.event.type == "bus.guard-coverage.reported"]
    assert reported == []


async def test_a_year_without_a_calendar_waits_for_it(gates: GuardTown) -> None:
    await gates.town.at("12-31 18:00:00")
    await gates.settle()
    pending = await gates.town.owner.fetchval("select pending from routing.guard_days where day = '2027-01-01'")
    assert pending == ["state-council/2027"]
    assert await gates.town.count("guard_posts", "day >= '2027-01-01'") == 0


async def test_the_gauges_show_today(gates: GuardTown) -> None:
    await monday(gates)
    await gates.to("09-21 07:41:00")
    async with unit_of_work(gates.pool) as uow:
        found = await coverage_by_county(uow, MONDAY)
    assert [(one.county, one.scheduled, one.covered, one.uncovered, one.pending, one.rate) for one in found] == [
        ("990102", 6, 2, 1, 3, 2 / 3)
    ]
    fresh = await gates.another_clock()
    await fresh.tick()
    shown: dict[str, Any] = {state: GUARD_WINDOWS.labels(state)._value.get() for state in ("covered", "uncovered", "pending")}
    assert shown == {"covered": 2, "uncovered": 1, "pending": 3}
