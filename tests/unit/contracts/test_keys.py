from typing import Annotated

import pytest
from pydantic import ValidationError

from contracts.envelope import Closed
from contracts.event_type import EventType, Narrowing, key_of
from contracts.fields import say
from contracts.followups import Head, with_follow_ups
from contracts.texts import Count, SchoolId
from contracts.values import YearMonth


class Meals(Closed):
    """A made-up monthly list."""

    school_id: Annotated[SchoolId, say("S", "work", "用途", "学校")]
    month: Annotated[YearMonth, say("S", "work", "用途", "月份")]
    count: Annotated[Count, say("S", "work", "用途", "餐数")]


KIND = EventType(
    name="school.meals.listed", title="餐数", model=Meals, intake_model=Meals, key=key_of("school_id+month"), key_field="school_id+month",
    family="meals", publishers=("school.duty-desk",),
)  # fmt: skip
ONE = {"school_id": "2199000101", "month": "2026-09"}


def test_a_key_of_several_fields_joins_their_values() -> None:
    assert KIND.key(Meals.model_validate(ONE | {"count": 1})) == "2199000101/2026-09"
    assert KIND.key_fields == ("school_id", "month")


def test_a_key_is_taken_apart_again() -> None:
    assert KIND.key_parts("2199000101/2026-09") == ONE
    with pytest.raises(ValueError, match="shorter"):
        KIND.key_parts("2199000101")


def test_a_key_of_one_field_may_hold_a_stroke() -> None:
    kind = EventType(name="a.b.c", title="", model=Meals, key=key_of("month"), key_field="month", family="b", publishers=())
    assert kind.key_parts("2199000101/2026-09/1") == {"month": "2199000101/2026-09/1"}


def test_a_key_that_comes_from_elsewhere_has_no_parts() -> None:
    kind = EventType(name="a.b.c", title="", model=Meals, key=key_of("month"), family="b", publishers=())
    assert kind.key_fields == ()
    assert kind.key_parts("x/y") == {}
    with pytest.raises(ValueError, match="no key field"):
        with_follow_ups(Head(of=kind, marks=("W",), rows={}))


def test_a_follow_up_carries_all_fields_of_the_key_and_changes_none() -> None:
    _, corrected = with_follow_ups(Head(of=KIND, marks=("C",), rows={}))
    posted = corrected.intake_model
    assert posted is not None
    data = posted.model_validate(ONE | {"reason": "核实", "changes": {"count": {"old": 1, "new": 2}}})
    assert corrected.key(data) == "2199000101/2026-09"
    with pytest.raises(ValidationError) as refused:
        posted.model_validate(ONE | {"reason": "核实", "changes": {"month": {"old": "2026-09", "new": "2026-10"}}})
    assert {error["type"] for error in refused.value.errors()} == {"extra_forbidden"}


def test_a_narrowing_may_wait_for_two_fields() -> None:
    narrow = Narrowing("pupils", frozenset("P"), "grade", frozenset({"mild"}), and_field="crime", and_codes=frozenset({False}))
    assert narrow.holds({"grade": "mild", "crime": False})
    assert not narrow.holds({"grade": "mild", "crime": True})
    assert not narrow.holds({"grade": "severe", "crime": False})
    assert Narrowing("pupils", frozenset("P")).holds({})
