"""Rosters and check-ins as they arrive: batches, times that cannot be right, corrections, late data, and who may see and write what."""

from datetime import timedelta

import asyncpg
import pytest

from infra.messaging.delivery import Done
from infra.postgres.pool import connect
from infra.postgres.unit_of_work import unit_of_work
from services.routing.guard import confirm_batch
from tests.integration.routing.guard_town import GATES, GuardTown, full, monday, row
from tests.unit.routing.core.bench import at
from tests.unit.routing.core.guard.places import SCHOOL_A, STATION, A

FILLED, VOIDED, ISSUED = "bus.guard-gap.filled", "bus.guard-gap.voided", "bus.notification.issued"
MISSING = [("A-G2", "am", "police", "open")]


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
        assert await confirm_batch(uow, device="D-OFF", batch="D-OFF-1", by="p-leader", unit="ps-990102-01") == 1
        assert await confirm_batch(uow, device="D-OFF", batch="D-OFF-1", by="p-leader", unit="ps-990102-01") == 0
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
