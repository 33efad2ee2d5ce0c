"""Type and version → what is known of it. The one place that lists the contract files."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from contracts import bus, civil, community, cyberspace, education, fire, health, housing, market, police, schools, urban
from contracts.envelope import WIRE_TYPE, Envelope
from contracts.event_type import SUFFIXES, EventType, Mark, Narrowing, Within

__all__ = [
    "SUFFIXES",
    "EventType",
    "Mark",
    "Narrowing",
    "UnknownType",
    "Within",
    "all_types",
    "event_type",
    "follow_ups",
    "parse",
    "register",
    "type_on_wire",
]


class UnknownType(ValueError):
    """No such event type: ``name`` is not in the contracts."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no such event type: {name}")
        self.name = name


_BY_NAME: dict[str, EventType] = {}
_BY_WIRE: dict[str, EventType] = {}


def register(types: Iterable[EventType]) -> None:
    """Add types of another contract file. A name that is taken by another type is a ValueError."""
    for one in types:
        if _BY_NAME.get(one.name, one) is not one:
            raise ValueError(f"event type is declared twice: {one.name}")
        _BY_NAME[one.name] = one
        _BY_WIRE[one.wire] = one


register(
    (
        *civil.TYPES,
        *community.TYPES,
        *cyberspace.TYPES,
        *education.TYPES,
        *fire.TYPES,
        *health.TYPES,
        *housing.TYPES,
        *market.TYPES,
        *police.TYPES,
        *schools.TYPES,
        *urban.TYPES,
        *bus.TYPES,
    )
)


def all_types() -> tuple[EventType, ...]:
    """Every registered type, by name."""
    return tuple(sorted(_BY_NAME.values(), key=lambda one: one.name))


def event_type(name: str) -> EventType:
    """The type of that name (``police.alarm.raised``), else UnknownType."""
    found = _BY_NAME.get(name)
    if found is None:
        raise UnknownType(name)
    return found


def type_on_wire(wire: str) -> EventType:
    """The type of a CloudEvents ``type`` (``xietong.police.alarm.raised.v1``), else UnknownType."""
    found = _BY_WIRE.get(wire)
    if found is None:
        raise UnknownType(wire if WIRE_TYPE.match(wire) else "(not a type of this bus)")
    return found


def follow_ups(head: str) -> tuple[EventType, ...]:
    """The follow-up types of a head."""
    return tuple(one for one in all_types() if one.head == head)


def parse(envelope: Envelope, raw: bytes | dict[str, Any]) -> BaseModel:
    """Data of an event as a reader takes it: fields of a newer writer are ignored. UnknownType, pydantic.ValidationError."""
    model = type_on_wire(envelope.type).model
    if isinstance(raw, dict):
        return model.model_validate(raw, extra="ignore")
    return model.model_validate_json(raw, extra="ignore")
