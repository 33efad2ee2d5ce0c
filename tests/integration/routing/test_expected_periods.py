"""Duties beside the monthly list: drills, checks, records, summaries, consultations, bulletins, RED follow-ups, exercises; and planning."""

import asyncio

import pytest
import yaml

from contracts.coordination import ReportMissing
from services.routing.calendars import LOADED, build_calendars
from services.routing.clock import Clock
from services.routing.core.calendar import Calendars
from services.routing.directory import load_documents
from services.routing.directory_import import import_directory
from services.routing.expected import TakingOverRound
from services.routing.rounds import HandoverRound
from services.routing.speak import Speaker
from services.routing.world import Reference
from tests.integration.routing.quarter import A, B, E, cleared, golden, missing, moves, nil_list, quiet, states, states_of, watched
from tests.integration.routing.town import CALENDARS, CATALOGUE, SHELF, Town, outbox
from tests.unit.routing.core.bench import ALARM

SAFETY_A, PRINCIPAL_A = f"school.safety-officer@{A}", f"school.principal@{A}"
EDU_SAFETY, EDU_IN_CHARGE = "education.safety-desk@edu-990102", "education.leader-in-charge@edu-990102"
OFFICE, OPS = "education.conference-office@edu-990102", "bus.ops-desk@bus-990100"
LIAISON, POLICE_IN_CHARGE = "police.liaison-desk@pb-990102", "police.leader-in-charge@pb-990102"
SCHOOLS = ("2199000101", "3199000102", "2199000105", "3199000301", "3199000401", "2198000501")


@pytest.fixture
async def term(town: Town) -> Town:
    """The story district on Mon 09-21 10:00, planned."""
    watched(town)
    await quiet(await town.clock())
    return town


async def drill(town: Town, number: str, kind: str, starts_at: str) -> None:
    """A drill at A, planned and done."""
    planned = golden("school.drill.scheduled", drill_no=number, kind=kind, starts_at=starts_at, ends_at=starts_at.replace("10:00", "11:00"))
    await states(town, "school.drill.scheduled", SAFETY_A, planned)
    await states(town, "school.drill.completed", SAFETY_A, golden("school.drill.completed", drill_no=number))


async def test_an_evacuation_drill_counts_for_its_month_and_another_drill_does_not(term: Town) -> None:
    clock = await term.clock()
    await drill(term, "YL-1", "anti-violence", "2026-09-22T10:00:00+08:00")
    assert (await states_of(term, "PER-03"))[A] == "open"
    await moves(term, clock, "09-30 18:00:00", "10-08 18:00:00")
    told = [(when, desk) for when, late, desk in await missing(term, "PER-03") if late == SAFETY_A]
    assert told == [("09-30 18:00", PRINCIPAL_A), ("10-08 18:00", EDU_SAFETY)]
    await moves(term, clock, "10-09 12:00:00")
    await drill(term, "YL-2", "evacuation", "2026-10-09T10:00:00+08:00")
    await quiet(clock)
    assert (await states_of(term, "PER-03"))[A] == "late", "what was missed is made up for, and stays late"
    assert (await states_of(term, "PER-03", "2026-10"))[A] == "met"
    assert await cleared(term, SAFETY_A) == {PRINCIPAL_A: "done", EDU_SAFETY: "done", SAFETY_A: "done"}


async def test_kindergartens_drill_by_the_quarter(term: Town) -> None:
    rows = await term.owner.fetch("select unit, part, period from routing.expectations where rule = 'PER-03' order by unit")
    assert {(row["part"], row["period"]) for row in rows if row["unit"].startswith("11")} == {("kindergarten", "2026-Q3")}
    assert {(row["part"], row["period"]) for row in rows if not row["unit"].startswith("11")} == {("school", "2026-09")}


