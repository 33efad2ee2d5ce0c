"""What a unit owes for a period: which periods there are, which units owe, and when, as the calendars say."""

from datetime import date

import pytest

from services.routing.calendars import load_calendars
from services.routing.core.deadlines import Period, check_period_form, period_due
from services.routing.core.directory import Directory
from services.routing.core.expected.periods import month_of, own_period, periods_from, quarter_of, term_of, year_of
from services.routing.core.expected.plan import Planning, expectation_of
from services.routing.core.expected.records import Expectation
from services.routing.core.mandates import Every
from services.routing.core.model import World
from services.routing.directory import load_documents
from tests.unit.routing.core.deadlines.worked_time import A, B, C, D, E, K, at, day, directory, school_time

CALENDARS = directory().calendars


def owed(world: World, rule: str, unit: str, on: str, part: str = "") -> Expectation | None:
    """What a unit owes by a duty for the period that holds a day, planned on its first day."""
    duty = next(one for one in world.book.periodic if one.id == rule)
    expected = duty.part(part)
    assert expected is not None
    (period,) = periods_from(expected.every, day(on), day(on), CALENDARS)[-1:]
    return expectation_of(Planning(duty, expected, period, world, at(f"{period.first.isoformat()} 00:00")), unit)


def due_of(found: Expectation | None) -> str | None:
    assert found is None or found.due is not None
    return found.due.strftime("%m-%d %H:%M") if found and found.due else None


@pytest.mark.parametrize(
    ("school", "month", "due"),
    [
        pytest.param(A, "01-15", "01-30 18:00", id="the-term-ends-in-january"),
        pytest.param(A, "02-15", None, id="february-has-no-school-day-though-two-make-up-days"),
        pytest.param(A, "05-15", "05-29 18:00", id="may"),
        pytest.param(A, "07-15", "07-03 18:00", id="the-term-ends-in-july"),
        pytest.param(A, "08-15", None, id="august"),
        pytest.param(A, "09-15", "09-30 18:00", id="the-desk-closes-at-six"),
        pytest.param(B, "09-15", "09-30 18:30", id="or-half-past-six"),
        pytest.param(E, "09-15", "09-30 17:30", id="or-half-past-five"),
        pytest.param(K, "09-15", "09-30 20:00", id="or-at-eight"),
        pytest.param(C, "09-15", None, id="a-senior-school-has-no-compulsory-grades"),
        pytest.param(D, "09-15", None, id="nor-has-a-kindergarten"),
    ],
)
def test_the_monthly_list_is_due_at_the_desk_close_of_the_last_school_day(world: World, school: str, month: str, due: str | None) -> None:
    assert due_of(owed(world, "PER-01", school, month)) == due


def test_a_make_up_day_may_be_the_last_working_day(world: World) -> None:
    assert due_of(owed(world, "PER-11", "area-990102", "02-15")) == "02-28 17:30"


def test_a_month_without_a_calendar_waits_for_it(world: World) -> None:
    found = owed(world, "PER-01", A, "2027-01-15")
    assert found is not None
    assert (found.state, found.due, found.pending) == ("pending", None, "state-council/2027")
    assert "期限待定" in found.derivation


@pytest.mark.parametrize(
    ("month", "owes"),
    [pytest.param("07-15", False, id="three-school-days"), pytest.param("06-15", True, id="twenty"), pytest.param("09-15", True, id="and-september")],
)  # fmt: skip
def test_a_month_with_fewer_than_ten_school_days_owes_no_drill(world: World, month: str, owes: bool) -> None:
    assert (owed(world, "PER-03", A, month, "school") is not None) == owes


def test_kindergartens_owe_a_drill_each_quarter(world: World) -> None:
    assert due_of(owed(world, "PER-03", D, "09-15", "kindergarten")) == "09-30 18:00"
    assert owed(world, "PER-03", D, "09-15", "school") is None


def test_a_check_of_each_school_is_due_on_the_last_school_day_of_its_own_term(world: World) -> None:
    assert due_of(owed(world, "PER-04", A, "04-15")) == "07-03 17:30"
    assert due_of(owed(world, "PER-04", C, "04-15")) == "07-10 17:30", "senior schools end a week later"
    found = owed(world, "PER-04", E, "04-15")
    assert found is not None
    assert found.desk == "market.station@mkt-990102-02"


@pytest.mark.parametrize(
    ("rule", "part", "unit", "on", "due"),
    [
        ("PER-02", "county", "edu-990102", "08-15", "10-20 17:30"),
        ("PER-02", "city", "city-education-990100", "04-15", "07-17 17:30"),
        ("PER-05", "school", A, "09-15", "09-15 18:00"),
        ("PER-05", "bureau", "edu-990102", "09-15", "09-15 17:30"),
        ("PER-05", "bureau", "pb-985201", "09-15", "09-15 19:00"),
        ("PER-08", "", "edu-990102", "08-15", "09-30 17:30"),
        ("PER-09", "fire", A, "08-15", "01-01 00:00"),
        ("PER-10", "", "pb-990102", "09-15", "09-30 17:30"),
        ("PER-10", "", "pb-990102", "08-15", None),
        ("PER-11", "", "area-990100", "09-15", None),
    ],
)
def test_bureaus_owe_by_working_days(world: World, rule: str, part: str, unit: str, on: str, due: str | None) -> None:
    assert due_of(owed(world, rule, unit, on, part)) == due


