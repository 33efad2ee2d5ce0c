"""A batch taken apart into groups that one statement can write, without changing the order of any incident's messages."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from services.chassis.desk.case import Case

WRITES: Mapping[str, Callable[[Any], str | None]] = {
    "bus.notification.issued": lambda message: message.notification,
    "bus.duty.timed": lambda message: message.notification or message.task,
    "bus.task.opened": lambda message: message.task,
    "bus.decision.made": lambda message: message.event_id,
}
"""The row that a message of a type writes; a statement writes a row once, so a group holds each once."""


class _Group:
    def __init__(self, name: str) -> None:
        self.name = name
        self.cases: list[Case] = []
        self._rows: set[tuple[str, str | None]] = set()

    def takes(self, case: Case) -> bool:
        return case.event.name == self.name and (self.name not in WRITES or _row(case) not in self._rows)

    def add(self, case: Case) -> None:
        self.cases.append(case)
        if self.name in WRITES:
            self._rows.add(_row(case))


def _row(case: Case) -> tuple[str, str | None]:
    return case.envelope.recipient or "", WRITES[case.event.name](case.event.data)


def grouped(cases: Iterable[Case]) -> list[Sequence[Case]]:
    """Groups of one type each: a message joins the first group of its type that is not before one with an earlier message of its incident."""
    groups: list[_Group] = []
    reached: dict[str, int] = {}
    for case in cases:
        place = next((n for n in range(reached.get(case.incident, 0), len(groups)) if groups[n].takes(case)), len(groups))
        if place == len(groups):
            groups.append(_Group(case.event.name))
        groups[place].add(case)
        reached[case.incident] = place
    return [group.cases for group in groups]
