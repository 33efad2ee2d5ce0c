"""Months and weeks of Beijing time, what may be asked for, and when a month's report is due."""

from datetime import UTC, datetime

import pytest

from services.routing.calendars import load_calendars
from services.routing.core.calendar import DayUnknown
from services.routing.core.sla.asking import WrongQuestion, lines_by, period_of
from services.routing.core.sla.monthly import months_due
from services.routing.core.sla.periods import month_before, month_named, month_of, report_due, week_named
from tests.unit.routing.core.bench import at, clock_text

CALENDARS = load_calendars()


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("2026-09", "2026-08-31T16:00", "2026-09-30T16:00"),
        ("2026-12", "2026-11-30T16:00", "2026-12-31T16:00"),
        ("2028-02", "2028-01-31T16:00", "2028-02-29T16:00"),
        ("2026-W39", "2026-09-20T16:00", "2026-09-27T16:00"),
        ("2026-W53", "2026-12-27T16:00", "2027-01-03T16:00"),
    ],
)
def test_a_period_runs_from_midnight_to_midnight_in_beijing(name: str, start: str, end: str) -> None:
    period = week_named(name) if "W" in name else month_named(name)
    assert (period.name, period.start, period.end) == (name, *(datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (start, end)))
    assert period.holds(period.start)
    assert not period.holds(period.end)


def test_an_instant_belongs_to_its_month_in_beijing() -> None:
    assert month_of(datetime(2026, 9, 30, 16, 0, tzinfo=UTC)).name == "2026-10"
    assert month_before(month_named("2027-01")).name == "2026-12"


@pytest.mark.parametrize(
    ("month", "week", "field"),
    [("2026-13", None, "month"), ("26-09", None, "month"), ("2026-9", None, "month"), ("1999-12", None, "month"), ("", None, "month"),
     (None, "2026-W00", "week"), (None, "2025-W53", "week"), (None, "2026-39", "week"), ("2026-09", "2026-W39", "week")],
)  # fmt: skip
def test_a_period_that_makes_no_sense_is_refused_by_its_field(month: str | None, week: str | None, field: str) -> None:
    with pytest.raises(WrongQuestion) as wrong:
        period_of(month, week, at("09-21 10:00:00"))
    assert wrong.value.field == field


def test_who_asks_for_no_period_gets_this_month_and_for_no_lines_the_agencies() -> None:
    assert period_of(None, None, at("09-21 10:00:00")).name == "2026-09"
    assert period_of(None, "2026-W39", at("10-21 10:00:00")).name == "2026-W39"
    assert (lines_by(None), lines_by("desk")) == ("agency", "desk")
    with pytest.raises(WrongQuestion) as wrong:
        lines_by("school")
    assert wrong.value.field == "by"


@pytest.mark.parametrize(
    ("month", "due"), [("2026-08", "09-01 09:00"), ("2026-09", "10-08 09:00"), ("2026-01", "02-02 09:00"), ("2025-12", "01-04 09:00")]
)
def test_a_report_is_due_on_the_first_working_day_make_up_days_too(month: str, due: str) -> None:
    assert clock_text(report_due(month_named(month), CALENDARS)) == due


def test_no_working_day_is_guessed() -> None:
    with pytest.raises(DayUnknown):
        report_due(month_named("2026-12"), CALENDARS)
    months, upcoming = months_due(at("12-31 10:00:00"), CALENDARS)
    assert ([month.name for month in months], upcoming) == (["2026-09", "2026-10", "2026-11"], None)


def test_a_month_is_due_from_nine_o_clock_on_and_for_a_clock_that_slept() -> None:
    before, upcoming = months_due(at("10-08 08:59:59"), CALENDARS)
    assert ([month.name for month in before], clock_text(upcoming)) == (["2026-07", "2026-08"], "10-08 09:00")
    after, upcoming = months_due(at("10-08 09:00:00"), CALENDARS)
    assert ([month.name for month in after], clock_text(upcoming)) == (["2026-07", "2026-08", "2026-09"], "11-02 09:00")
