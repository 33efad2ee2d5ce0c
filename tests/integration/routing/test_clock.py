"""The clock on a real database: several clocks, one that slept, a root that cannot be fired, and follow-ups whose head never came."""

import asyncio
from datetime import timedelta

import pytest

from contracts.coordination import EscalationRaised
from infra.messaging.delivery import Done
from infra.postgres.errors import is_conflict
from services.routing.clock import POLL_SECONDS, Clock, wait_seconds
from services.routing.waking import DUTIES
from tests.integration.routing.town import Town
from tests.unit.contracts.stating import golden
from tests.unit.routing.core.bench import at, clock_text
from tests.unit.routing.core.places import OPS, POLICE_110, PRINCIPAL, RAISED, SAFETY, SCHOOL


async def climbed(town: Town, late: str = SCHOOL, duty: str = "ack") -> list[tuple[str, int, str]]:
    raised = [event.data for event in await town.told("bus.escalation.raised")]
    return [
        (clock_text(data.logical_at), data.step, data.desk)
        for data in raised
        if isinstance(data, EscalationRaised) and (data.late_desk, data.duty) == (late, duty)
    ]


async def test_two_clocks_at_once_fire_each_step_once(town: Town) -> None:
    """INVARIANT: a step fires once — broken by a clock that looks at a root without its lock."""
    await town.give(*[await town.alarm(n) for n in range(1, 5)])
    await town.give(*[await town.delivery(event.data) for event in await town.told()])
    clocks = [await town.clock() for _ in range(2)]
    await town.at("09-21 10:16:00")
    await asyncio.gather(*(clock.tick() for clock in clocks), *(clock.tick() for clock in clocks))
    steps = await climbed(town)
    assert len(steps) == len(set(steps)) * 4
    ids = [event.envelope.id for event in await town.told("bus.escalation.raised")]
    assert len(ids) == len(set(ids))
    assert [await clock.tick() for clock in clocks] == [0, 0]


async def test_a_clock_that_was_down_for_a_day_catches_up_with_logical_times(town: Town) -> None:
    await town.give(await town.alarm())
    await town.deliver_all()
    await town.at("09-22 10:00:01")
    assert await (await town.clock()).tick() == 1
    assert [when for when, _, _ in await climbed(town)] == [f"09-21 10:{m:02}" for m in (5, 10, 10, 15, 25, 45)]
    assert await town.count("duties", "next_at <= bus.business_now()") == 0


async def test_a_signature_that_waits_behind_the_clock_and_one_before_it_end_alike(town: Town) -> None:
    """Worker and clock meet at the root's lock; whoever comes first, the steps before the signature have fired once."""
    await town.give(await town.alarm())
    await town.deliver_all()
    signature = await town.signature((await town.issued())[SCHOOL])
    late = signature.data.model_copy(update={"acknowledged_at": at("09-21 10:07:00")})
    await town.at("09-21 10:12:00")
    clock = await town.clock()
    answer = await town.answer("bus.notification.acknowledged", late)
    await asyncio.gather(town.give(answer), clock.tick())
    steps = await climbed(town)
    assert steps[0] == ("09-21 10:05", 1, PRINCIPAL)
    assert len(steps) == len(set(steps))
    duty = await town.owner.fetchval("select body from routing.duties where desk = $1 and kind = 'ack'", SCHOOL)
    assert (duty["state"], duty["next_at"]) == ("met", None)


async def test_only_what_is_nearer_than_the_next_due_wakes_the_clock(town: Town) -> None:
    await town.give(await town.alarm())
    await town.deliver_all()
    clock = await town.clock()
    assert clock.heeds(DUTIES, "2026-09-21 02:04:59+00") == 0.0, "it has not looked yet"
    assert await clock.seconds_to_next() > 0
    assert clock.heeds(DUTIES, "2026-09-21 02:05:00+00") is None, "it wakes then anyway"
    assert clock.heeds(DUTIES, "2026-09-21 02:30:00+00") is None
    assert clock.heeds(DUTIES, "2026-09-21 02:04:59+00") == 0.0
    assert clock.heeds("business_time", "") == 0.0, "whoever moves business time moves every due"


