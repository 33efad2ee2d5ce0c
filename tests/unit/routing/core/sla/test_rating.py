"""Averages of ratings: of few none, and none that the sums would tell."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.routing.core.sla.figures import POINTS, RATED, Figures, combine
from services.routing.core.sla.rating import FEWEST, averages
from services.routing.core.sla.sums import TOTAL, Column

Given = Mapping[str, tuple[int, int]]


def lines(given: Given) -> dict[str, Figures]:
    """Lines by key with how often they were rated and the points, and their sums."""
    made = {key: Figures({RATED: count, POINTS: points}) for key, (count, points) in given.items()}
    return {**made, TOTAL: combine(made.values())}


def everything(given: Given) -> Column:
    return TOTAL, tuple(given)


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
    assert averages(lines(counted), [everything(counted)]) == shown


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 9), min_size=1))
def test_what_is_left_of_the_sums_is_never_one_line_nor_few(counts: dict[str, int]) -> None:
    """INVARIANT: the sums less what is shown tell nobody's score — broken by hiding the small lines alone."""
    given = {key: (count, 3 * count) for key, count in counts.items()}
    shown = averages(lines(given), [everything(given)])
    assert all(counts[key] >= FEWEST for key in shown if key != TOTAL)
    left = [count for key, count in counts.items() if count and key not in shown]
    assert TOTAL not in shown or not left or (len(left) > 1 and sum(left) >= FEWEST)


def test_a_unit_does_not_tell_what_one_of_its_two_desks_was_rated() -> None:
    """Five of a desk, one of its colleague: the unit's six less the five would be the one."""
    desks: Given = {"desk/a": (5, 20), "desk/b": (1, 1), "desk/c": (7, 28)}
    found = lines(desks)
    units = {"unit/ab": combine((found["desk/a"], found["desk/b"])), "unit/c": found["desk/c"]}
    columns = [(TOTAL, tuple(desks)), (TOTAL, tuple(units)), ("unit/ab", ("desk/a", "desk/b")), ("unit/c", ("desk/c",))]
    assert averages(found, [everything(desks)]).keys() == {"desk/c", TOTAL}
    assert averages(found | units, columns).keys() == {"desk/c", "unit/ab", "unit/c", TOTAL}


@given(st.lists(st.tuples(st.sampled_from("xyz"), st.integers(0, 9)), min_size=1, max_size=7))
def test_no_sum_of_units_tells_a_desk(drawn: list[tuple[str, int]]) -> None:
    """INVARIANT: neither a unit less its shown desks nor the sums less shown units tell one line or few — broken by hiding each table alone."""
    desks = {f"desk/{number}": (count, 3 * count) for number, (_, count) in enumerate(drawn)}
    found = lines(desks)
    parts = {f"unit/{unit}": tuple(f"desk/{number}" for number, (of, _) in enumerate(drawn) if of == unit) for unit, _ in drawn}
    found |= {unit: combine(found[desk] for desk in several) for unit, several in parts.items()}
    columns = [(TOTAL, tuple(desks)), (TOTAL, tuple(parts)), *parts.items()]
    shown = averages(found, columns)
    for whole, several in columns:
        left = [found[key].count(RATED) for key in several if found[key].count(RATED) and key not in shown]
        assert whole not in shown or not left or (len(left) > 1 and sum(left) >= FEWEST)
        assert whole in shown or left or not found[whole].count(RATED), "what is hidden is not the sum of what is shown"


def test_the_average_of_an_agency_does_not_tell_that_of_its_one_desk_with_few() -> None:
    desks = lines({"a": (6, 24), "b": (1, 1), "c": (5, 25), "d": (2, 2)})
    tables = {**desks, "x": combine((desks["a"], desks["b"])), "y": combine((desks["c"], desks["d"]))}
    wholes = [(TOTAL, "abcd"), (TOTAL, "xy"), ("x", "ab"), ("y", "cd")]
    assert averages(tables, wholes) == {TOTAL: 3.71, "x": 3.57, "y": 3.86}
