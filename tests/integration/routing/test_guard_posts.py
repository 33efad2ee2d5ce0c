"""Guard posts on a real database: batches, two clocks, one that slept, races, corrections, a Directory that changes, and who may see what."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from infra.messaging.delivery import Done
from infra.metrics import GUARD_WINDOWS
from infra.postgres.pool import connect
from infra.postgres.unit_of_work import unit_of_work
from services.routing.directory_import import import_directory
from services.routing.guard import confirm_batch, coverage_by_county
from tests.integration.routing.guard_town import GATES, GuardTown, full, guarded_documents, row
from tests.integration.routing.town import CALENDARS, outbox
from tests.unit.routing.core.bench import at
from tests.unit.routing.core.guard.places import MONDAY, SCHOOL_A, STATION, A

FILLED, VOIDED, ISSUED = "bus.guard-gap.filled", "bus.guard-gap.voided", "bus.notification.issued"
MISSING = [("A-G2", "am", "police", "open")]


async def monday(gates: GuardTown, *, but: list[str] | None = None) -> None:
    """Mon 07:04:59: the rosters are full, everybody has checked in but the police at A-G2 (or ``but``), and nothing is open."""
    missing = ["A-G2 police"] if but is None else but
    await gates.give(
        await gates.roster("A", full("A")), await gates.roster("B", full("B")), await gates.roster("B", full("B"), day="2026-09-20")
    )
    await gates.checks_in("B-G1", "pm", "police p-9", "09-20 17:25:00")
    await gates.checks_in("B-G1", "pm", "school s-9", "09-20 17:26:00")
    await gates.to("09-21 06:40:00")
    for gate in ("A-G1", "A-G2", "B-G1"):
        here = [slot for slot in ("police", "school") if f"{gate} {slot}" not in missing]
        items = [gates.item(gate, "am", f"{slot} p-{gate}-{slot}", "09-21 06:39:00", device=f"D-{gate}") for slot in here]
        await gates.give(await gates.batch(items, device=f"D-{gate}"))
    await gates.to("09-21 07:04:59")
    assert await gates.gaps("state = 'open'") == []


async def test_where_everybody_stands_nobody_hears_of_check_ins(gates: GuardTown) -> None:
    await monday(gates, but=[])
    said = await gates.mark()
    await gates.to("09-21 07:40:00")
    assert await gates.told(ISSUED, since=said) == {}
    assert await gates.gaps() == []
    assert (await gates.coverage()).covered == 3
    assert await gates.town.count("incidents", "family = 'guard-checkins'") == 5


async def test_each_batch_is_a_matter_of_its_own_however_many_come_from_a_gate(gates: GuardTown) -> None:
    """INVARIANT: the thousandth batch of a gate costs what the first did — broken by tying batches to one incident of the gate."""
    await gates.to("09-21 06:30:00")
    batches = [await gates.batch([gates.item("A-G1", "am", "police p-1", "09-21 06:29:00")]) for _ in range(5)]
    assert await gates.give(*batches) == [Done()] * 5
    seen = await gates.town.owner.fetch("select count(*) as events from routing.incident_events group by incident")
    assert [one["events"] for one in seen if one["events"] != 1] == []
    again = await gates.town.statement(
        "police.guard-checkins.recorded", STATION, batches[0].data.model_dump(mode="json", exclude_none=True), revision=9
    )
    await gates.give(again)
    outcome = await gates.town.owner.fetchval("select outcome from routing.incident_events where id = $1", again.envelope.id)
    assert (outcome, await gates.town.count("guard_checkins")) == ("duplicate-of", 5)


async def test_five_hundred_items_are_one_statement(gates: GuardTown) -> None:
    """INVARIANT: no round trip for an item — broken by a loop around a query."""
    await gates.to("09-21 06:30:00")
    items = [gates.item("A-G1", "am", f"parent e-{n}", "09-21 06:29:00") for n in range(500)]
    batch = await gates.batch(items)
    asked: list[str] = []
    async with gates.town.pool.acquire() as connection:
        connection.add_query_logger(lambda query: asked.append(query.query))
    await gates.town.give(batch, handlers=gates.handlers)
    assert await gates.town.count("guard_checkins") == 500
    assert sum("guard_" in query for query in asked) == 1
    assert len(asked) < 20


async def test_the_same_item_in_another_batch_counts_once_and_is_said_when_it_differs(
    gates: GuardTown, caplog: pytest.LogCaptureFixture
) -> None:
    await gates.to("09-21 06:30:00")
    item = gates.item("A-G1", "am", "police p-1", "09-21 06:29:00")
    await gates.give(await gates.batch([item]))
    await gates.give(await gates.batch([item | {"person_ref": "p-2"}], batch_no="other", revision=7))
    assert [one["person"] for one in await gates.town.owner.fetch("select person from routing.guard_checkins")] == ["p-1"]
    assert "guard_items_contradict" in caplog.text


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


@pytest.mark.parametrize(
    ("checked", "uploaded", "flag"),
    [("07:20:00", "07:05:30", "future"), ("07:05:20", "07:30:00", "clock-off"), ("07:05:20", "06:50:00", "clock-off")],
)
async def test_times_that_cannot_be_right_are_kept_and_prove_nothing(gates: GuardTown, checked: str, uploaded: str, flag: str) -> None:
    await monday(gates)
    await gates.to("09-21 07:05:30")
    item = gates.item("A-G2", "am", "police p-2", f"09-21 {checked}", device="D-X")
    await gates.give(await gates.batch([item], device="D-X", uploaded_at=at(f"09-21 {uploaded}").isoformat()))
    await gates.settle()
    assert await gates.gaps("state = 'open'") == MISSING
    assert await gates.town.owner.fetchval("select flag from routing.guard_checkins where device = 'D-X'") == flag


async def test_an_upload_after_four_hours_counts_when_the_squad_leader_confirms_it(gates: GuardTown) -> None:
    await monday(gates)
    await gates.to("09-21 11:40:01")
    batch = await gates.batch([gates.item("A-G2", "am", "police p-2", "09-21 06:58:00", device="D-OFF")], device="D-OFF", offline=True)
    await gates.give(batch)
    await gates.settle()
    assert await gates.gaps("gate = 'A-G2' and kind = 'live'") == [("A-G2", "am", "police", "uncovered")]
    async with unit_of_work(gates.town.pool) as uow:
        assert await confirm_batch(uow, device="D-OFF", batch="D-OFF-1", by="p-leader") == 1
        assert await confirm_batch(uow, device="D-OFF", batch="D-OFF-1", by="p-leader") == 0
    await gates.settle()
    assert (await gates.told(VOIDED))[STATION].confirmed
    assert (await gates.coverage()).late == 1


async def test_a_gate_that_nobody_knows_is_kept_at_the_desk_that_speaks(gates: GuardTown) -> None:
    await gates.to("09-21 06:30:00")
    unknown = gates.item("Z-G9", "am", "police p-1", "09-21 06:29:00", device="D-Z")
    other = gates.item("B-G1", "am", "school s-1", "09-21 06:29:00", device="D-S")
    assert (
        await gates.give(await gates.batch([unknown], device="D-Z"), await gates.batch([other], device="D-S", publisher=SCHOOL_A))
        == [Done()] * 2
    )
    rows = await gates.town.owner.fetch("select device, unit, flag from routing.guard_checkins order by device")
    assert [tuple(one) for one in rows] == [("D-S", A, "no-post"), ("D-Z", "ps-990102-01", "no-post")], (
        "a school speaks of its own gates alone"
    )


async def test_a_drill_fills_no_post(gates: GuardTown) -> None:
    await gates.to("09-21 06:30:00")
    batch = await gates.batch([gates.item("A-G1", "am", "police p-1", "09-21 06:29:00")])
    exercise = batch.envelope.model_copy(update={"status": "exercise"})
    await gates.give(type(batch)(exercise, batch.data))
    assert await gates.town.count("guard_checkins") == 0


async def test_a_correction_replaces_and_takes_back_what_its_batch_said(gates: GuardTown) -> None:
    await monday(gates)
    first = gates.item("A-G2", "am", "police p-2", "09-21 07:10:00", device="D-C")
    wrong = gates.item("A-G2", "am", "police p-3", "09-21 07:11:00", device="D-C")
    await gates.to("09-21 07:09:00")
    batch = await gates.batch([first | {"peak": "pm"}, wrong | {"peak": "pm"}], device="D-C")
    await gates.to("09-21 07:11:30")
    batch = type(batch)(batch.envelope, batch.data.model_copy(update={"uploaded_at": at("09-21 07:09:00")}))
    await gates.give(batch)
    await gates.settle()
    assert await gates.gaps("state = 'open'") == MISSING
    changes = {"items": {"old": [first | {"peak": "pm"}, wrong | {"peak": "pm"}], "new": [first]}}
    incident = await gates.town.owner.fetchval("select incident::text from routing.incident_events where id = $1", batch.envelope.id)
    corrected = await gates.town.statement(
        "police.guard-checkins.recorded.corrected", STATION, {"gate_id": "A-G2", "changes": changes, "reason": "时段选错"},
        revision=99, corrects=batch.envelope.id, incident=incident,
    )  # fmt: skip
    await gates.give(corrected)
    await gates.settle()
    rows = await gates.town.owner.fetch("select person, peak, flag from routing.guard_checkins where device = 'D-C' order by item")
    assert [tuple(one) for one in rows] == [("p-2", "am", ""), ("p-3", "pm", "corrected")]
    assert (await gates.told(FILLED))[STATION].minutes == 5


async def test_a_correction_of_the_roster_fills_a_planned_gap(gates: GuardTown) -> None:
    rows = full("A", but=[("A-G2", "am", "police")])
    head = await gates.roster("A", rows)
    await gates.give(head, await gates.roster("B", full("B")))
    await gates.to("09-20 18:00:00")
    assert ("A-G2", "am", "police", "open") in await gates.gaps("day = '2026-09-21'")
    changes = {"rows": {"old": rows, "new": [*rows, row("A-G2", "am", "police")]}}
    data = {"school_id": GATES["A"][0], "date": "2026-09-21", "changes": changes, "reason": "补排"}
    await gates.to("09-20 19:00:00")
    await gates.give(
        await gates.town.statement("police.guard-roster.published.corrected", STATION, data, revision=2, corrects=head.envelope.id)
    )
    await gates.settle()
    assert await gates.gaps("day = '2026-09-21' and state = 'open'") == []
    assert (await gates.told(FILLED))[STATION].by == "roster"


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


async def test_a_console_sees_posts_and_gaps_of_its_unit_and_no_person(gates: GuardTown) -> None:
    """INVARIANT: who stood where is for the school and the police alone — broken by a right that is too wide."""
    await monday(gates)
    await gates.to("09-21 07:05:00")
    async with connect(gates.town.database.dsn("xt_console"), application="test") as console:
        for table in ("guard_posts", "guard_gaps"):
            assert await console.fetch(f"select unit from routing.{table}") == []
            async with console.transaction():
                await console.execute("select set_config('xietong.unit', $1, true)", A)
                assert {one["unit"] for one in await console.fetch(f"select unit from routing.{table}")} == {A}
        for statement in (
            "select * from routing.guard_checkins", "select * from routing.guard_rosters",
            "update routing.guard_posts set look_at = null", "delete from routing.guard_gaps",
        ):  # fmt: skip
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await console.fetch(statement)


async def test_the_clock_writes_no_check_in_and_the_worker_opens_no_gap(gates: GuardTown) -> None:
    async with connect(gates.town.database.dsn("xt_clock"), application="test") as clock:
        for statement in (
            "update routing.guard_checkins set flag = ''",
            "delete from routing.guard_posts",
            "update routing.guard_rosters set revision = 9",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await clock.fetch(statement)
    async with connect(gates.town.database.dsn("xt_routing"), application="test") as worker:
        for statement in (
            "update routing.guard_gaps set state = 'voided'",
            "insert into routing.guard_days values ('2026-09-21', '', now(), '{}')",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await worker.fetch(statement)


async def test_a_planned_gap_is_told_again_when_the_roster_is_changed_for_the_worse(gates: GuardTown) -> None:
    await gates.give(await gates.roster("A", full("A")), await gates.roster("B", full("B")))
    await gates.to("09-20 21:00:00")
    await gates.give(await gates.roster("A", full("A", but=[("A-G1", "pm", "school")]), revision=2))
    await gates.settle()
    assert await gates.gaps("day = '2026-09-21' and state = 'open'") == [("A-G1", "pm", "school", "open")]
    opened = await gates.town.owner.fetchval("select opened_at from routing.guard_gaps where state = 'open' and day = '2026-09-21'")
    assert timedelta() <= opened - at("09-20 21:00:00") < timedelta(seconds=1)
