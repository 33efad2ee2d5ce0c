"""Averages of ratings: of few none, and none that the sums would tell."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.routing.core.sla.figures import POINTS, RATED, Figures, combine
from services.routing.core.sla.hiding import TOTAL
from services.routing.core.sla.rating import FEWEST, averages

Given = Mapping[str, tuple[int, int]]


def lines(given: Given) -> dict[str, Figures]:
    """Lines by key with how often they were rated and the points, and their sums."""
    made = {key: Figures({RATED: count, POINTS: points}) for key, (count, points) in given.items()}
    return {**made, TOTAL: combine(made.values())}


@pytest.mark.parametrize(
    ("counted", "shown"),
    [
        ({}, {}),
        ({"a": (5, 21)}, {"a": 4.2, TOTAL: 4.2}),
        ({"a": (4, 16)}, {}),
        ({"a": (4, 16), "b": (3, 9)}, {TOTAL: 3.57}),
        ({"a": (2, 10), "b": (2, 2), "c": (6, 24)}, {TOTAL: 3.6}),
        ({"a": (3, 3), "b": (3, 9), "c": (6, 24)}, {"c": 4.0, TOTAL: 3.0}),
        ({"a": (1, 1), "b": (20, 80), "c": (6, 24)}, {"b": 4.0, TOTAL: 3.89}),
        ({"a": (1, 1), "b": (20, 80)}, {TOTAL: 3.86}),
        ({"a": (0, 0), "b": (20, 80)}, {"b": 4.0, TOTAL: 4.0}),
    ],
    ids=[
        "none",
        "enough",
        "few",
        "few and few",
        "few of two",
        "enough of two",
        "one alone takes the smallest along",
        "one of two",
        "never rated",
    ],
)
def test_an_average_is_shown_of_five_and_where_it_tells_no_smaller_one(counted: Given, shown: dict[str, float]) -> None:
    assert averages(lines(counted)) == shown


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 9), min_size=1))
def test_what_is_left_of_the_sums_is_never_one_line_nor_few(counts: dict[str, int]) -> None:
    """INVARIANT: the sums less what is shown tell nobody's score — broken by hiding the small lines alone."""
    shown = averages(lines({key: (count, 3 * count) for key, count in counts.items()}))
    assert all(counts[key] >= FEWEST for key in shown if key != TOTAL)
    left = [count for key, count in counts.items() if count and key not in shown]
    assert TOTAL not in shown or not left or (len(left) > 1 and sum(left) >= FEWEST)


def test_the_average_of_an_agency_does_not_tell_that_of_its_one_desk_with_few() -> None:
    desks = lines({"a": (6, 24), "b": (1, 1), "c": (5, 25), "d": (2, 2)})
    tables = {**desks, "x": combine((desks["a"], desks["b"])), "y": combine((desks["c"], desks["d"]))}
    wholes = [(TOTAL, "abcd"), (TOTAL, "xy"), ("x", "ab"), ("y", "cd")]
    assert averages(tables, wholes) == {TOTAL: 3.71, "x": 3.57, "y": 3.86}