async def test_a_check_near_a_school_counts_for_each_school_it_names(term: Town) -> None:
    near = golden("market.inspection.recorded", schools=[{"school_id": A, "metres": 85}, {"school_id": B, "metres": 140}])
    await states(term, "market.inspection.recorded", "market.station@mkt-990102-01", near)
    now = await states_of(term, "PER-04", "2026-09-01")
    assert (now[A], now[B], now[E]) == ("met", "met", "pending")


async def test_a_due_that_waits_for_a_calendar_is_computed_when_it_is_loaded(term: Town) -> None:
    """The autumn term ends in 2027, whose notice is not out: no guess; with it the last school day is known."""
    assert await missing(term, "PER-04") == []
    loaded = await clock_with(term, notice_of_2027())
    await moves(term, loaded, "11-20 09:00:00")
    row = await term.owner.fetchrow("select state, due from routing.expectations where rule = 'PER-04' and unit = $1", A)
    assert (row["state"], row["due"].isoformat()) == ("open", "2027-01-29T09:30:00+00:00")
    assert await term.count("expectations", "pending is not null and rule = 'PER-04'") == 0


def notice_of_2027() -> Calendars:
    files = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in LOADED.glob("*.yaml")}
    whole_year = {"version": "test-2027", "covers": {"from": "2027-01-01", "to": "2027-12-31"}, "holidays": []}
    return build_calendars({**files, "state-council-2027": whole_year})


async def clock_with(town: Town, calendars: Calendars) -> Clock:
    """A clock that was started with other calendars."""
    pool = await town.database.pool("routing", role="xt_clock")
    return Clock(pool, outbox(), Speaker(CATALOGUE), Reference(SHELF, calendars), town.rounds())


async def test_a_record_is_confirmed_by_any_change_since_the_term_began(empty_town: Town) -> None:
    """PER-05: the Directory of August was not touched in September; one unit confirms in time, one late, the others not at all."""
    town = watched(empty_town)
    await import_directory(town.pool, load_documents(), outbox(), CALENDARS)
    await town.owner.execute("update routing.directory_units set changed_at = '2026-08-20 08:00+08'")
    await town.owner.execute("update bus.business_time set anchor_business = '2026-09-01 00:00+08'")
    clock = await town.clock()
    await quiet(clock)
    await moves(town, clock, "09-14 09:00:00")
    await confirm(town, "edu-990102", "2026-09-14")
    await quiet(clock)
    confirmed = await states_of(town, "PER-05", "2026-09-01")
    assert (confirmed["edu-990102"], confirmed["pb-990102"], confirmed[A]) == ("met", "open", "open")
    await moves(town, clock, "09-15 18:00:00")
    told = {(late, desk) for _, late, desk in await missing(town, "PER-05")}
    assert (f"school.duty-desk@{A}", PRINCIPAL_A) in told
    assert ("police.110-desk@pb-990102", "police.unit-leader@pb-990102") in told
    assert not [late for late, _ in told if late.endswith("@edu-990102")]
    await moves(town, clock, "09-16 09:00:00")
    await confirm(town, A, "2026-09-16")
    await quiet(clock)
    assert (await states_of(town, "PER-05", "2026-09-01"))[A] == "late"
    assert (await cleared(town, f"school.duty-desk@{A}"))[PRINCIPAL_A] == "done"
    await moves(town, clock, "09-22 17:30:00")
    later = [(when, late) for when, late, desk in await missing(town, "PER-05") if desk == OFFICE]
    assert ("09-22 17:30", "police.110-desk@pb-990102") in later
    assert ("09-22 17:30", f"school.duty-desk@{A}") not in later


async def confirm(town: Town, unit: str, day: str) -> None:
    """The unit's record comes again with nothing new but the day it was confirmed."""
    (document,) = [one for one in load_documents() if one["unit"] == unit]
    assert await import_directory(town.pool, [{**document, "confirmed": day}], outbox(), CALENDARS) == 1


