"""S11, the part of the monthly lists: in time, nil, missing, late; and what a clock that slept, two clocks and a race make of it."""

import asyncio

import pytest

from contracts.coordination import ReportMissing
from tests.integration.routing.quarter import A, B, E, cleared, climbed, golden, missing, moves, nil_list, quiet, states, states_of, watched
from tests.integration.routing.town import Town

E_PRINCIPAL, E_DESK = f"school.principal@{E}", f"school.duty-desk@{E}"
STUDENTS, IN_CHARGE = "education.student-desk@edu-990102", "education.leader-in-charge@edu-990102"
OFFICE = "education.conference-office@edu-990102"
LATE_ELSEWHERE = {"2198000501", "3199000301", "3199000401"}


@pytest.fixture
async def month(town: Town) -> Town:
    """The story district on Mon 09-21 10:00, its reports watched; the others' lists are in."""
    watched(town)
    await quiet(await town.clock())
    for school in sorted(LATE_ELSEWHERE):
        await nil_list(town, school)
    return town


async def test_a_list_a_nil_list_and_a_missing_one(month: Town) -> None:
    """S11: B and A report on the last school day, E does not: its principal hears at its desk close, the bureau a school day later."""
    clock = await month.clock()
    await moves(month, clock, "09-30 15:00:00")
    await nil_list(month, A)
    await month.at("09-30 17:10:00")
    await states(month, "school.dropout-list.submitted", f"school.duty-desk@{B}", golden_list())
    assert (await states_of(month, "PER-01"))[A] == (await states_of(month, "PER-01"))[B] == "met"
    await moves(month, clock, "09-30 17:29:59")
    assert await missing(month, "PER-01") == []
    await moves(month, clock, "09-30 17:30:00", "09-30 18:30:00", "10-08 17:29:59")
    assert await missing(month, "PER-01") == [("09-30 17:30", E_DESK, E_PRINCIPAL)]
    await moves(month, clock, "10-08 17:30:00")
    assert await missing(month, "PER-01") == [("09-30 17:30", E_DESK, E_PRINCIPAL), ("10-08 17:30", E_DESK, STUDENTS)]
    await moves(month, clock, "10-09 09:00:00")
    await nil_list(month, E)
    await quiet(clock)
    assert (await states_of(month, "PER-01"))[E] == "late"
    assert await cleared(month, E_DESK) == {E_PRINCIPAL: "done", STUDENTS: "done", E_DESK: "done"}
    await moves(month, clock, "10-12 17:30:00")
    assert await climbed(month, E_DESK) == [], "the ladder would have gone on at 10-09 17:30"


def golden_list() -> dict[str, object]:
    data = golden("school.dropout-list.submitted")
    assert data["nil"] is True
    return {**data, "school_id": B}


async def test_the_message_names_duty_period_desk_and_due(month: Town) -> None:
    clock = await month.clock()
    await moves(month, clock, "09-30 17:30:00")
    said = [event for event in await month.told("bus.report.missing") if event.envelope.recipient == E_PRINCIPAL]
    event, data = next((one, one.data) for one in said if isinstance(one.data, ReportMissing) and one.data.mandate == "PER-01")
    assert (data.kind, data.mandate, data.period, data.publisher, data.step) == ("periodic", "PER-01", "2026-09", E_DESK, 1)
    assert event.envelope.incident == data.incident
    missed = [one for one in await month.told("bus.duty.missed") if one.envelope.recipient == E_DESK]
    assert [(one.data.duty, one.data.due == data.due) for one in missed] == [("periodic", True)]  # type: ignore[attr-defined]


async def test_ladder_c_goes_on_behind_those_who_were_told_first(month: Town) -> None:
    await moves(month, await month.clock(), "09-30 17:30:00", "10-08 17:30:00", "10-09 17:30:00", "10-10 17:30:00", "10-20 17:30:00")
    assert await climbed(month, E_DESK) == [("10-09 17:30", 3, IN_CHARGE), ("10-10 17:30", 4, OFFICE)]


async def test_a_clock_that_slept_over_due_and_report_tells_what_was_owed_before_it_and_nothing_later(month: Town) -> None:
    """The school reported on 10-09 while the clock slept: those who would have been told before learn it with its end."""
    clock = await month.clock()
    await month.at("10-09 09:00:00")
    await nil_list(month, E)
    await moves(month, clock, "10-20 09:00:00")
    told = [(desk, late) for _, late, desk in await missing(month, "PER-01") if late == E_DESK]
    assert told == [(E_PRINCIPAL, E_DESK), (STUDENTS, E_DESK)]
    assert await climbed(month, E_DESK) == []
    assert await cleared(month, E_DESK) == {E_PRINCIPAL: "done", STUDENTS: "done", E_DESK: "done"}


async def test_a_list_in_time_that_arrives_after_the_miss_makes_it_void(month: Town) -> None:
    """The road was cut: the list was published at 17:29, and came when the principal had heard already."""
    clock = await month.clock()
    await month.at("09-30 17:29:00")
    data = {"school_id": E, "month": "2026-09", "nil": True, "count": 0, "signed_by": "p-12"}
    listed = await month.statement("school.dropout-list.submitted", E_DESK, data)
    await moves(month, clock, "09-30 17:31:00")
    assert await missing(month, "PER-01") == [("09-30 17:31", E_DESK, E_PRINCIPAL)]
    await month.give(listed)
    await quiet(clock)
    assert (await states_of(month, "PER-01"))[E] == "met"
    assert await cleared(month, E_DESK) == {E_PRINCIPAL: "in-time", E_DESK: "in-time"}


async def test_two_clocks_tell_each_missing_report_once(month: Town) -> None:
    """INVARIANT: a step fires once — broken by a clock that looks at an expectation without holding it."""
    clocks = [await month.clock() for _ in range(2)]
    await month.at("10-08 17:30:00")
    await asyncio.gather(*(quiet(clock) for clock in clocks))
    late = [(late, desk) for _, late, desk in await missing(month, "PER-01")]
    assert sorted(late) == sorted(set(late))
    assert (E_DESK, STUDENTS) in late
    assert await month.count("incidents", "family = 'missing-report' and key like 'PER-01%'") == 3


@pytest.mark.parametrize("round_", range(3))
async def test_a_list_that_races_its_due_ends_alike(month: Town, round_: int) -> None:
    """Worker and clock meet at the row: the list is late by a second, told of or not, and nobody is left with an open miss."""
    clock = await month.clock()
    await month.at("09-30 17:30:01")
    await asyncio.gather(nil_list(month, E), quiet(clock))
    await quiet(clock)
    assert (await states_of(month, "PER-01"))[E] == "late"
    assert await missing(month, "PER-01") == [("09-30 17:30", E_DESK, E_PRINCIPAL)]
    assert await cleared(month, E_DESK) == {E_PRINCIPAL: "done", E_DESK: "done"}
    assert await month.count("incidents", "family = 'missing-report' and closed_at is null and key like 'PER-01%'") == 0
