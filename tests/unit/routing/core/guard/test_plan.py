"""Which posts stand on a day."""

from datetime import date

import pytest

from services.routing.calendars import load_calendars
from services.routing.core.directory import Directory
from services.routing.core.guard import plan_day, window_end
from services.routing.core.model import World
from services.routing.directory import load_documents
from tests.unit.routing.core.bench import at
from tests.unit.routing.core.guard.places import A, clock

E, C, F = "2199000105", "3499000103", "2199000106"


def posts(world: World, day: date, as_of: str = "09-20 18:00:00") -> dict[tuple[str, str], str]:
    return {
        (post.gate, post.peak): f"{clock(post.starts)[6:11]}–{clock(post.ends)[6:11]}"
        for post in plan_day(world.directory, day, at(as_of)).posts
    }


def test_every_gate_of_every_school_stands_in_each_peak_of_its_timetable(world: World) -> None:
    found = posts(world, date(2026, 9, 21))
    assert {gate for gate, _ in found} == {"A-G1", "A-G2", "B-G1", "C-G1", "D-G1", "E-G1", "G-G1", "H-G1", "K-G1"}
    assert len(found) == 18
    assert (found["A-G2", "am"], found["B-G1", "pm"]) == ("07:00–07:40", "17:30–18:10")


@pytest.mark.parametrize(("day", "window"), [(date(2026, 9, 30), "07:20–07:50"), (date(2026, 10, 8), "07:40–08:10")])
def test_the_timetable_is_the_one_of_that_date(world: World, day: date, window: str) -> None:
    assert posts(world, day)["E-G1", "am"] == window


@pytest.mark.parametrize(
    ("day", "taught"),
    [
        (date(2026, 9, 20), True),
        (date(2026, 9, 19), False),
        (date(2026, 10, 1), False),
        (date(2026, 10, 10), True),
        (date(2026, 2, 28), False),
    ],
)
def test_only_school_days_have_posts(world: World, day: date, taught: bool) -> None:
    assert (("A-G1", "am") in posts(world, day)) == taught


def test_a_school_that_is_closed_has_none_and_the_others_have_theirs(world: World) -> None:
    found = posts(world, date(2026, 6, 9), "06-08 18:00:00")
    assert ("C-G1", "am") not in found
    assert ("A-G1", "am") in found
    assert ("C-G1", "am") in posts(world, date(2026, 6, 9), "05-19 18:00:00"), "before the closure was published"


def test_a_day_without_a_calendar_is_not_guessed(world: World) -> None:
    plan = plan_day(world.directory, date(2027, 1, 4), at("12-31 18:00:00"))
    assert (plan.posts, plan.pending) == ((), ("state-council/2027",))


def test_a_merged_school_has_no_posts_of_its_own(world: World) -> None:
    assert all(post.school != F for post in plan_day(world.directory, date(2026, 9, 21), at("09-20 18:00:00")).posts)


def changed(**school: object) -> Directory:
    documents = [{**one, **school} if one["unit"] == A else one for one in load_documents()]
    return Directory.build(documents, 2, load_calendars())


def test_a_school_without_a_timetable_has_the_usual_windows() -> None:
    found = {
        post.peak: clock(post.starts)
        for post in plan_day(changed(windows=[]), date(2026, 9, 21), at("09-20 18:00:00")).posts
        if post.school == A
    }
    assert found == {"am": "09-21 07:00:00", "pm": "09-21 16:30:00"}


def test_a_window_of_other_weekdays_stands_in_on_a_make_up_sunday_alone() -> None:
    monday_to_friday = [
        {"from": "2025-09-01", "gate": "A-G1", "peak": "night", "starts": "20:00", "ends": "20:30", "weekdays": [1, 2, 3, 4, 5]}
    ]
    friday = [{**monday_to_friday[0], "weekdays": [5]}]
    nights = [
        [post for post in plan_day(changed(windows=rows), day, at("09-18 18:00:00")).posts if (post.school, post.peak) == (A, "night")]
        for rows, day in ((monday_to_friday, date(2026, 9, 20)), (friday, date(2026, 9, 21)), (monday_to_friday, date(2026, 9, 21)))
    ]
    assert [len(found) for found in nights] == [1, 0, 1]


def test_a_county_that_is_not_on_the_bus_has_no_posts() -> None:
    documents = [
        {**one, "rows": [{**one["rows"][0], "onboarding": "none"}]} if one["unit"] == "area-990102" else one for one in load_documents()
    ]
    directory = Directory.build(documents, 2, load_calendars())
    assert {post.county for post in plan_day(directory, date(2026, 9, 21), at("09-20 18:00:00")).posts} == {"990103", "990202", "985201"}


def test_the_end_of_a_window_is_found_by_gate_and_peak(world: World) -> None:
    assert clock(window_end(world.directory, A, "A-G2", "pm", date(2026, 9, 21))) == "09-21 17:20:00"
    assert window_end(world.directory, A, "B-G1", "pm", date(2026, 9, 21)) is None
    assert window_end(world.directory, A, "A-G2", "night", date(2026, 9, 21)) is None