async def test_the_sum_of_a_county_is_in_when_the_list_of_each_school_is(term: Town) -> None:
    clock = await term.clock()
    for school in SCHOOLS:
        if school != E:
            await nil_list(term, school)
    await moves(term, clock, "10-20 19:00:00")
    sums = await states_of(term, "PER-02", "2026-Q3")
    assert (sums["edu-990102"], sums["edu-990103"]) == ("missing", "met")
    assert [(late, desk) for _, late, desk in await missing(term, "PER-02")] == [("education.student-desk@edu-990102", EDU_IN_CHARGE)]
    await moves(term, clock, "10-21 09:00:00")
    await nil_list(term, E)
    await quiet(clock)
    assert (await states_of(term, "PER-02", "2026-Q3"))["edu-990102"] == "late"
    assert (await cleared(term, "education.student-desk@edu-990102"))[EDU_IN_CHARGE] == "done"


async def test_a_periodic_conference_counts_for_the_quarter_and_a_consultation_does_not(term: Town) -> None:
    clock = await term.clock()
    await states(term, "education.conference.called", OFFICE, golden("education.conference.called"))
    assert (await states_of(term, "PER-08", "2026-Q3"))["edu-990102"] == "open"
    await moves(term, clock, "09-30 17:30:00")
    assert ("09-30 17:30", OFFICE, EDU_IN_CHARGE) in await missing(term, "PER-08")
    called = golden("education.conference.called", kind="periodic", conference_no="LX-10")
    await moves(term, clock, "10-12 10:00:00")
    await states(term, "education.conference.called", OFFICE, called)
    await quiet(clock)
    assert (await states_of(term, "PER-08", "2026-Q3"))["edu-990102"] == "late"
    assert (await states_of(term, "PER-08", "2026-Q4"))["edu-990102"] == "met"


async def test_a_bulletin_counts_for_the_month_that_its_last_day_lies_in_until_it_is_withdrawn(term: Town) -> None:
    clock = await term.clock()
    await moves(term, clock, "09-28 10:00:00")
    about = golden("police.bulletin.issued", period={"first": "2026-09-01", "last": "2026-09-27"})
    await states(term, "police.bulletin.issued", LIAISON, about)
    assert (await states_of(term, "PER-10"))["pb-990102"] == "met"
    gone = {"bulletin_no": about["bulletin_no"], "code": "invalid", "reason": "数据有误", "officer": "p-1"}
    await states(term, "police.bulletin.issued.withdrawn", LIAISON, gone, revision=2)
    assert (await states_of(term, "PER-10"))["pb-990102"] == "open"
    await moves(term, clock, "09-30 17:30:00")
    assert ("09-30 17:30", LIAISON, POLICE_IN_CHARGE) in await missing(term, "PER-10")


async def test_a_building_and_a_fire_record_each_year(term: Town) -> None:
    await states(term, "housing.building-hazard.found", "housing.safety-desk@hou-990102", golden("housing.building-hazard.found"))
    rows = await term.owner.fetch("select part, state, due from routing.expectations where rule = 'PER-09' and unit = $1 order by part", E)
    assert [(row["part"], row["state"], row["due"].isoformat()) for row in rows] == [
        ("fire", "open", "2026-12-31T16:00:00+00:00"), ("housing", "met", "2026-12-31T16:00:00+00:00"),
    ]  # fmt: skip


async def test_a_fire_check_that_finds_nothing_new_counts_when_it_accepts_what_was_found_before(term: Town) -> None:
    """PER-09: no type states a fire check without findings; the acceptance of an earlier one says that the service came again."""
    fire = "fire.supervision-desk@fire-990102"
    found = golden("fire.hazard.found")
    await states(term, "fire.hazard.found", fire, found)
    where = "rule = 'PER-09' and part = 'fire' and unit = $1"
    assert await term.owner.fetchval(f"select state from routing.expectations where {where}", found["school_id"]) == "met"
    await moves(term, await term.clock(), "12-30 10:00:00")
    await term.owner.execute(f"update routing.expectations set state = 'open', met_at = null, next_at = due where {where}", found["school_id"])
    await states(term, "fire.hazard.found.concluded", fire, golden("fire.hazard.found.concluded"), revision=2)
    assert await term.owner.fetchval(f"select state from routing.expectations where {where}", found["school_id"]) == "met"


