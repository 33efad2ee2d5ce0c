"""What the police state in these tests: alarms, each an incident of its own, and what follows them; with or without poison."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from contracts.envelope import Envelope, Event, wire_type
from contracts.ids import uuid7
from contracts.registry import event_type
from topics.codec import encode

MONDAY = datetime(2026, 9, 21, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
ALARMS = "xietong.police.alarm.v1"
RAISED = "police.alarm.raised"
POLICE_110 = "police.110-desk@pb-990102"
SCHOOL = "2199000101"
TOLD = frozenset({
    "school.duty-desk@2199000101", "school.law-vice-principal@2199000101", "police.station-duty@ps-990102-01",
    "education.safety-desk@edu-990102",
})  # fmt: skip
"""Whom the mandates have told of such an alarm."""

ALARM: dict[str, Any] = {
    "kind": "violence", "severity": "urgent", "relation": "perimeter", "schools": (SCHOOL,), "online": False, "place_text": "校门外便道",
    "casualties": 0, "suspect_at_large": False, "advice": ("watch",), "first_disposal": "dispatched",
}  # fmt: skip


@dataclass(frozen=True)
class Message:
    """A record as a producer hands it over; ``event`` where it is one."""

    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...]
    event: Event | None = None

    def but(self, **headers: str) -> "Message":
        """The same record with other headers, and so no event of ours any more."""
        changed = dict(self.headers) | {name: text.encode() for name, text in headers.items()}
        return Message(self.key, self.value, tuple(changed.items()))


def number_of(key: int) -> str:
    return f"J99010220260921{key:04}"


def alarm(key: int, **about: Any) -> Event:
    """The alarm with this number, as it is raised."""
    return _stated(RAISED, key, 1, ALARM, about)


def history(key: int, **about: Any) -> list[Event]:
    """An alarm and what is stated about it afterwards, in order: what only makes sense after what comes before it."""
    return [
        alarm(key),
        _stated(f"{RAISED}.supplemented", key, 2, {"added": {"suspect_look": "灰色外套"}}, about),
        _stated(f"{RAISED}.corrected", key, 3, _moved("校门外便道", "校门东侧便道"), about),
        _stated(f"{RAISED}.corrected", key, 4, _moved("校门东侧便道", "校门西侧便道"), about),
    ]


def _moved(old: str, new: str) -> dict[str, Any]:
    return {"changes": {"place_text": {"old": old, "new": new}}, "reason": "现场复核地点"}


def alarms(first: int = 0) -> Iterator[list[Event]]:
    """One alarm after another, without end."""
    return ([alarm(key)] for key in count(first))


def histories(side_by_side: int) -> Iterator[tuple[Event, ...]]:
    """Alarms with what follows them, without end: each step states the next of a few incidents that are under way."""
    for first in count(step=side_by_side):
        yield from zip(*(history(first + place) for place in range(side_by_side)), strict=True)


def message(event: Event) -> Message:
    """How it lies in a log."""
    encoded = encode(event)
    return Message(encoded.key, encoded.value, encoded.headers, event)


def messages(events: Sequence[Event]) -> list[Message]:
    return [message(event) for event in events]


def _stated(name: str, key: int, revision: int, data: dict[str, Any], about: dict[str, Any] | None = None) -> Event:
    kind = event_type(name)
    model: type[BaseModel] = kind.model
    at = MONDAY + timedelta(seconds=key, milliseconds=revision)
    said = model.model_validate({"alarm_no": number_of(key), **data})
    parts = {
        "id": uuid7(at, key.to_bytes(6, "big") + revision.to_bytes(4, "big")), "source": "/police/pb-990102", "type": wire_type(name),
        "subject": kind.key(said), "time": at, "dataschema": kind.dataschema, "known_at": at, "county": "990102", "revision": revision,
        "publisher": POLICE_110,
    }  # fmt: skip
    return Event(Envelope.model_validate(parts | (about or {})), said)
