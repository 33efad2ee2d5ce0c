"""Events into records: binary mode."""

from dataclasses import dataclass
from datetime import datetime

from contracts.envelope import Event
from contracts.registry import EventType, type_on_wire
from topics.attributes import NAMES

BINARY = b"application/json"


@dataclass(frozen=True, slots=True)
class Encoded:
    """What goes into a Kafka record."""

    key: bytes
    headers: tuple[tuple[str, bytes], ...]
    value: bytes


class NotOurs(ValueError):
    """An event that this process must not send: its data, schema or subject do not fit its type."""


def encode(event: Event) -> Encoded:
    """Binary mode; key = ``partitionkey`` = subject. An event whose parts do not fit each other is NotOurs, an unknown type UnknownType."""
    envelope = event.envelope
    kind = type_on_wire(envelope.type)
    _check_fit(event, kind)
    headers = [("content-type", BINARY)]
    for field, name in NAMES.items():
        value = getattr(envelope, field)
        if value is not None:
            text = value.isoformat() if isinstance(value, datetime) else str(value)
            headers.append((f"ce_{name}", text.encode()))
    key = envelope.subject.encode()
    headers.append(("ce_partitionkey", key))
    return Encoded(key=key, headers=tuple(headers), value=event.data.model_dump_json(exclude_none=True, by_alias=True).encode())


def _check_fit(event: Event, kind: EventType) -> None:
    if type(event.data) is not kind.model:
        raise NotOurs(f"{kind.name} carries {kind.model.__name__}, not {type(event.data).__name__}")
    if event.envelope.subject != kind.key(event.data):
        raise NotOurs(f"{kind.name}: the subject must be the key of the data")
    if event.envelope.dataschema != kind.dataschema:
        raise NotOurs(f"{kind.name}: dataschema must be {kind.dataschema}")