PSYCH, PSYCH_PRINCIPAL = f"school.psych-teacher@{B}", f"school.principal@{B}"
NUMBER = "PR-0102-0007"


async def a_red(town: Town) -> None:
    case = golden("school.psych-risk.assessed", referral_no=NUMBER, level="red")
    await states(town, "school.psych-risk.assessed", PSYCH, case)


async def steps_of(town: Town) -> list[tuple[str, str]]:
    """(begin, state) of what is owed for the RED, in order."""
    rows = await town.owner.fetch("select begins, state from routing.expectations where rule = 'PER-07' order by period")
    return [(row["begins"].isoformat(), row["state"]) for row in rows]


async def test_an_open_red_is_followed_up_every_seven_days(term: Town) -> None:
    """PER-07: 24:00 of the seventh day after the last follow-up or slip; the principal at once, the bureau a day later."""
    clock = await term.clock()
    await a_red(term)
    await moves(term, clock, "09-24 16:00:00")
    slip = golden("health.psych-referral.answered", referral_no=NUMBER)
    await states(term, "health.psych-referral.answered", "health.hospital-green-channel@hos-990100-psy", slip)
    assert await steps_of(term) == [("2026-09-21", "met"), ("2026-09-24", "open")]
    await moves(term, clock, "10-01 23:59:59")
    assert await missing(term, "PER-07") == []
    await moves(term, clock, "10-02 00:00:00", "10-03 00:00:00")
    assert [(when, desk) for when, _, desk in await missing(term, "PER-07")] == [
        ("10-02 00:00", PSYCH_PRINCIPAL), ("10-03 00:00", "education.duty-officer@edu-990102"),
    ]  # fmt: skip
    await moves(term, clock, "10-03 10:00:00")
    step = golden("school.psych-followup.recorded", referral_no=NUMBER, step="review", next_on="2026-10-09")
    await states(term, "school.psych-followup.recorded", PSYCH, step)
    await quiet(clock)
    assert await steps_of(term) == [("2026-09-21", "met"), ("2026-09-24", "late"), ("2026-10-03", "open")]
    assert (await cleared(term, PSYCH))[PSYCH_PRINCIPAL] == "done"


async def test_nobody_is_told_which_pupil_a_red_is_about(term: Town) -> None:
    await a_red(term)
    await moves(term, await term.clock(), "10-03 00:00:00")
    (data, *_) = [
        one.data for one in await term.told("bus.report.missing") if isinstance(one.data, ReportMissing) and one.data.mandate == "PER-07"
    ]
    assert (data.school_id, data.period) == (B, "2026-09-21")
    assert NUMBER not in data.model_dump_json()


async def test_a_red_that_goes_down_owes_no_more_and_whoever_was_told_learns_it(term: Town) -> None:
    clock = await term.clock()
    await a_red(term)
    await moves(term, clock, "09-29 08:00:00")
    assert [desk for _, _, desk in await missing(term, "PER-07")] == [PSYCH_PRINCIPAL]
    down = golden("school.psych-risk.assessed.level-changed")
    await states(term, "school.psych-risk.assessed.level-changed", PSYCH, down, revision=2)
    await quiet(clock)
    assert await steps_of(term) == [("2026-09-21", "ended")]
    assert await cleared(term, PSYCH) == {PSYCH_PRINCIPAL: "superseded", PSYCH: "superseded"}
    await moves(term, clock, "10-20 08:00:00")
    assert len(await missing(term, "PER-07")) == 1


