from typing import Annotated

import pytest

from contracts.envelope import Closed
from contracts.fields import say
from contracts.forms import intake_form
from contracts.registry import all_types
from contracts.sealed import PlainRow, Pupil, SealedRow, Share, shares_of
from contracts.sealing import sealed_places


class Child(PlainRow):
    """The police see all, civil affairs the place alone."""

    name: Annotated[str, say("P", "minor", "用途", "姓名", sealed=True)]
    address: Annotated[str, say("P W", "minor", "用途", "住址", sealed=True)]


class Report(Closed):
    """Has room for one child."""

    children: Annotated[tuple[SealedRow, ...], say("P W", "minor", "用途", "儿童", sealed=True, min_length=1, max_length=2)]


def test_views_that_see_the_same_share_one_row() -> None:
    (share,) = shares_of(Pupil, frozenset("SP"))
    assert share == Share(frozenset("SP"), frozenset({"name", "class", "pupil_no", "age_band", "guardian_phone"}))


def test_a_view_that_sees_less_gets_a_row_of_its_own() -> None:
    assert shares_of(Child, frozenset("PW")) == (
        Share(frozenset("P"), frozenset({"name", "address"})),
        Share(frozenset("W"), frozenset({"address"})),
    )


def test_a_view_that_could_open_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="view E sees nothing of Child"):
        shares_of(Child, frozenset("PE"))


def test_a_post_holds_as_many_rows_as_their_sealed_rows_have_room_and_needs_them_where_the_event_does() -> None:
    field = intake_form(Report, {"children": Child}).model_fields["children"]
    assert [getattr(one, "max_length", None) for one in field.metadata if hasattr(one, "max_length")] == [1]
    assert field.is_required()


def test_every_view_of_every_sealed_field_can_open_something() -> None:
    for kind in all_types():
        for place in sealed_places(kind.name):
            assert place.views
            assert not place.views & {"L"}, kind.name
