from hypothesis import given
from hypothesis import strategies as st

from infra.messaging.ledger import Log, Noted, Position, compare

FIRST = (0, 1000)


def test_an_unknown_log_is_read_from_its_first_record() -> None:
    assert compare(None, Log((7, 5), 9)) == Position(0, 7, (7, 5), "new")
    assert compare(None, Log(None, 0)) == Position(0, 0, None, "new")
    assert compare(None, Log(None, 40)) == Position(0, 40, None, "new")


def test_a_known_log_is_read_on_where_the_ledger_stands() -> None:
    assert compare(Noted(2, 5, FIRST), Log(FIRST, 9)) == Position(2, 5, FIRST, "same")
    assert compare(Noted(2, 9, FIRST), Log(FIRST, 9)).finding == "same"


def test_a_log_that_ends_before_the_ledger_was_wiped() -> None:
    assert compare(Noted(2, 5, FIRST), Log((0, 2000), 3)) == Position(3, 0, (0, 2000), "wiped")
    assert compare(Noted(0, 5, FIRST), Log(None, 0)) == Position(1, 0, None, "wiped")


def test_a_log_that_was_wiped_and_filled_beyond_the_ledger_is_known_by_its_first_record() -> None:
    """INVARIANT: nothing of a new log is skipped — broken by comparing offsets alone."""
    assert compare(Noted(0, 5, FIRST), Log((0, 2000), 500)) == Position(1, 0, (0, 2000), "wiped")
    assert compare(Noted(0, 50, (30, 1000)), Log((0, 2000), 500)).finding == "wiped"


def test_records_gone_by_retention_are_no_wipe() -> None:
    assert compare(Noted(0, 50, FIRST), Log((30, 1500), 90)) == Position(0, 50, (30, 1500), "same")


def test_records_gone_before_they_were_read_are_a_hole() -> None:
    assert compare(Noted(0, 10, FIRST), Log((30, 1500), 90)) == Position(0, 30, (30, 1500), "hole")


def test_a_log_emptied_by_retention_is_read_on() -> None:
    assert compare(Noted(0, 50, FIRST), Log(None, 50)) == Position(0, 50, FIRST, "same")


firsts = st.none() | st.tuples(st.integers(0, 50), st.integers(0, 3))


@given(st.builds(Noted, st.integers(0, 3), st.integers(0, 60), firsts), firsts, st.integers(0, 60))
def test_reading_on_never_leaves_the_log_and_never_skips_what_it_holds(noted: Noted, first: tuple[int, int] | None, more: int) -> None:
    log = Log(first, first[0] + 1 + more if first else more)
    position = compare(noted, log)
    begin = first[0] if first else log.end
    assert position.finding == "wiped" or begin <= position.next_offset <= log.end
    if position.finding == "same":
        assert position.next_offset == noted.next_offset
    else:
        assert position.next_offset in (begin, 0)
    assert position.generation == noted.generation + (position.finding == "wiped")
