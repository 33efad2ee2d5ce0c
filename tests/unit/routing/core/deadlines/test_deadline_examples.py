"""The worked examples of the clocks: each is a claim about one desk of the story district in 2026."""

from datetime import date

import pytest

from services.routing.core.deadlines import compute_due, month_end_due
from services.routing.packs import load_book
from tests.unit.routing.core.deadlines.worked_time import A, C, E, K, at, due_at, office_time, school_time


@pytest.mark.parametrize(
    ("start", "form", "school", "due"),
    [
        pytest.param("09-18 15:20", "30min/next-sd", A, "09-18 15:50", id="1-in-desk-hours"),
        pytest.param("09-19 21:10", "30min/next-sd", A, "09-20 07:00", id="2-a-make-up-sunday-is-a-school-day"),
        pytest.param("09-18 18:00", "30min/next-sd", A, "09-20 07:00", id="3-closing-itself-is-outside"),
        pytest.param("09-21 06:40", "30min/next-sd", A, "09-21 07:10", id="4-never-less-than-thirty-minutes"),
        pytest.param("09-30 19:00", "30min/next-sd", A, "10-03 19:00", id="5-never-more-than-72-hours"),
        pytest.param("05-05 20:00", "30min/next-sd", E, "05-06 07:20", id="6-summer-timetable"),
        pytest.param("07-03 10:00", "1sd", A, "09-01 18:00", id="11-over-the-summer"),
        pytest.param("06-05 10:00", "3sd", C, "06-15 22:30", id="12-an-exam-site-is-closed"),
        pytest.param("10-08 20:00", "30min/next-sd", K, "10-09 09:20", id="14a-later-windows"),
    ],
)
def test_school_days_set_the_due(start: str, form: str, school: str, due: str) -> None:
    assert due_at(form, start, school_time(school, at(start))).at == at(due)


@pytest.mark.parametrize(
    ("start", "form", "unit", "due"),
    [
        pytest.param("09-18 16:40", "1wd", "edu-990102", "09-20 17:30", id="7-a-make-up-sunday-is-worked"),
        pytest.param("09-19 10:00", "3wd", "edu-990102", "09-22 17:30", id="8"),
        pytest.param("02-14 09:00", "3wd", "edu-990102", "02-26 17:30", id="9-spring-festival"),
        pytest.param("09-30 16:00", "4h/open", "edu-990102", "10-08 11:00", id="10-open-hours"),
        pytest.param("09-18 10:00", "10nd", "edu-990102", "09-29 00:00", id="13-natural-days"),
        pytest.param("10-09 18:00", "4h/open", "edu-985201", "10-10 13:00", id="14b-a-later-office-on-a-make-up-saturday"),
    ],
)
def test_working_and_natural_days_set_the_due(start: str, form: str, unit: str, due: str) -> None:
    assert due_at(form, start, office_time(unit, at(start))).at == at(due)


def test_a_year_without_a_notice_gives_no_working_day() -> None:
    due = due_at("1wd", "12-31 10:00", office_time("edu-990102", at("12-31 10:00")))
    assert (due.at, due.pending, due.provisional) == (None, "state-council/2027", False)
    assert "2027年" in due.derivation
    assert "期限待定" in due.derivation


def test_elapsed_time_needs_no_calendar_over_the_new_year() -> None:
    due = due_at("30min", "12-31 23:50", office_time("edu-990102", at("12-31 23:50")))
    assert (due.at, due.pending, due.calendar_version) == (at("2027-01-01 00:20"), None, "")


def test_an_unknown_school_day_is_pending_with_a_provisional_due() -> None:
    due = due_at("30min/next-sd", "12-31 19:00", school_time(A, at("12-31 19:00")))
    assert (due.at, due.pending, due.provisional) == (at("2027-01-03 19:00"), "state-council/2027", True)


@pytest.mark.parametrize(
    ("month", "due"),
    [(1, "01-30 18:00"), (2, None), (7, "07-03 18:00"), (8, None), (9, "09-30 18:00")],
)
def test_a_month_list_is_due_on_the_last_school_day(month: int, due: str | None) -> None:
    found = month_end_due(date(2026, month, 1), at(f"{month:02d}-01 08:00"), school_time(A, at("09-01 08:00")))
    assert (found.at if found else None) == (at(due) if due else None)


def test_a_month_without_a_calendar_is_pending() -> None:
    found = month_end_due(date(2027, 1, 1), at("12-31 08:00"), school_time(A, at("12-31 08:00")))
    assert found is not None
    assert (found.at, found.pending) == (None, "state-council/2027")


def test_ladder_c_climbs_on_working_days() -> None:
    missed = at("09-30 17:30")
    steps = load_book().ladder("C")
    place = office_time("edu-990102", missed)
    fired = [(step.target, compute_due(step.offset, missed, place).at) for step in steps]
    assert fired == [
        ("unit-leader", missed),
        ("parent", at("10-08 17:30")),
        ("leader-in-charge", at("10-09 17:30")),
        ("conference-office", at("10-10 17:30")),
    ]


def test_a_due_in_another_zone_is_the_same_instant() -> None:
    from datetime import UTC

    start = at("09-18 16:40").astimezone(UTC)
    assert compute_due("1wd", start, office_time("edu-990102", start)).at == at("09-20 17:30")
