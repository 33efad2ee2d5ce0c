"""Who is needed, who is rostered, who is there."""

import pytest

from services.routing.core.guard import Required
from services.routing.core.guard.slots import completed, needed, present, standing
from tests.unit.routing.core.bench import at
from tests.unit.routing.core.guard.places import came, post, roster

SEVEN = at("09-21 07:00:00")


def wanted(*rows: str) -> list[Required]:
    return [Required("A-G2", "am", slot, int(count)) for slot, count in (row.split() for row in rows)]


@pytest.mark.parametrize(
    ("rows", "need"),
    [
        ((), {"police": 1, "school": 1, "parent": 0}),
        (("parent 2",), {"police": 1, "school": 1, "parent": 2}),
        (("police 2", "school 0"), {"police": 2, "school": 0, "parent": 0}),
        (("auxiliary 1",), {"police": 1, "school": 1, "parent": 0}),
        (("police 1", "auxiliary 1"), {"police": 2, "school": 1, "parent": 0}),
    ],
)
def test_a_roster_says_otherwise_than_the_gate_only_where_it_says_something(rows: tuple[str, ...], need: dict[str, int]) -> None:
    assert needed(post(), wanted(*rows)) == need


def test_a_number_for_another_gate_or_peak_says_nothing_here() -> None:
    others = [Required("A-G1", "am", "police", 3), Required("A-G2", "pm", "police", 3)]
    assert needed(post(), others)["police"] == 1


def test_a_gate_that_needs_the_school_alone_needs_no_police() -> None:
    assert needed(post(required={"school": 1}), ()) == {"police": 0, "school": 1, "parent": 0}


def test_the_version_in_force_is_the_last_one_published_by_then() -> None:
    rosters = [roster(1, "09-20 17:00:00"), roster(2, "09-21 06:30:00", ["school s2"]), roster(3, "09-21 07:00:01", ["police p9"])]
    assert standing(post(), rosters, SEVEN).persons["police"] == frozenset()
    assert standing(post(), rosters, SEVEN).persons["school"] == {"s2"}
    assert standing(post(), rosters, at("09-21 06:29:59")).persons["police"] == {"p1"}


def test_a_correction_that_says_nothing_of_the_rows_leaves_them_as_they_were() -> None:
    rosters = [roster(1, "09-20 17:00:00"), roster(2, "09-20 19:00:00", None, ["police 2"])]
    found = standing(post(), rosters, SEVEN)
    assert (found.persons["police"], found.need["police"]) == ({"p1"}, 2)


def test_auxiliaries_stand_for_the_police_and_nobody_counts_twice() -> None:
    checkins = [came("p1", "06:58:12", slot="auxiliary"), came("p1", "06:59:00"), came("s1", "06:59:00", slot="school")]
    assert present(checkins, "police", SEVEN) == {"p1"}
    assert present(checkins, "parent", SEVEN) == frozenset()


def test_whoever_left_is_not_there_and_whoever_came_back_is() -> None:
    checkins = [came("p1", "06:50:00"), came("p1", "06:55:00", act="out"), came("p1", "06:59:00")]
    assert [bool(present(checkins, "police", at(f"09-21 {when}"))) for when in ("06:49:59", "06:50:00", "06:55:00", "06:59:00")] == [
        False, True, False, True,
    ]  # fmt: skip


def test_at_one_instant_leaving_comes_before_coming() -> None:
    checkins = [came("p1", "06:59:00"), came("p1", "06:59:00", act="out")]
    assert present(checkins, "police", SEVEN) == {"p1"}


def test_the_slot_is_complete_with_the_one_who_makes_up_the_number() -> None:
    checkins = [came("p2", "07:20:00"), came("p1", "06:58:00"), came("p3", "07:25:00")]
    first = completed(checkins, "police", 2, after=at("09-21 07:05:00"), until=at("09-21 07:40:00"))
    assert first is not None
    assert first.person == "p2"
    assert completed(checkins, "police", 4, after=SEVEN, until=at("09-21 07:40:00")) is None
    assert completed(checkins, "police", 2, after=SEVEN, until=at("09-21 07:19:59")) is None