async def test_the_desks_of_a_county_that_signed_no_exercise_are_told_of_together(term: Town) -> None:
    """PER-11: one report for the county names them; after three months in a row the conference office hears too."""
    clock = await term.clock()
    await moves(term, clock, "09-30 17:30:00")
    said = [
        one.data for one in await term.told("bus.report.missing") if isinstance(one.data, ReportMissing) and one.data.mandate == "PER-11"
    ]
    (west,) = [one for one in said if any(desk.endswith("@edu-990102") for desk in one.desks)]
    assert (west.desk, west.period) == (OPS, "2026-09")
    assert f"school.duty-desk@{A}" in west.desks
    await moves(term, clock, "10-30 17:30:00")
    assert [desk for _, _, desk in await missing(term, "PER-11") if desk == OFFICE] == []
    await moves(term, clock, "11-30 17:30:00")
    assert [when for when, _, desk in await missing(term, "PER-11") if desk == OFFICE] == ["11-30 17:30"]


async def test_a_desk_that_signed_for_an_exercise_is_not_among_them(term: Town) -> None:
    clock = await term.clock()
    await states(term, "police.alarm.raised", "police.110-desk@pb-990102", ALARM, status="exercise")
    await term.deliver_all()
    issued = await term.issued()
    await term.give(await term.signature(issued[f"school.duty-desk@{A}"]))
    await moves(term, clock, "09-30 17:30:00")
    desks = await term.owner.fetchval("select missing from routing.expectations where rule = 'PER-11' and unit = 'area-990102'")
    assert f"school.duty-desk@{A}" not in desks
    assert "police.station-duty@ps-990102-01" in desks


async def test_what_was_due_before_the_first_plan_is_not_owed_and_what_the_clock_slept_over_is(town: Town) -> None:
    """The bus begins on 09-30 at 20:00: September is over for it. Its clock then sleeps through October: October is not."""
    watched(town)
    clock = await town.clock()
    await moves(town, clock, "09-30 20:00:00")
    assert await states_of(town, "PER-01") == {}
    await moves(town, clock, "11-02 09:00:00")
    assert set((await states_of(town, "PER-01", "2026-10")).values()) == {"missing"}
    assert set((await states_of(town, "PER-01", "2026-11")).values()) == {"open"}


async def test_units_that_change_are_planned_again_and_a_merged_school_owes_nothing(term: Town) -> None:
    """A new school appears on 09-25: it owes September, not what was due before it; F was merged into A on 09-01."""
    clock = await term.clock()
    assert "2199000106" not in await states_of(term, "PER-01")
    (like,) = [one for one in load_documents() if one["unit"] == A]
    new = {**like, "unit": "2199000199", "rows": [{**like["rows"][0], "from": "2026-09-25", "name": "新建小学"}]}
    await term.at("09-25 09:00:00")
    await import_directory(term.pool, [new], outbox(), CALENDARS)
    await quiet(clock)
    assert (await states_of(term, "PER-01"))["2199000199"] == "open"
    await moves(term, clock, "09-30 20:30:00")
    again = {**new, "unit": "2199000198", "rows": [{**new["rows"][0], "name": "又一小学"}]}
    await import_directory(term.pool, [again], outbox(), CALENDARS)
    await quiet(clock)
    assert "2199000198" not in await states_of(term, "PER-01")
    assert (await states_of(term, "PER-01", "2026-Q3")) == {}


async def test_two_clocks_plan_every_unit_once(town: Town) -> None:
    watched(town)
    clocks = [await town.clock() for _ in range(2)]
    await asyncio.gather(*(quiet(clock) for clock in clocks))
    rows = await town.owner.fetch("select unit, rule, part, period, count(*) as n from routing.expectations group by 1, 2, 3, 4")
    assert rows
    assert {row["n"] for row in rows} == {1}
    assert await town.count("expected_plans", "not complete") == 0
    assert [await clock.tick() for clock in clocks] == [0, 0]


