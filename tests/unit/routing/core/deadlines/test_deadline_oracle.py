"""The core against a slow oracle over thousands of made-up calendars, and the promise that later delivery is never due earlier."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.routing.core.calendar import Calendars, CityTerms, Closure, Gazette, OfficeRow, SchoolTime, Span, Term, WindowRow
from services.routing.core.deadlines import DeskTime, compute_due
from tests.unit.routing.core.deadlines import deadline_oracle as oracle
from tests.unit.routing.core.deadlines.deadline_oracle import CHINA, Facts
from tests.unit.routing.core.deadlines.worked_time import A, E, K, at, school_time

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
ALWAYS = Span(date(2000, 1, 1))


def cases(count: int) -> settings:
    return settings(max_examples=count, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


days = st.dates(FIRST, LAST)
instants = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31, 23, 59, 59, 999_999)).map(lambda t: t.replace(tzinfo=CHINA))


def weekend(day: date) -> date:
    return day + timedelta(days=5 - day.weekday()) if day.weekday() < 5 else day


@st.composite
def closure(draw: st.DrawFn) -> tuple[date, date, datetime, bool]:
    first = draw(days)
    return first, min(first + timedelta(days=draw(st.integers(0, 5))), LAST), draw(instants), draw(st.booleans())


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    starts = draw(st.lists(days, max_size=5))
    rest = {start + timedelta(days=n) for start in starts for n in range(draw(st.integers(1, 9)))}
    rest = {day for day in rest if day <= LAST}
    makeup = {weekend(day) for day in draw(st.lists(days, max_size=5))} - rest
    spring, autumn = draw(st.integers(20, 80)), draw(st.integers(230, 260))
    terms = (
        (date(2026, 1, 1), date(2026, 1, 1) + timedelta(days=draw(st.integers(0, 35)))),
        (date(2026, 1, 1) + timedelta(days=spring), date(2026, 1, 1) + timedelta(days=draw(st.integers(170, 200)))),
        (date(2026, 1, 1) + timedelta(days=autumn), date(2027, 1, 29)),
    )
    summer, winter = draw(st.integers(360, 560)), draw(st.integers(360, 560))
    opens = draw(st.sampled_from([480, 510, 600]))
    return Facts(
        first=FIRST,
        last=LAST,
        rest=frozenset(rest),
        makeup=frozenset(day for day in makeup if day <= LAST),
        terms=terms,
        terms_last=draw(st.sampled_from([date(2026, 12, 20), LAST, date(2027, 1, 29)])),
        summer_begin=summer,
        winter_begin=winter,
        desk_end=draw(st.integers(900, 1400)),
        office=(opens, opens + draw(st.sampled_from([420, 480, 540]))),
        closures=tuple(draw(st.lists(closure(), max_size=3, unique_by=lambda row: row[2]))),
    )


def clock(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)


def desk(known: Facts) -> DeskTime:
    """The same facts as the core holds them."""
    windows = [
        WindowRow("G1", "am", clock(known.summer_begin), clock(known.summer_begin + 30), ALWAYS, ((5, 1), (9, 30))),
        WindowRow("G1", "am", clock(known.winter_begin), clock(known.winter_begin + 30), ALWAYS, ((10, 1), (4, 30))),
    ]
    terms = CityTerms("990100", "t", known.first, known.terms_last, tuple(Term(first, last) for first, last in known.terms))
    closures = tuple(Closure(first, last, published, opens, "考点") for first, last, published, opens in known.closures)
    return DeskTime(
        Calendars([Gazette("g", known.first, known.last, known.rest, known.makeup)], [terms]),
        "school",
        (OfficeRow(ALWAYS, clock(known.office[0]), clock(known.office[1])),),
        SchoolTime("990100", "primary", tuple(windows), ((ALWAYS, clock(known.desk_end)),), closures),
    )


@cases(2_500)
@given(facts(), instants)
def test_the_next_school_day_agrees_with_a_walk_over_the_minutes(known: Facts, start: datetime) -> None:
    due = compute_due("30min/next-sd", start, desk(known))
    assert (due.at, due.provisional) == oracle.next_school_begin(known, start)
    assert due.at is not None
    assert timedelta(minutes=30) <= due.at - start <= timedelta(hours=72)


@cases(2_500)
@given(facts(), instants, st.integers(1, 12))
def test_counted_days_agree_with_a_walk_over_the_days(known: Facts, start: datetime, count: int) -> None:
    place = desk(known)
    assert compute_due(f"{count}wd", start, place).at == oracle.nth_day(known, start, count, school=False)
    assert compute_due(f"{count}sd", start, place).at == oracle.nth_day(known, start, count, school=True)
    assert compute_due(f"{count}nd", start, place).at == oracle.natural_end(start, count)


@cases(2_000)
@given(facts(), instants, st.integers(1, 12))
def test_open_hours_agree_with_a_walk_over_the_minutes(known: Facts, start: datetime, hours: int) -> None:
    assert compute_due(f"{hours}h/open", start, desk(known)).at == oracle.open_time(known, start, hours)


@cases(1_000)
@given(facts(), instants)
def test_weeks_agree_with_a_walk_over_the_days(known: Facts, start: datetime) -> None:
    assert compute_due("weekly", start, desk(known)).at == oracle.weekly(known, start)


@cases(600)
@given(facts(), instants, st.integers(1, 5), st.integers(1, 10))
def test_the_earlier_of_two_is_never_later_than_either(known: Facts, start: datetime, school_days: int, natural_days: int) -> None:
    due = compute_due(f"{school_days}sd≤{natural_days}nd", start, desk(known))
    by_school = oracle.nth_day(known, start, school_days, school=True)
    by_nature = oracle.natural_end(start, natural_days)
    assert due.at == (min(by_school, by_nature) if by_school else by_nature)
    assert due.provisional == (by_school is None and by_nature > oracle.midnight(min(known.last, known.terms_last) + timedelta(days=1)))


@cases(800)
@given(facts(), instants, st.timedeltas(timedelta(), timedelta(days=5)))
def test_delivered_later_is_never_due_earlier(known: Facts, start: datetime, later: timedelta) -> None:
    """INVARIANT: a later delivery has no earlier due under fixed calendars — broken by any rule that jumps back over a school day."""
    settled = Facts(**{**vars(known), "closures": tuple((a, b, at("2000-01-01 00:00"), d) for a, b, _, d in known.closures)})
    place = desk(settled)
    for form in ("30min/next-sd", "2wd", "3sd", "4h/open", "2nd", "1sd≤96h", "weekly", "daily@17:00"):
        first, second = compute_due(form, start, place).at, compute_due(form, start + later, place).at
        assert first is None or second is None or first <= second, form


@pytest.mark.parametrize("school", [A, E, K])
def test_over_a_whole_term_no_later_delivery_is_due_earlier(school: str) -> None:
    """INVARIANT: the same over every four minutes of the autumn term — broken by a holiday, a make-up day or a new timetable."""
    start, before = at("09-01 00:00"), at("09-01 00:00")
    place = school_time(school, start)
    while start < at("2027-01-01 00:00"):
        due = compute_due("30min/next-sd", start, place).at
        assert due is not None
        assert due >= before, start
        before = due
        start += timedelta(minutes=4)
