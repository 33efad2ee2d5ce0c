"""Cursors are opaque: what was not made here is refused, never a failure."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.http.errors import BadCursor
from infra.http.paging import decode_cursor, encode_cursor


@given(st.integers(), st.text(alphabet=st.characters(categories=["L", "N"]), max_size=40))
def test_a_cursor_brings_its_values_back(number: int, text: str) -> None:
    assert decode_cursor(encode_cursor(number, text), (int, str)) == (number, text)


def test_no_cursor_is_the_first_page() -> None:
    assert decode_cursor(None, (str,)) is None


@given(st.text(max_size=60))
def test_any_text_is_refused_or_read(text: str) -> None:
    try:
        read = decode_cursor(text, (str,))
    except BadCursor:
        return
    assert read is not None
    assert isinstance(read[0], str)


@pytest.mark.parametrize("values", [["a", "b"], [1], [True], [None], {"a": 1}, "a", ["a\u0000"], [["a"]]])
def test_a_cursor_of_another_kind_is_refused(values: object) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")
    with pytest.raises(BadCursor):
        decode_cursor(cursor, (str,))