async def test_a_root_that_cannot_be_fired_stops_no_other(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    """INVARIANT: one bad record silences no deadline — broken by letting its error end the tick."""
    await town.give(*[await town.alarm(n) for n in (1, 2)])
    await town.give(*[await town.delivery(event.data) for event in await town.told()])
    bad = await town.owner.fetchval("select root::text from routing.duties order by root limit 1")
    await town.owner.execute('update routing.duties set body = body || \'{"ladder": "Z"}\' where root = $1::uuid', bad)
    await town.at("09-21 10:06:00")
    clock = await town.clock()
    assert await clock.tick() == 2
    assert "clock_root_failed" in caplog.text
    assert len(await climbed(town)) == 1
    assert await clock.tick() == 0, "it is set aside"
    assert await clock.seconds_to_next() > 0, "and nobody spins on it"
    await town.owner.execute('update routing.duties set body = body || \'{"ladder": "A"}\' where root = $1::uuid', bad)
    assert await (await town.clock()).tick() == 1
    assert len(await climbed(town)) == 2


async def test_a_follow_up_whose_head_never_came_is_decided_once_by_one_of_two_clocks(town: Town) -> None:
    added = {"alarm_no": "J99010220260921777", "added": {"suspect_look": "黑衣"}}
    early = await town.statement(f"{RAISED}.supplemented", POLICE_110, added, revision=2)
    assert await town.give(early) == [Done()]
    assert (await town.count("waiting_events"), await town.count("incidents")) == (1, 0)
    clocks = [await town.clock() for _ in range(2)]
    assert [await clock.tick() for clock in clocks] == [0, 0]
    await town.at("09-21 10:10:00")
    await asyncio.gather(*(clock.tick() for clock in clocks))
    assert (await town.count("waiting_events"), await town.count("incidents"), await town.count("incident_events")) == (0, 1, 1)
    decided = await town.owner.fetchval("select decision from routing.incident_events")
    assert (decided["outcome"], decided["notes"]) == ("unmatched", ["head-missing"])
    assert {event.envelope.recipient for event in await town.told()} == {SAFETY, OPS}


async def test_a_head_takes_what_waits_for_it_along(town: Town) -> None:
    head = await town.alarm(5)
    added = {"alarm_no": head.envelope.subject, "added": {"suspect_look": "黑衣"}}
    await town.give(await town.statement(f"{RAISED}.supplemented", POLICE_110, added, revision=2))
    await town.give(head)
    assert (await town.count("waiting_events"), await town.count("incident_events")) == (0, 2)
    assert (await town.issued())[SCHOOL].version == 2
    await town.at("09-21 10:30:00")
    await (await town.clock()).tick()
    assert await town.count("incidents") == 1


async def test_a_head_and_the_end_of_its_wait_at_once_make_one_incident(town: Town) -> None:
    """Worker and clock race for the same key: the one that comes second sees what the first one did."""
    for number in range(10, 16):
        head = await town.alarm(number)
        added = {"alarm_no": head.envelope.subject, "added": {"suspect_look": "黑衣"}}
        await town.give(await town.statement(f"{RAISED}.supplemented", POLICE_110, added, revision=2))
        await town.owner.execute("update routing.waiting_events set until = bus.business_now()")
        clock = await town.clock()
        await asyncio.gather(town.give(head), tick_until_quiet(clock))
        assert await town.count("incidents", f"key = '{head.envelope.subject}'") == 1
        outcomes = await town.owner.fetch(
            "select outcome from routing.incident_events join routing.incidents as i on i.id = incident where i.key = $1",
            head.envelope.subject,
        )
        assert {row["outcome"] for row in outcomes} <= {"routed", "unmatched"}
        assert len(outcomes) == 2


async def tick_until_quiet(clock: Clock) -> None:
    """As the clock's own loop does: what another process has just written is looked at again."""
    for _ in range(20):
        try:
            if await clock.tick() == 0:
                return
        except Exception as error:
            if not is_conflict(error):
                raise
        await asyncio.sleep(0.01)


async def test_a_drifting_due_wakes_the_clock_in_time(town: Town) -> None:
    await town.give(await town.alarm())
    await town.deliver_all()
    clock = await town.clock()
    await town.owner.execute("select bus.set_business_time($1, 60)", at("09-21 10:04:59"))
    assert 0 <= await clock.seconds_to_next() <= timedelta(minutes=1).total_seconds() / 60
    await town.owner.execute("select bus.set_business_time(bus.business_now() + interval '1 hour', 0)")
    assert await clock.seconds_to_next() == POLL_SECONDS


@pytest.mark.parametrize(
    ("seconds", "speed", "waits"), [(0.5, 1.0, 0.5), (30, 60.0, 0.5), (-5, 1.0, 0.0), (900, 1.0, POLL_SECONDS), (1, 0.0, POLL_SECONDS)]
)
def test_the_wait_is_the_time_to_the_due_at_the_speed_of_business(seconds: float, speed: float, waits: float) -> None:
    now = at("09-21 10:00:00")
    assert wait_seconds(now + timedelta(seconds=seconds), now, speed) == waits
    assert wait_seconds(None, now, speed) == POLL_SECONDS


async def test_a_year_without_a_calendar_is_told_to_operations_under_its_own_key(town: Town) -> None:
    await town.at("12-31 10:00:00")
    bulletin = golden("police.bulletin.issued", "week")
    await town.give(await town.statement("police.bulletin.issued", "police.liaison-desk@pb-990102", bulletin))
    outcomes = await town.give(*[await town.delivery(one) for one in (await town.issued()).values()])
    assert outcomes == [Done()] * len(outcomes)
    missing = await town.told("bus.calendar.missing")
    assert {(event.envelope.subject, event.envelope.recipient) for event in missing} == {("state-council", OPS)}
