"""Posts as desks are told of them: every change once and in order, signatures among them; a leader's word; and what is over its time."""

import asyncio
from datetime import timedelta

import pytest

from contracts.coordination import GuardBatchConfirmed, GuardPostChanged, Person
from contracts.envelope import Envelope, Event
from contracts.registry import event_type
from infra.messaging.delivery import DeadLetter, Done
from infra.messaging.retention import purge
from infra.postgres.unit_of_work import unit_of_work
from services.routing.core.sla.periods import month_named
from services.routing.guard import GUARD_KEPT, StateRound
from services.routing.sla.read import read_voided
from tests.integration.routing.guard_town import GuardTown, full, monday
from tests.integration.routing.town import CATALOGUE, outbox
from tests.unit.routing.core.bench import at
from tests.unit.routing.core.guard.places import EDUCATION, LEADER, MONDAY, SCHOOL_A, STATION, A

A_G2 = f"{A}/2026-09-21/A-G2/am"
ELSEWHERE = "police.unit-leader@ps-990102-02"


def of_gate(states: list[GuardPostChanged]) -> dict[str, GuardPostChanged]:
    """desk → the last word on the morning at A-G2."""
    return {one.desk: one for one in states if one.post == A_G2}


def police(state: GuardPostChanged) -> tuple[int, int, str | None]:
    slot = next(one for one in state.slots if one.slot == "police")
    return slot.rostered, slot.present, slot.state


async def confirmation(gates: GuardTown, desk: str, *, publisher: str | None = None) -> Event:
    now = await gates.town.now()
    role, _, _ = desk.partition("@")
    data = GuardBatchConfirmed(
        desk=desk, person=Person(ref="p-leader", role=role, shown="杜*"), device_id="D-OFF", batch_no="D-OFF-1", confirmed_at=now
    )
    kind = event_type("bus.guard-batch.confirmed")
    envelope = Envelope(
        id=f"01a0f1aa-0000-8000-8000-0000000{abs(hash((desk, publisher))) % 100000:05d}", source="/police/u", type=kind.wire, subject=kind.key(data), time=now,
        dataschema=kind.dataschema, known_at=now, county="990102", publisher=publisher or desk,
    )  # fmt: skip
    return Event(envelope, data)


async def test_station_school_and_bureau_are_told_of_every_change_and_only_of_changes(gates: GuardTown) -> None:
    await monday(gates)
    planned = of_gate(await gates.tell_states())
    assert planned.keys() == {STATION, SCHOOL_A, EDUCATION}
    assert police(planned[STATION]) == (1, 0, None)
    assert planned[EDUCATION].persons == (), "who stands there is for the school and the police"
    assert [(one.ref, one.present) for one in planned[SCHOOL_A].persons if one.rostered] == [
        ("p-police-A-G2-am", False),
        ("p-school-A-G2-am", False),
    ]
    assert [one.ref for one in planned[SCHOOL_A].persons if one.present] == ["p-A-G2-school"]
    assert await gates.tell_states() == []

    await gates.to("09-21 07:05:00")
    assert police(of_gate(await gates.tell_states())[EDUCATION]) == (1, 0, "open")
    await gates.to("09-21 07:06:30")
    assert await gates.tell_states() == [], "a look that finds nothing new tells nothing"
    await gates.sign(STATION)
    signed = of_gate(await gates.tell_states())[EDUCATION]
    assert [(one.desk, one.shown) for one in signed.slots[0].signed] == [(STATION, "张*")]
    await gates.checks_in("A-G2", "am", "police sub-A-G2-am", "09-21 07:13:00", device="D-A-G2")
    filled = of_gate(await gates.tell_states())[EDUCATION]
    assert (filled.slots[0].state, filled.slots[0].by, filled.slots[0].present) == ("filled", "substitute", 1)
    assert planned[EDUCATION].revision < signed.revision < filled.revision


async def test_two_clocks_tell_a_change_once_and_one_that_dies_leaves_it_to_the_next(gates: GuardTown) -> None:
    """INVARIANT: what changed while a post is told is told afterwards — broken by a mark that is taken away without the row's lock."""
    await monday(gates)
    await gates.tell_states()
    await gates.checks_in("A-G2", "am", "police p-2", "09-21 07:04:59")
    states = StateRound(lambda role: CATALOGUE.to_service(CATALOGUE.host_of(role)))
    world = gates.reference.current

    async def tell_and_die() -> None:
        async with unit_of_work(gates.pool, outbox=outbox()) as uow:
            (thing,) = await states.due(uow, await world(uow))
            await states.look(uow, thing, await world(uow))
            raise RuntimeError("the process dies before it commits")

    with pytest.raises(RuntimeError, match="dies"):
        await tell_and_die()
    said = await gates.mark()
    clocks = [gates.clock_of(gates.pool, (states,)), gates.clock_of(gates.pool, (states,))]
    await asyncio.gather(*(clock.tick() for clock in clocks))
    told = await gates.town.told("bus.guard-post.changed", since=said)
    assert sorted(str(event.envelope.recipient) for event in told) == sorted([STATION, SCHOOL_A, EDUCATION])
    assert len({event.envelope.id for event in told}) == 3


