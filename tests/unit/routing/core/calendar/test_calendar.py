"""Days and hours: what the notices, the school calendars and the timetables say."""

from datetime import date, time, timedelta

import pytest

from services.routing.calendars import CalendarInvalid, build_calendars, load_calendars
from services.routing.core.calendar import Calendars, Closure, DayUnknown, DeskTime, SchoolTime, Span, WindowRow, midnight_after
from tests.unit.routing.core.deadlines.worked_time import A, C, E, at, day, school_time

CALENDARS = load_calendars()
ALWAYS = Span(date(2000, 1, 1))
NOTICE = {"version": "v", "covers": {"from": "2026-01-01", "to": "2026-12-31"}}


@pytest.mark.parametrize("text", ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10", "2025-01-26", "2025-02-08", "2025-10-11"])
def test_a_make_up_day_is_worked(text: str) -> None:
    assert CALENDARS.working(day(text))
    assert CALENDARS.makeup(day(text))


@pytest.mark.parametrize("text", ["01-01", "02-15", "02-23", "04-06", "05-05", "06-19", "09-25", "10-07", "2025-10-08", "09-19"])
def test_a_holiday_and_a_plain_weekend_are_not_worked(text: str) -> None:
    assert not CALENDARS.working(day(text))


def test_both_years_have_the_working_days_of_their_notices() -> None:
    count = {year: sum(CALENDARS.working(date(year, 1, 1) + timedelta(days=n)) for n in range(365)) for year in (2025, 2026)}
    assert count == {2025: 248, 2026: 248}


@pytest.mark.parametrize("unknown", [date(2024, 12, 31), date(2027, 1, 1)])
def test_a_day_outside_the_notices_is_unknown(unknown: date) -> None:
    with pytest.raises(DayUnknown) as caught:
        CALENDARS.working(unknown)
    assert caught.value.pending == f"state-council/{unknown.year}"


def test_a_worked_saturday_before_term_is_no_school_day() -> None:
    place = school_time(A, at("02-01 08:00"))
    assert not place.school_day(day("02-14"), at("02-01 08:00"))
    assert not place.school_day(day("02-28"), at("02-01 08:00"))
    assert place.school_day(day("05-09"), at("02-01 08:00"))


def test_senior_schools_teach_a_week_longer() -> None:
    now = at("06-01 08:00")
    assert school_time(C, now).school_day(day("07-10"), now)
    assert not school_time(A, now).school_day(day("07-06"), now)


def test_a_city_without_a_school_calendar_is_unknown() -> None:
    with pytest.raises(DayUnknown, match="terms-110100"):
        CALENDARS.in_term("110100", day("09-21"), "primary")


def test_the_timetable_changes_with_the_season() -> None:
    school = school_time(E, at("09-01 08:00")).school
    assert school is not None
    begins = [school.begin(day(text)) for text in ("04-30", "05-01", "09-30", "10-01")]
    assert begins == [time(7, 40), time(7, 20), time(7, 20), time(7, 40)]


def test_a_row_for_its_weekday_wins_and_a_make_up_day_falls_back() -> None:
    friday = WindowRow("G", "pm", time(15), time(16), ALWAYS, weekdays=frozenset({4}))
    every = WindowRow("G", "pm", time(16), time(17), ALWAYS)
    school = SchoolTime("990100", "primary", (friday, every))
    assert school.windows_on(day("09-18")) == (friday,)
    assert school.windows_on(day("09-17")) == (every,)
    only_friday = SchoolTime("990100", "primary", (friday,))
    assert only_friday.windows_on(day("09-20")) == (friday,)


def test_a_row_for_its_weekday_wins_at_its_own_gate_and_peak_alone() -> None:
    """INVARIANT: the school day begins at the first gate that opens — broken by one gate's Friday row that hides the other gates."""
    south, north = (WindowRow(gate, "am", time(7), time(8), ALWAYS) for gate in ("G1", "G2"))
    late = WindowRow("G2", "am", time(8), time(9), ALWAYS, weekdays=frozenset({4}))
    noon = WindowRow("G1", "pm", time(11), time(12), ALWAYS, weekdays=frozenset({4}))
    school = SchoolTime("990100", "primary", (south, north, late, noon))
    assert (school.begin(day("09-18")), school.begin(day("09-17"))) == (time(7), time(7))
    assert school.windows_on(day("09-18")) == (south, late, noon)
    assert school.windows_on(day("09-17")) == (south, north)


def test_a_gate_that_opens_on_fridays_alone_begins_no_other_day() -> None:
    every = WindowRow("G1", "am", time(7), time(8), ALWAYS)
    early = WindowRow("G2", "am", time(6), time(7), ALWAYS, weekdays=frozenset({4}))
    school = SchoolTime("990100", "primary", (every, early))
    assert (school.begin(day("09-17")), school.begin(day("09-18"))) == (time(7), time(6))


def test_a_school_without_windows_has_the_usual_hours() -> None:
    school = SchoolTime("990100", "primary")
    assert (school.begin(day("09-18")), school.close(day("09-18"))) == (time(7), time(18))


def closing(first: str, published: str, *, opens: bool = False, grades: tuple[str, ...] = ()) -> Closure:
    return Closure(day(first), day(first), at(published), opens, "天气", grades)


def test_a_closure_counts_from_its_publication_on() -> None:
    place = DeskTime(CALENDARS, "school", (), SchoolTime("990100", "primary", closures=(closing("09-21", "09-20 20:00"),)))
    assert place.school_day(day("09-21"), at("09-20 19:59"))
    assert not place.school_day(day("09-21"), at("09-20 20:00"))


def test_the_latest_word_about_a_day_holds_and_a_closed_grade_closes_nobody_else() -> None:
    rows = (closing("09-21", "09-20 20:00"), closing("09-21", "09-20 21:00", opens=True), closing("09-21", "09-20 22:00", grades=("三",)))
    place = DeskTime(CALENDARS, "school", (), SchoolTime("990100", "primary", closures=rows))
    assert not place.school_day(day("09-21"), at("09-20 20:30"))
    assert place.school_day(day("09-21"), at("09-20 23:00"))


def test_a_county_may_open_a_rest_day_on_purpose() -> None:
    place = DeskTime(CALENDARS, "school", (), SchoolTime("990100", "primary", closures=(closing("09-19", "09-18 20:00", opens=True),)))
    assert place.school_day(day("09-19"), at("09-18 21:00"))


def test_a_desk_is_open_from_its_opening_until_before_its_closing() -> None:
    place = school_time(A, at("09-18 08:00"))
    assert [place.open_at(at(f"09-18 {clock}")) for clock in ("06:59", "07:00", "17:59", "18:00")] == [False, True, True, False]
    assert not place.open_at(at("2027-01-04 10:00"))
    assert DeskTime(Calendars()).open_at(at("2027-01-01 03:00"))


def test_the_end_of_a_day_is_the_next_midnight() -> None:
    assert midnight_after(day("12-31")) == at("2027-01-01 00:00")


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ({**NOTICE, "holidays": [{"rest": ["2027-01-01"]}]}, "covers"),
        ({**NOTICE, "holidays": [{"rest": ["2026-10-01"], "makeup": ["2026-10-09"]}]}, "weekend"),
        ({**NOTICE, "holidays": [{"rest": ["2026-10-03"], "makeup": ["2026-10-03"]}]}, "off and worked"),
        ({**NOTICE, "holidays": [{"rest": ["2026-10-07", "2026-10-01"]}]}, "not a range"),
        ({**NOTICE, "holidays": [{}]}, "rest"),
        ({"version": "v", "holidays": []}, "covers"),
        ({"version": "v", "covers": {"from": "2026-02-01", "to": "2026-01-01"}, "holidays": []}, "ends before"),
        ({"city": "990100", **NOTICE, "terms": [{"from": "2025-12-31", "to": "2026-01-30"}]}, "outside covers"),
        (["nothing"], "list"),
    ],
)
def test_a_broken_calendar_is_refused_by_name(broken: object, why: str) -> None:
    with pytest.raises(CalendarInvalid) as caught:
        build_calendars({"notice-of-2026": broken})
    assert "notice-of-2026" in caught.value.en
    assert why in caught.value.en


@pytest.mark.parametrize("data", [{**NOTICE, "holidays": []}, {"city": "990100", **NOTICE, "terms": []}])
def test_two_calendars_of_one_year_or_city_are_refused(data: dict[str, object]) -> None:
    with pytest.raises(CalendarInvalid, match=r"日历重复"):
        build_calendars({"one": data, "two": data})
