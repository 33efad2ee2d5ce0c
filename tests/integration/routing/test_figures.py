"""Figures on a real database: SQL and the rules of the core count alike, drills and void matters stand apart, months have their edges."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from contracts.coordination import ArbitrationRuled, NotificationAcknowledged, NotificationIssued, NotificationReturned, PartReported
from contracts.envelope import Event
from infra.postgres.unit_of_work import unit_of_work
from services.routing.core.model import Duty, Incident, Notification
from services.routing.core.sla.figures import Piece
from services.routing.core.sla.periods import Period, month_named, week_named
from services.routing.core.sla.report import By, Report
from services.routing.core.sla.rules import MEASURE_OF, bus_overrun, overrun, publisher_overrun, united, verdict
from services.routing.sla.figures import make_report
from services.routing.sla.read import read_pieces
from services.routing.store import ADAPTERS
from tests.integration.routing.town import Town, reference
from tests.unit.routing.core.bench import ALARM, person
from tests.unit.routing.core.places import EDU, OFFICE, POLICE_110, RAISED, SAFETY, SCHOOL, SCHOOL_B, STATION

FIRST = "J99010220260920000001"
"""The number of the first alarm of a town."""
SEPTEMBER, OCTOBER = month_named("2026-09"), month_named("2026-10")


async def report(town: Town, period: Period = SEPTEMBER, by: By = "desk", scope: str = "") -> Report:
    async with unit_of_work(town.pool) as uow:
        directory = (await reference().current(uow)).directory
        return await make_report(uow, directory, period, by, scope)


async def line(town: Town, key: str, period: Period = SEPTEMBER) -> dict[str, Any]:
    """The line of a desk as plain values; nothing when it has none."""
    found = (one for one in (await report(town, period)).actual.lines if one.key == key)
    return {name: value for one in found for name, value in asdict(one).items()}


def number_of(alarm: int) -> str:
    return f"J9901022026092{alarm:07}"


async def wait(town: Town, **span: float) -> None:
    await town.owner.execute("select bus.set_business_time($1, 0)", await town.now() + timedelta(**span))


async def newly_issued(town: Town, statement: Event) -> list[NotificationIssued]:
    """What a statement makes routing issue."""
    before = await town.owner.fetchval("select coalesce(max(seq), 0) from routing.outbox")
    await town.give(statement)
    return [event.data for event in await town.told(since=before) if isinstance(event.data, NotificationIssued)]


async def send_back(town: Town, issued: NotificationIssued) -> None:
    data = NotificationReturned(
        notification=issued.notification, incident=issued.incident, desk=issued.desk, version=issued.version, returned_at=await town.now(),
        reason="not-my-duty", text="不属本单位职责", person=person(issued.desk),
    )  # fmt: skip
    await town.give(await town.answer("bus.notification.returned", data))


async def rule(town: Town, item: NotificationIssued, new_desk: str) -> None:
    data = ArbitrationRuled(
        notification=str(item.arbitration_of), arbitration=item.notification, incident=item.incident, desk=item.desk, ruling="uphold",
        new_desk=new_desk, reason="按职责清单", ruled_at=await town.now(), person=person(item.desk),
    )  # fmt: skip
    await town.give(await town.answer("bus.arbitration.ruled", data))


async def sign(town: Town, *desks: str) -> None:
    issued = await town.issued()
    await town.give(*[await town.signature(issued[desk]) for desk in desks])


async def start(town: Town, issued: NotificationIssued) -> None:
    data = PartReported(
        task=None, incident=issued.incident, desk=issued.desk, progress="started", reported_at=await town.now(), person=person(issued.desk)
    )
    await town.give(await town.answer("bus.part.reported", data))


async def test_friday_night_is_one_late_signature_and_nobody_else_s_minutes(town: Town) -> None:
    """S02: school A signs 140 minutes after its due, education in time; the ladder ended at its third step."""
    await town.at("10-09 21:40:00")
    crowd = await town.statement(RAISED, STATION, ALARM | {"kind": "crowd", "severity": "urgent"})
    await town.give(crowd)
    await town.deliver_all()
    clock = await town.clock()
    await town.at("10-10 09:05:00")
    await clock.tick()
    await sign(town, SAFETY)
    await town.at("10-10 09:20:00")
    await clock.tick()
    await sign(town, SCHOOL)
    school, safety = await line(town, SCHOOL, OCTOBER), await line(town, SAFETY, OCTOBER)
    assert school["signed"] == {"asked": 1, "in_time": 0, "late": 1, "open": 0, "rate": 0.0}
    assert {share: school[share]["minutes"] for share in ("publisher", "bus", "receiver")} == {"publisher": 0, "bus": 0, "receiver": 140}
    assert (school["median_minutes"], school["steps"]) == (700.0, {"3": 1})
    assert (safety["signed"]["rate"], safety["receiver"]["minutes"]) == (1.0, 0)
    station = await line(town, STATION, OCTOBER)
    assert (station["published"]["in_time"], station["published_overrun"]) == (1, {"late": 0, "minutes": 0})


async def test_publisher_bus_and_receiver_each_have_their_own_minutes(town: Town) -> None:
    known_at = await town.now() - timedelta(minutes=25)
    await town.give(await town.statement(RAISED, POLICE_110, ALARM, known_at=known_at))
    await town.at("09-21 10:09:00")
    await town.deliver_all()
    await town.at("09-21 10:17:00")
    await sign(town, SCHOOL)
    school = await line(town, SCHOOL)
    assert {share: school[share]["minutes"] for share in ("publisher", "bus", "receiver")} == {"publisher": 15, "bus": 8, "receiver": 3}
    assert (school["delivered"]["late"], school["publisher"]["late"], school["signed"]["late"]) == (1, 1, 1)
    assert (await line(town, POLICE_110))["published_overrun"] == {"late": 1, "minutes": 15}


async def test_a_miss_that_was_voided_counts_in_time(town: Town) -> None:
    """INVARIANT: figures follow done_at, never the word of a miss — broken by counting what the clock said."""
    await town.give(await town.alarm())
    await town.deliver_all()
    signed = (await town.signature((await town.issued())[SCHOOL])).data
    assert isinstance(signed, NotificationAcknowledged)
    await town.at("09-21 10:12:00")
    await (await town.clock()).tick()
    assert (await line(town, SCHOOL))["signed"]["late"] == 1
    await town.give(await town.answer("bus.notification.acknowledged", signed))
    school = await line(town, SCHOOL)
    assert (school["signed"]["in_time"], school["signed"]["late"]) == (1, 0)
    assert (school["receiver"]["minutes"], school["median_minutes"]) == (0, 0)


async def test_what_runs_grows_older_until_it_is_signed(town: Town) -> None:
    await town.give(await town.alarm())
    await town.deliver_all()
    assert (await line(town, SCHOOL))["signed"] == {"asked": 1, "in_time": 0, "late": 0, "open": 1, "rate": None}
    for minutes in (10, 25):
        await town.at(f"09-21 10:{minutes}:00")
        assert (await line(town, SCHOOL))["receiver"] == {"late": 1, "minutes": minutes - 5}


async def test_a_drill_is_in_a_table_of_its_own_and_a_test_in_none(town: Town) -> None:
    for number, status in enumerate(("actual", "exercise", "test"), 1):
        stated = ALARM | {"alarm_no": number_of(number)}
        await town.give(await town.statement(RAISED, POLICE_110, stated, status=status))
    await town.give(*[await town.delivery(event.data) for event in await town.told()])
    made = await report(town)
    asked = {
        name: {one.key: one.signed.asked for one in table.lines} for name, table in (("actual", made.actual), ("drill", made.exercise))
    }
    assert asked["actual"] == asked["drill"]
    assert asked["actual"][SCHOOL] == 1


async def test_a_redirected_desk_is_dropped_and_the_new_one_counts(town: Town) -> None:
    await town.give(await town.alarm())
    await town.deliver_all()
    await town.at("09-21 10:02:00")
    await send_back(town, (await town.issued())[SCHOOL])
    await town.deliver_all()
    await town.at("09-21 10:08:00")
    assert (await line(town, SCHOOL))["signed"]["open"] == 1, "in arbitration nothing is decided"
    await rule(town, (await town.issued())[OFFICE], SCHOOL_B)
    await town.deliver_all()
    made = await report(town)
    assert {(one.key, one.redirected) for one in made.dropped} == {(SCHOOL, 1), ("", 1)}
    assert (await line(town, SCHOOL))["signed"]["asked"] == 0
    assert (await line(town, SCHOOL_B))["signed"]["asked"] == 1
    assert (await line(town, OFFICE))["signed"]["in_time"] == 1


async def test_a_withdrawn_alarm_is_void_and_what_was_missed_before_stays_late(town: Town) -> None:
    await town.give(await town.alarm())
    await town.deliver_all()
    await town.at("09-21 10:07:00")
    await (await town.clock()).tick()
    void = {"alarm_no": FIRST, "code": "false-alarm", "reason": "误报", "officer": "李警官"}
    await town.give(await town.statement(f"{RAISED}.withdrawn", POLICE_110, void, revision=2))
    made = await report(town)
    assert [(one.type, one.code, one.reason, one.officer) for one in made.voided] == [(RAISED, "false-alarm", "误报", "李警官")]
    lines = {one.key: one.signed for one in made.actual.lines}
    assert (lines[SCHOOL].late, lines[EDU].asked) == (1, 0)
    assert {one.key: one.withdrawn for one in made.dropped}[EDU] == 1


async def test_a_notification_that_is_signed_anew_counts_once(town: Town) -> None:
    await town.give(await town.alarm())
    await town.deliver_all()
    await town.at("09-21 10:02:00")
    await sign(town, SCHOOL)
    more = {"alarm_no": FIRST, "changes": {"casualties": {"old": 0, "new": 2}}, "reason": "现场核实"}
    await town.give(await town.statement(f"{RAISED}.corrected", POLICE_110, more, revision=2))
    await town.deliver_all()
    assert (await line(town, SCHOOL))["signed"] == {"asked": 1, "in_time": 0, "late": 0, "open": 1, "rate": None}
    await town.at("09-21 10:11:00")
    await sign(town, SCHOOL)
    school = await line(town, SCHOOL)
    assert school["signed"] == {"asked": 1, "in_time": 0, "late": 1, "open": 0, "rate": 0.0}
    assert (school["receiver"]["minutes"], school["median_minutes"]) == (4, 2)


async def test_a_month_has_its_edges_at_midnight_in_beijing(town: Town) -> None:
    for number, moment in enumerate(("09-30 23:59:59", "10-01 00:00:00"), 1):
        await town.at(moment)
        await town.give(*[await town.delivery(one) for one in await newly_issued(town, await town.alarm(number))])
    assert [(await line(town, SCHOOL, period))["signed"]["asked"] for period in (SEPTEMBER, OCTOBER, week_named("2026-W40"))] == [1, 1, 2]
    assert await line(town, SCHOOL, week_named("2026-W39")) == {}


async def test_a_division_sees_its_own_desks_alone(town: Town) -> None:
    await town.give(await town.alarm())
    await town.deliver_all()
    inside = [one.key for one in (await report(town, scope="990102", by="county")).actual.lines]
    outside = await report(town, scope="990103")
    assert (inside, outside.actual.lines) == (["990102"], ())


async def test_sql_and_the_rules_of_the_core_count_alike(town: Town) -> None:
    """INVARIANT: one rule, said twice — broken by a change of either. A morning of alarms with all that can befall them, counted both ways."""
    await befall(town, Random(7))
    now = await town.now()
    for period in (SEPTEMBER, week_named("2026-W39")):
        async with unit_of_work(town.pool) as uow:
            counted = by_place(await read_pieces(uow, period))
        assert counted == await by_the_core(town, period, now)
        assert len(counted) > 5


async def befall(town: Town, chance: Random) -> None:
    clock = await town.clock()
    for number in range(1, 13):
        known = await town.now() - timedelta(minutes=chance.choice((0, 5, 20)))
        stated = ALARM | {"alarm_no": number_of(number), "severity": chance.choice(("life-risk", "urgent", "routine"))}
        status = chance.choice(("actual", "actual", "exercise", "test"))
        fresh = await newly_issued(town, await town.statement(RAISED, POLICE_110, stated, known_at=known, status=status))
        await wait(town, seconds=chance.choice((1, 30, 200)))
        await town.give(*[await town.delivery(one) for one in fresh])
        await wait(town, seconds=chance.choice((20, 250, 400)))
        await clock.tick()
        for issued in fresh:
            await answer(town, issued, chance.random())
        if number % 4 == 0:
            void = {"alarm_no": stated["alarm_no"], "code": "duplicate", "reason": "重复", "officer": "李警官"}
            await town.give(await town.statement(f"{RAISED}.withdrawn", POLICE_110, void, revision=2, status=status))
    await wait(town, minutes=3)
    await clock.tick()


async def answer(town: Town, issued: NotificationIssued, chance: float) -> None:
    """Most sign, some start, some send it back, some stay silent."""
    if chance < 0.5:
        await town.give(await town.signature(issued))
    if 0.3 < chance < 0.6:
        await start(town, issued)
    if 0.6 < chance < 0.75:
        await send_back(town, issued)


Counted = dict[tuple[str, str, str], dict[str, float]]


def by_place(pieces: Sequence[Piece]) -> Counted:
    found: Counted = {}
    for piece in pieces:
        plain = {
            cell: count for cell, count in piece.figures.cells.items() if count and not cell.startswith(("published", "step", "dropped"))
        }
        seconds = {share: piece.figures.seconds.get(share, 0) for share in ("publisher", "bus", "receiver")}
        minutes = {"minutes": sum(piece.figures.minutes), "signed": len(piece.figures.minutes)}
        found[piece.desk, piece.type, piece.status] = {**plain, **{name: round(value, 3) for name, value in {**seconds, **minutes}.items()}}
    return {place: figures for place, figures in found.items() if any(figures.values())}


async def by_the_core(town: Town, period: Period, now: datetime) -> Counted:
    incidents: dict[str, Incident] = {one.id: one for one in await records(town, "incident")}
    duties: dict[tuple[str, str], list[Duty]] = defaultdict(list)
    for duty in await records(town, "duty"):
        if period.holds(duty.start) and duty.kind in MEASURE_OF:
            duties[duty.owner if duty.kind == "ack" else duty.id, duty.kind].append(duty)
    found: dict[tuple[str, str, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for several in duties.values():
        place = place_of(several[0].desk, incidents[several[0].incident])
        outcome = united([verdict(duty, now) for duty in several])
        if outcome != "dropped":
            found[place][f"{MEASURE_OF[several[0].kind]}/{outcome}"] += 1
        if several[0].kind == "ack":
            late = (overrun(duty, now).total_seconds() for duty in several if verdict(duty, now) == "late")
            found[place]["receiver"] += sum(late)
            met = [duty.met_at for duty in several if duty.met_at is not None]
            if met and outcome != "dropped":
                found[place]["signed"] += 1
                found[place]["minutes"] += (min(met) - min(duty.start for duty in several)).total_seconds() / 60
    for notification in await records(town, "notification"):
        carry(found, notification, incidents[notification.incident], period)
    rounded = {place: {name: round(value, 3) for name, value in figures.items() if value} for place, figures in found.items()}
    zeros = dict.fromkeys(("publisher", "bus", "receiver", "minutes", "signed"), 0.0)
    return {place: zeros | figures for place, figures in rounded.items() if figures and place[2] != "test"}


def carry(found: dict[tuple[str, str, str], dict[str, float]], one: Notification, incident: Incident, period: Period) -> None:
    if one.delivered_at is None or one.published_at is None or one.kind == "inform" or not period.holds(one.delivered_at):
        return
    place, bus, publisher = (
        place_of(one.desk, incident), bus_overrun(one.published_at, one.delivered_at), publisher_overrun(one.published_at, one.publish_due),
    )  # fmt: skip
    found[place][f"delivered/{'late' if bus else 'in-time'}"] += 1
    found[place]["bus"] += bus.total_seconds()
    found[place]["publisher"] += publisher.total_seconds()
    found[place]["publisher/late"] += bool(publisher)


def place_of(desk: str, incident: Incident) -> tuple[str, str, str]:
    return desk, incident.head_type if incident.id == incident.root else f"bus.{incident.family}", incident.status


async def records(town: Town, kind: str) -> list[Any]:
    table = {"incident": "incidents", "notification": "notifications", "duty": "duties"}[kind]
    return [ADAPTERS[kind].validate_python(row["body"]) for row in await town.owner.fetch(f"select body from routing.{table}")]


async def test_what_the_columns_say_is_what_the_bodies_say(town: Town) -> None:
    await befall(town, Random(3))
    rows = await town.owner.fetch(
        """select started, body ->> 'start' as start, met_at, body ->> 'met_at' as met, missed_at, body ->> 'missed_at' as missed
           from routing.duties"""
    )
    assert len(rows) > 20
    for row in rows:
        for column, text in (("started", row["start"]), ("met_at", row["met"]), ("missed_at", row["missed"])):
            assert row[column] == (datetime.fromisoformat(text) if text else None)


@pytest.mark.parametrize("role", ["xt_routing", "xt_clock"])
async def test_both_processes_may_count(town: Town, role: str) -> None:
    await town.give(await town.alarm())
    await town.deliver_all()
    pool = await town.database.pool("routing", role=role)
    async with unit_of_work(pool) as uow:
        assert {piece.desk for piece in await read_pieces(uow, SEPTEMBER)} >= {SCHOOL, EDU, POLICE_110}