async def test_a_statement_that_came_before_its_period_was_planned_counts(town: Town) -> None:
    """The clock was down when the month began: the list was heard, and nobody is told that it is missing."""
    watched(town)
    await nil_list(town, E)
    clock = await town.clock()
    await quiet(clock)
    assert (await states_of(town, "PER-01"))[E] == "met"


async def test_a_county_that_is_not_on_the_bus_owes_nothing(town: Town) -> None:
    watched(town)
    (area,) = [one for one in load_documents() if one["unit"] == "area-990103"]
    off = {**area, "rows": [{**area["rows"][0], "onboarding": "none"}]}
    await import_directory(town.pool, [off], outbox(), CALENDARS)
    await quiet(await town.clock())
    assert "3199000301" not in await states_of(town, "PER-01")
    assert await town.count("expectations", "county = '990103'") == 0


H = "3199000401"
TAKES_OVER = ("school.psych-teacher@3199000401", "health.hospital-green-channel@hos-990202-psy", "education.duty-officer@edu-990202")


async def handed_over(town: Town) -> None:
    """B's RED goes to a school of another city, where school, hospital and bureau sign."""
    sealed = {"nonce": "AAAA", "ciphertext": "AAAA", "keys": {"schools": "AAAA", "health": "AAAA"}}
    transfer = {
        "handover_no": "ZX-3", "referral_no": NUMBER, "level": "red", "from_school": B, "to_school": H, "to_county": "990202",
        "leaves_on": "2026-09-30", "pupil": [sealed | {"row": "r1", "views": ["S", "K"]}],
        "care_plan": [sealed | {"row": "r2", "views": ["K"]}], "hospital_from": "hos-990100-psy", "hospital_to": "hos-990202-psy",
    }  # fmt: skip
    await states(town, "school.pupil-transfer.started", PSYCH, transfer)
    issued = await town.issued()
    for desk in TAKES_OVER:
        await town.give(await town.delivery(issued[desk]))
        await town.give(await town.signature(issued[desk]))


async def owed_for_the_red(town: Town) -> list[tuple[str, str, str]]:
    """(school, begin, state) of every step."""
    rows = await town.owner.fetch("select unit, begins, state from routing.expectations where rule = 'PER-07' order by period, unit")
    return [(row["unit"], row["begins"].isoformat(), row["state"]) for row in rows]


async def test_after_a_handover_the_new_school_owes_the_follow_ups_and_the_old_one_no_more(term: Town) -> None:
    """INVARIANT: somebody always owes the follow-up of an open RED, and one school alone — broken by a case that no statement opens."""
    watch = term.rounds
    term.rounds = lambda: (HandoverRound(), TakingOverRound(), *watch())
    clock = await term.clock()
    await a_red(term)
    await moves(term, clock, "09-24 10:00:00")
    await handed_over(term)
    await quiet(clock)
    assert await owed_for_the_red(term) == [(B, "2026-09-21", "ended"), (H, "2026-09-24", "open")]
    await moves(term, clock, "10-01 23:59:59")
    assert await missing(term, "PER-07") == []
    await moves(term, clock, "10-02 00:00:00")
    assert [(late, desk) for _, late, desk in await missing(term, "PER-07")] == [(f"school.psych-teacher@{H}", f"school.principal@{H}")]


async def test_a_handover_clears_what_the_old_school_had_missed(term: Town) -> None:
    watch = term.rounds
    term.rounds = lambda: (HandoverRound(), TakingOverRound(), *watch())
    clock = await term.clock()
    await a_red(term)
    await moves(term, clock, "09-29 08:00:00")
    assert [desk for _, _, desk in await missing(term, "PER-07")] == [PSYCH_PRINCIPAL]
    await handed_over(term)
    await quiet(clock)
    assert (await cleared(term, PSYCH))[PSYCH_PRINCIPAL] == "superseded"
    assert await owed_for_the_red(term) == [(B, "2026-09-21", "ended"), (H, "2026-09-29", "open")]
