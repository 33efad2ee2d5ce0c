import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.ids import derived_id, time_of, uuid7

MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2199, 12, 31), timezones=st.just(UTC))


@given(MOMENTS, st.binary(min_size=10, max_size=10))
def test_the_time_of_an_id_is_the_millisecond_it_was_made_from(moment: datetime, tail: bytes) -> None:
    for identity in (uuid7(moment, tail), derived_id(moment, tail.hex())):
        assert moment - timedelta(milliseconds=1) <= time_of(identity) <= moment + timedelta(milliseconds=1)


@given(MOMENTS, MOMENTS)
def test_ids_sort_as_their_times(one: datetime, other: datetime) -> None:
    if one + timedelta(milliseconds=2) < other:
        assert derived_id(one, "a") < derived_id(other, "a")


def test_ids_are_uuids_of_their_version() -> None:
    moment = datetime(2026, 9, 21, tzinfo=UTC)
    assert uuid.UUID(uuid7(moment, bytes(10))).version == 7
    assert uuid.UUID(derived_id(moment, "a")).version == 8
    assert derived_id(moment, "a", "b") != derived_id(moment, "ab")


def test_a_text_that_is_no_id_has_no_time() -> None:
    with pytest.raises(ValueError, match="UUID"):
        time_of("not-an-id")