async def test_a_changed_roster_and_a_planned_gap_are_told(gates: GuardTown) -> None:
    await gates.give(await gates.roster("A", full("A", but=[("A-G2", "am", "police")])))
    await gates.to("09-20 18:00:00")
    assert police(of_gate(await gates.tell_states())[STATION]) == (0, 0, "open")
    await gates.to("09-20 20:30:00")
    await gates.give(await gates.roster("A", full("A"), revision=2))
    await gates.settle()
    assert police(of_gate(await gates.tell_states())[STATION]) == (1, 0, None)


async def test_the_word_of_the_leader_who_stated_it_voids_the_gap_and_everybody_hears(gates: GuardTown) -> None:
    await monday(gates)
    await gates.to("09-21 11:40:01")
    batch = await gates.batch([gates.item("A-G2", "am", "police p-2", "09-21 06:58:00", device="D-OFF")], device="D-OFF", offline=True)
    await gates.give(batch)
    await gates.settle()
    waiting = of_gate(await gates.tell_states())
    assert [(one.device_id, one.batch_no, one.unit, one.count) for one in waiting[STATION].batches] == [
        ("D-OFF", "D-OFF-1", "ps-990102-01", 1)
    ]
    assert waiting[EDUCATION].batches == ()
    said = await gates.mark()
    assert await gates.give(await confirmation(gates, ELSEWHERE)) == [Done()]
    await gates.settle()
    assert await gates.told("bus.guard-gap.voided", since=said) == {}, "another unit's leader vouches for nothing"
    assert await gates.give(await confirmation(gates, LEADER)) == [Done()]
    await gates.settle()
    voided = await gates.told("bus.guard-gap.voided", since=said)
    assert voided.keys() >= {STATION, SCHOOL_A}
    assert voided[STATION].confirmed
    after = of_gate(await gates.tell_states())[STATION]
    assert (after.slots[0].state, after.batches) == ("voided", ())
    async with unit_of_work(gates.pool) as uow:
        assert await read_voided(uow, month_named("2026-09"), "990102") == [], "a gap that was none is nobody's withdrawal"
    said = await gates.mark()
    await gates.give(batch, await confirmation(gates, LEADER, publisher=None))
    await gates.settle()
    assert await gates.told("bus.guard-gap.voided", since=said) == {}


@pytest.mark.parametrize(
    ("checked", "uploaded"),
    [("09-21 06:58:00", "09-21 07:24:59"), ("12-31 06:58:00", "12-31 07:05:00"), ("09-20 19:04:00", "09-20 19:05:00")],
    ids=["fast by 20 min", "months ahead", "slow by half a day"],
)
async def test_a_check_in_by_a_wrong_clock_is_shown_on_the_day_it_came_in(gates: GuardTown, checked: str, uploaded: str) -> None:
    """INVARIANT: what is kept is shown — broken by a check-in that is looked for on the day that a wrong clock says."""
    await monday(gates)
    await gates.tell_states()
    item = gates.item("A-G2", "am", "police p-2", checked, device="D-X")
    await gates.give(await gates.batch([item], device="D-X", uploaded_at=at(uploaded).isoformat()))
    told = of_gate(await gates.tell_states())
    (wrong,) = told[STATION].wrong_clocks
    assert (wrong.slot, wrong.ref, wrong.act) == ("police", "p-2", "in")
    assert (wrong.checked_at, wrong.uploaded_at, wrong.received_at) == (at(checked), at(uploaded), at("09-21 07:04:59"))
    assert told[SCHOOL_A].wrong_clocks == told[STATION].wrong_clocks
    assert told[EDUCATION].wrong_clocks == (), "who stands there is for the school and the police"
    assert police(told[STATION]) == (1, 0, None), "it proves nothing"


async def test_a_confirmation_by_somebody_who_does_not_lead_is_no_confirmation(gates: GuardTown) -> None:
    await monday(gates)
    (wrong_role,) = await gates.give(await confirmation(gates, STATION))
    (wrong_desk,) = await gates.give(await confirmation(gates, LEADER, publisher=STATION))
    assert [one.reason for one in (wrong_role, wrong_desk) if isinstance(one, DeadLetter)] == ["not-a-leader", "wrong-desk"]


async def test_persons_are_kept_half_a_year_and_windows_two(gates: GuardTown) -> None:
    await monday(gates)
    await gates.to("09-21 07:05:00")
    pool = await gates.town.database.pool("routing")

    async def left_after(days: int) -> set[str]:
        """The tables that still hold something of Monday, so many days after it."""
        await gates.town.owner.execute("select bus.set_business_time($1, 0)", at("09-21 12:00:00") + timedelta(days=days))
        await purge(pool, schema="routing", more=(GUARD_KEPT,))
        counted = {
            one: await gates.town.owner.fetchval(f"select count(*) from routing.{one} where day = $1", MONDAY) for one in GUARD_KEPT.days
        }
        return {table for table, count in counted.items() if count}

    persons, windows = {"guard_rosters", "guard_checkins"}, {"guard_gaps", "guard_posts", "guard_days"}
    assert await left_after(184) == persons | windows
    assert await left_after(185) == windows
    assert await left_after(731) == windows
    assert await left_after(732) == set()
