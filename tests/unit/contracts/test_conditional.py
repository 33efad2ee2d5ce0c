from datetime import date

import pytest
from pydantic import BaseModel
from pydantic_core import PydanticCustomError

from contracts.conditional import in_order, needed_if, only_if
from contracts.other import other_needs_words


class Sample(BaseModel):
    note: str | None = None
    kinds: tuple[str, ...] = ()


STATED, SILENT = Sample(note="x"), Sample()


def test_a_field_is_there_exactly_in_its_case() -> None:
    needed_if(STATED, True, "note")
    needed_if(SILENT, False, "note")
    only_if(SILENT, True, "note")
    with pytest.raises(PydanticCustomError) as needed:
        needed_if(SILENT, True, "note")
    with pytest.raises(PydanticCustomError) as stray:
        needed_if(STATED, False, "note")
    assert (needed.value.type, stray.value.type) == ("needed-in-this-case", "not-in-this-case")
    assert needed.value.context == {"field": "note"}


def test_what_follows_does_not_come_before() -> None:
    first, last = date(2026, 9, 1), date(2026, 9, 7)
    in_order(first, last, field="last")
    in_order(first, first, field="last", same=True)
    for earlier, later in ((last, first), (first, first)):
        with pytest.raises(PydanticCustomError, match="last must not come before"):
            in_order(earlier, later, field="last")


def test_other_in_a_list_needs_words_too() -> None:
    other_needs_words(Sample(kinds=("a",)), kinds="note")
    other_needs_words(Sample(kinds=("a", "other"), note="x"), kinds="note")
    with pytest.raises(PydanticCustomError, match="needs words"):
        other_needs_words(Sample(kinds=("a", "other")), kinds="note")
