"""Figures on a real database: whose minutes they are, what is dropped or void, drills apart, months with their edges, what stands beside."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import pytest

from contracts.coordination import NotificationAcknowledged
from infra.postgres.unit_of_work import unit_of_work
from services.routing.core.sla.periods import Period, month_named, week_named
from services.routing.core.sla.shapes import By, Reach, Report
from services.routing.directory import check_documents, load_documents
from services.routing.sla.figures import make_report
from services.routing.sla.read import read_pieces
from tests.integration.routing.answering import newly_issued, number_of, rule, send_back, sign, wait
from tests.integration.routing.town import CALENDARS, Town, reference
from tests.unit.routing.core.bench import ALARM
from tests.unit.routing.core.places import EDU, OFFICE, POLICE_110, RAISED, SAFETY, SCHOOL, SCHOOL_B, STATION

FIRST = "J99010220260920000001"
"""The number of the first alarm of a town."""
SEPTEMBER, OCTOBER = month_named("2026-09"), month_named("2026-10")


async def report(town: Town, period: Period = SEPTEMBER, by: By = "desk", scope: str = "", unit: str = "") -> Report:
    async with unit_of_work(town.pool) as uow:
        directory = (await reference().current(uow)).directory
        return await make_report(uow, directory, period, by, Reach(scope, unit))


async def line(town: Town, key: str, period: Period = SEPTEMBER) -> dict[str, Any]:
    """The line of a desk as plain values; nothing when it has none."""
    found = (one for one in (await report(town, period)).actual.lines if one.key == key)
    return {name: value for one in found for name, value in asdict(one).items()}


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


async def test_a_miss_that_a_withdrawal_ended_is_void_too_once_the_earlier_signature_comes(town: Town) -> None:
    await town.give(await town.alarm())
    await town.deliver_all()
    signed = (await town.signature((await town.issued())[SCHOOL])).data
    await town.at("09-21 10:07:00")
    await (await town.clock()).tick()
    void = {"alarm_no": FIRST, "code": "false-alarm", "reason": "误报", "officer": "李警官"}
    await town.give(await town.statement(f"{RAISED}.withdrawn", POLICE_110, void, revision=2))
    assert (await line(town, SCHOOL))["signed"]["late"] == 1
    await town.give(await town.answer("bus.notification.acknowledged", signed))
    assert (await line(town, SCHOOL))["signed"] == {"asked": 1, "in_time": 1, "late": 0, "open": 0, "rate": 1.0}


@pytest.mark.parametrize(("seconds", "late"), [(60, 0), (61, 1)])
async def test_the_bus_is_late_after_a_minute(town: Town, seconds: int, late: int) -> None:
    await town.give(await town.alarm())
    await wait(town, seconds=seconds)
    await town.deliver_all()
    assert (await line(town, SCHOOL))["delivered"]["late"] == late


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


@pytest.mark.parametrize("role", ["xt_routing", "xt_clock"])
async def test_both_processes_may_count(town: Town, role: str) -> None:
    await town.give(await town.alarm())
    await town.deliver_all()
    pool = await town.database.pool("routing", role=role)
    async with unit_of_work(pool) as uow:
        assert {piece.desk for piece in await read_pieces(uow, SEPTEMBER)} >= {SCHOOL, EDU, POLICE_110}


async def test_gate_windows_count_once_they_are_over_and_uncovered_ones_apart(town: Town) -> None:
    """Six windows of 21 September: one uncovered, one covered, one that nobody has to stand at, and the evening's, which is still to come;
    one that the clock has not looked at, and one whose gap it has not ended yet."""
    posts = (("G1", "am", "07:40", False), ("G2", "am", "07:40", False), ("G3", "am", "07:40", True), ("G1", "pm", "17:20", False),
             ("G4", "am", "07:40", False), ("G5", "am", "07:40", False))  # fmt: skip
    for gate, peak, ends, dropped in posts:
        await town.owner.execute(
            """insert into routing.guard_posts (day, unit, gate, peak, county, starts, ends, required, dropped, live_seen)
               values ('2026-09-21', '2199000101', $1, $2, '990102', $3, $3, '{}', $4, $1 <> 'G4')""",
            gate, peak, datetime.fromisoformat(f"2026-09-21T{ends}:00+08:00"), dropped,
        )  # fmt: skip
    await town.owner.execute(
        """insert into routing.guard_gaps (id, day, unit, gate, peak, kind, slot, need, present, state, told, opened_at, late)
           select gen_random_uuid(), '2026-09-21', '2199000101', gate, 'am', 'live', 'police', 1, 0, state, true, '2026-09-21 07:05+08', false
           from (values ('G1', 'uncovered'), ('G2', 'filled'), ('G5', 'open')) as g (gate, state)"""
    )
    made = await report(town, scope="990102")
    assert [asdict(one) for one in made.coverage] == [{"county": "990102", "scheduled": 2, "covered": 1}]
    assert (await report(town, unit="2199000101")).coverage == made.coverage
    assert (await report(town, unit="2199000102")).coverage == ()
    assert (await report(town, week_named("2026-W40"))).coverage == (await report(town, scope="990103")).coverage == ()


async def test_what_was_owed_without_being_asked_counts_by_its_due(town: Town) -> None:
    owed = (("met", "09-30 18:00", False), ("late", "09-30 18:30", False), ("missing", "09-30 17:30", False), ("missing", "10-30 18:00", False),
            ("open", "09-30 18:00", False), ("missing", "09-30 18:00", True), ("met", "09-30 18:00", True))  # fmt: skip
    for number, (state, due, by_bus) in enumerate(owed):
        await town.owner.execute(
            """insert into routing.expectations (id, rule, part, stamp, unit, desk, county, area, period, begins, ends, state, due, derivation,
                   calendar_version, calendars, by_bus)
               values (gen_random_uuid(), 'PER-01', '', '', '2199000101', $1, '990102', '990102', $2, '2026-09-01', '2026-09-30', $3, $4,
                       '', '', '', $5)""",
            SCHOOL, f"2026-09/{number}", state, datetime.fromisoformat(f"2026-{due}:00+08:00"), by_bus,
        )  # fmt: skip
    made = await report(town, by="county")
    assert [asdict(one) for one in made.expected] == [{"key": "990102", "rule": "PER-01", "in_time": 2, "late": 1, "missing": 1}]
    assert made.expected_of_pupils == ()
    assert [one.missing for one in (await report(town, OCTOBER)).expected] == [1]
    assert (await report(town, scope="990103")).expected == ()


async def test_a_county_in_shadow_is_in_no_figure(town: Town) -> None:
    """Its desks are shown what they would be told."""
    documents = load_documents()
    county = next(one for one in documents if one["unit"] == "area-990102")
    county["rows"][0]["onboarding"] = "shadow"
    await town.give(await town.alarm())
    await town.deliver_all()
    async with unit_of_work(town.pool) as uow:
        made = await make_report(uow, check_documents(documents, CALENDARS), SEPTEMBER, "desk")
    assert made.actual.lines == ()
    assert SCHOOL in {line.key for line in (await report(town)).actual.lines}
