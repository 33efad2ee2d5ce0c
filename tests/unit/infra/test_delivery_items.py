import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.messaging.delivery import Poison, Record
from infra.messaging.delivery.item import Item, Stretch, fault_of, firsts, read, stretches
from tests.integration.messaging.mail import DELIVERED, answer, record

ACCEPTS = frozenset({DELIVERED})


def place(partition: int, offset: int, ms: int = 0) -> Item:
    return Item(Record("t", partition, offset, ms, None, (), b""))


def test_a_good_record_is_an_event() -> None:
    item = read(record(answer(1), 5), ACCEPTS)
    assert item.good
    assert item.identity == answer(1).identity


@pytest.mark.parametrize("value", [None, b"", b"null", b"[]", b"{", b"\xff", b"{}"])
def test_whatever_the_bytes_are_an_item_comes_out(value: bytes | None) -> None:
    good = record(answer(1), 5)
    item = read(Record("t", 0, 5, 1, None, good.headers, value), ACCEPTS)
    assert not item.good
    assert item.fault is not None
    assert item.fault.error == "Undecodable"


@given(st.lists(st.tuples(st.text(max_size=20), st.binary(max_size=20)), max_size=5), st.none() | st.binary(max_size=50))
def test_no_bytes_at_all_raise(headers: list[tuple[str, bytes]], value: bytes | None) -> None:
    assert not read(Record("t", 0, 0, 0, b"", tuple(headers), value), ACCEPTS).good


def test_a_known_type_that_is_not_expected_keeps_its_envelope_so_that_its_publisher_can_be_told() -> None:
    item = read(record(answer(1), 5), frozenset())
    assert item.fault is not None
    assert (item.fault.reason, item.identity) == ("unexpected-type", answer(1).identity)


def test_an_envelope_that_postgresql_could_not_store_counts_as_unreadable() -> None:
    good = record(answer(1), 5)
    headers = tuple((name, b"x\0y" if name == "ce_id" else value) for name, value in good.headers)
    item = read(Record("t", 0, 5, 1, good.key, headers, good.value), ACCEPTS)
    assert not item.good
    assert item.identity is None


def test_the_fault_of_a_handler_never_quotes_what_it_raised() -> None:
    assert fault_of(KeyError("13900000000")).detail == "KeyError"
    assert fault_of(Poison("stale", "revision 3")).detail == "revision 3"


def test_the_same_event_counts_once_in_order_of_arrival() -> None:
    items = [read(record(answer(number), offset), ACCEPTS) for offset, number in enumerate([2, 1, 2])]
    assert list(firsts(items)) == [answer(2).identity, answer(1).identity]


def test_a_stretch_spans_a_partitions_records_in_whatever_order() -> None:
    items = [place(0, 5, 50), place(1, 9, 90), place(0, 3, 30), place(0, 4, 40)]
    assert stretches(items) == {("t", 0): Stretch(3, 6, 30), ("t", 1): Stretch(9, 10, 90)}
