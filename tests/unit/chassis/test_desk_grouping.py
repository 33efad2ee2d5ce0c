from datetime import UTC, datetime, timedelta
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from contracts.envelope import Envelope, Event, wire_type
from contracts.ids import uuid7
from contracts.registry import event_type
from services.chassis.desk.case import Case
from services.chassis.desk.grouping import WRITES, grouped
from services.chassis.marks import Marks

START = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
DESK = "school.duty-desk@2199000101"


class Said:
    """As much of a message as grouping looks at."""

    def __init__(self, row: str) -> None:
        self.notification = self.task = self.event_id = row


def a_case(number: int, name: str, incident: str, row: str) -> Case:
    at = START + timedelta(seconds=number)
    envelope = Envelope(
        id=uuid7(at, number.to_bytes(10, "big")), source="/routing", type=wire_type(name), subject=incident, time=at,
        dataschema=event_type(name).dataschema, known_at=at, county="990102", incident=incident, publisher="bus.routing@bus-990100",
        recipient=DESK,
    )  # fmt: skip
    return Case(cast(Any, None), Event(envelope, cast(Any, Said(row))), Marks(), "schools")


MESSAGES = st.lists(
    st.tuples(
        st.sampled_from(["bus.notification.issued", "bus.duty.timed", "bus.notification.withdrawn", "bus.task.opened", "bus.decision.made"]),
        st.sampled_from(["i1", "i2", "i3"]),
        st.sampled_from(["r1", "r2"]),
    ),
    max_size=30,
)


@given(MESSAGES)
def test_the_messages_of_an_incident_keep_their_order_and_a_statement_writes_no_row_twice(messages: list[tuple[str, str, str]]) -> None:
    """INVARIANT: order kept per incident, however a batch is written — broken by a group that reaches over another one."""
    cases = [a_case(number, name, incident, f"{incident}-{row}") for number, (name, incident, row) in enumerate(messages)]
    groups = grouped(cases)
    after = [case for group in groups for case in group]
    assert sorted(map(id, after)) == sorted(map(id, cases))
    for incident in ("i1", "i2", "i3"):
        assert [c for c in after if c.incident == incident] == [c for c in cases if c.incident == incident]
    for group in groups:
        assert len({case.event.name for case in group}) == 1
        if group[0].event.name in WRITES:
            rows = [WRITES[case.event.name](case.event.data) for case in group]
            assert len(set(rows)) == len(rows)


def test_what_can_be_written_together_is() -> None:
    cases = [a_case(n, "bus.notification.issued" if n % 2 else "bus.duty.timed", f"i{n}", f"n{n}") for n in range(20)]
    assert [len(group) for group in grouped(cases)] == [10, 10]


def test_another_version_of_a_row_is_written_after_the_first() -> None:
    cases = [a_case(n, "bus.notification.issued", "i1", "n1") for n in range(3)]
    assert [len(group) for group in grouped(cases)] == [1, 1, 1]