def test_a_school_that_was_merged_away_owes_nothing_and_its_successor_does(world: World) -> None:
    assert owed(world, "PER-01", "2199000106", "09-15") is None
    before = owed(world, "PER-01", "2199000106", "06-15")
    assert before is not None, "in June it was a school of its own"


@pytest.mark.parametrize(("planned", "due"), [("09-01 00:00", "09-30 18:00"), ("09-21 00:00", "09-29 18:00")], ids=["before", "after"])
def test_a_closure_counts_for_what_is_planned_after_its_publication(world: World, planned: str, due: str) -> None:
    """A closes on 09-30, as it said on 09-20: a due that was stamped before stays."""
    closed = {"first": "2026-09-30", "last": "2026-09-30", "published": "2026-09-20T08:00:00+08:00", "reason": "台风"}
    documents = [{**one, "closures": [closed]} if one["unit"] == A else one for one in load_documents()]
    closing = World(Directory.build(documents, 2, load_calendars()), world.book, world.pack_version)
    duty = world.book.periodic[0]
    found = expectation_of(Planning(duty, duty.parts[0], month_of(day("09-01")), closing, at(planned)), A)
    assert due_of(found) == due


@pytest.mark.parametrize(
    ("period", "label", "last"),
    [
        (month_of(date(2026, 12, 5)), "2026-12", date(2026, 12, 31)),
        (month_of(date(2028, 2, 29)), "2028-02", date(2028, 2, 29)),
        (quarter_of(date(2026, 11, 5)), "2026-Q4", date(2026, 12, 31)),
        (quarter_of(date(2026, 1, 1)), "2026-Q1", date(2026, 3, 31)),
        (year_of(date(2026, 6, 1)), "2026", date(2026, 12, 31)),
    ],
)
def test_periods_have_labels_and_ends(period: Period, label: str, last: date) -> None:
    assert (period.label, period.last) == (label, last)


def test_a_term_is_that_of_the_city_and_the_kind_of_school() -> None:
    primary, senior = (term_of(day("04-15"), "990100", kind, CALENDARS) for kind in ("primary", "senior"))
    assert primary is not None
    assert senior is not None
    assert (primary.label, primary.last, senior.last) == ("2026-03-02", day("07-03"), day("07-10"))
    assert term_of(day("08-15"), "990100", "primary", CALENDARS) is None
    assert term_of(day("04-15"), "110100", "primary", CALENDARS) is None


@pytest.mark.parametrize(
    ("every", "labels"),
    [
        ("month", ["2026-08", "2026-09", "2026-10"]),
        ("quarter", ["2026-Q3", "2026-Q4"]),
        ("year", ["2026"]),
        ("term", ["2026-09-01"]),
        ("7nd", []),
    ],
)
def test_every_period_that_began_while_nobody_looked_is_named(every: Every, labels: list[str]) -> None:
    assert [period.label for period in periods_from(every, day("08-10"), day("10-20"), CALENDARS)] == labels


def test_a_term_of_another_day_is_not_a_units_own() -> None:
    (spring,) = periods_from("term", day("04-15"), day("04-15"), CALENDARS)
    assert own_period("term", spring, "990100", "primary", CALENDARS) is not None
    moved = Period("2026-03-09", day("03-09"), spring.last)
    assert own_period("term", moved, "990100", "primary", CALENDARS) is None


@pytest.mark.parametrize("form", ["last-sd", "last-sd@17:30", "last-wd@17:30", "end", "10wd from end", "10sd from begin"])
def test_a_form_of_a_period_is_known(form: str) -> None:
    check_period_form(form)


@pytest.mark.parametrize("form", ["last-wd", "first-sd", "5wd", "10wd from middle", "soon", "last-sd@25h"])
def test_any_other_form_is_refused(form: str) -> None:
    with pytest.raises(ValueError, match=form):
        check_period_form(form)


def test_school_days_need_a_school() -> None:
    office = directory().desk_time("education.safety-desk@edu-990102", at("09-01 08:00"))
    with pytest.raises(ValueError, match="needs a school"):
        period_due("last-sd", month_of(day("09-01")), at("09-01 08:00"), office)


def test_a_closure_known_at_planning_counts() -> None:
    june = period_due("last-sd@17:30", Period("x", day("06-01"), day("06-10")), at("06-01 08:00"), school_time(C, at("06-01 08:00")))
    assert june is not None
    assert june.at == at("06-05 17:30"), "closed as an exam site from the 8th to the 10th"
