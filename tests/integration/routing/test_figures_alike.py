"""The rules of the figures are said twice, in the core and in SQL: both count a morning of alarms alike."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from contracts.coordination import NotificationIssued
from infra.postgres.unit_of_work import unit_of_work
from services.routing.core.model import Duty, Incident, Notification
from services.routing.core.sla.figures import Piece
from services.routing.core.sla.periods import Period, month_named, week_named
from services.routing.core.sla.rules import MEASURE_OF, bus_overrun, overrun, publisher_overrun, united, verdict
from services.routing.sla.read import read_pieces
from services.routing.store import ADAPTERS
from tests.integration.routing.answering import newly_issued, number_of, send_back, start, wait
from tests.integration.routing.town import Town
from tests.unit.routing.core.bench import ALARM
from tests.unit.routing.core.places import EDU, POLICE_110, RAISED

SEPTEMBER = month_named("2026-09")


async def test_sql_and_the_rules_of_the_core_count_alike(town: Town) -> None:
    """INVARIANT: one rule, said twice — broken by a change of either. A morning of alarms with all that can befall them, counted both ways."""
    await befall(town, Random(7))
    await town.owner.execute(
        """update routing.duties set body = body || '{"by_bus": true}' where desk = $1 and due < $2""", EDU, await town.now()
    )
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
