"""每周摘要: when a school's digest is due, and what of a check is told, told again, or falls silent."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from services.routing.core.bulletins.digests import Item, next_digest, settled
from services.routing.core.calendar import DayUnknown
from services.routing.core.model import World
from tests.unit.routing.core.bench import at, clock_text
from tests.unit.routing.core.places import SCHOOL, A

ENTRY = {"stated_at": "2026-09-21T10:00:00+08:00", "shop_name": "小百味食品店", "metres": 85}
LATER = at("09-22 10:00:00")


def item(**change: Any) -> Item:
    return replace(Item("MKT-01", "i-1", A, SCHOOL, "990102", at("09-21 10:00:00"), ENTRY), **change)


@pytest.mark.parametrize(
    ("stated", "due"),
    [
        ("09-16 10:00:00", "09-21 09:00"),
        ("09-14 08:59:59", "09-14 09:00"),
        ("09-14 09:00:00", "09-21 09:00"),
        ("09-21 10:00:00", "09-28 09:00"),
        ("09-29 10:00:00", "10-08 09:00"),
        ("10-05 10:00:00", "10-08 09:00"),
        ("07-03 10:00:00", "09-01 09:00"),
    ],
    ids=["a make-up Sunday ends its week", "before nine", "at nine it waits", "next Monday", "after the holiday",
         "in the holiday", "in the summer break"],
)  # fmt: skip
def test_a_digest_is_due_at_nine_on_the_first_school_day_of_a_week(world: World, stated: str, due: str) -> None:
    """A week goes from Monday to Sunday; one without a school day has no digest."""
    assert clock_text(next_digest(world.directory, A, at(stated), at(stated))) == due


def test_no_week_is_guessed_where_no_calendar_tells_it(world: World) -> None:
    with pytest.raises(DayUnknown):
        next_digest(world.directory, A, datetime.fromisoformat("2026-12-30T10:00:00+08:00"), LATER)


def test_what_was_not_told_yet_falls_silent_when_it_no_longer_stands() -> None:
    assert [one.waits for one in settled([item()], [], LATER)] == [False]


def test_what_was_told_is_told_again_once_when_it_no_longer_stands() -> None:
    (gone,) = settled([item(waits=False, told=ENTRY)], [], LATER)
    assert (gone.waits, gone.entry["change"], gone.stated_at) == (True, "removed", LATER)
    (still,) = settled([replace(gone, waits=False, told=gone.entry)], [], at("09-23 10:00:00"))
    assert not still.waits


def test_a_correction_is_told_again_only_where_it_changes_what_the_school_sees() -> None:
    told = item(waits=False, told=ENTRY)
    (same,) = settled([told], [item(stated_at=LATER, entry={**ENTRY, "stated_at": LATER.isoformat()})], LATER)
    (other,) = settled([told], [item(stated_at=LATER, entry={**ENTRY, "metres": 95})], LATER)
    assert not same.waits
    assert (other.waits, other.entry["change"], other.entry["metres"]) == (True, "corrected", 95)


def test_what_stands_again_after_it_was_taken_away_is_told_again() -> None:
    removed = {**ENTRY, "change": "removed"}
    (back,) = settled([item(waits=False, told=removed)], [item(stated_at=LATER)], LATER)
    assert back.waits
