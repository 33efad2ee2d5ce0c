"""What is known of one event type: its models, its key, who may state it and how fast."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from pydantic import BaseModel

from contracts.envelope import wire_type

Mark = Literal["S", "C", "L", "W", "X"]
KeyScope = Literal["county", "unit"]

SUFFIXES: Mapping[Mark, str] = {
    "S": "supplemented",
    "C": "corrected",
    "L": "level-changed",
    "W": "withdrawn",
    "X": "concluded",
}


@dataclass(frozen=True, slots=True)
class Within:
    """The publisher's duty: ``form`` in the notation of the clocks, from known_at.

    It holds for ``codes`` of ``field``, or (no field) for the rest.
    """

    form: str
    field: str | None = None
    codes: frozenset[str] = frozenset()

    def holds(self, data: Mapping[str, Any]) -> bool:
        return self.field is None or data.get(self.field) in self.codes


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A field that fewer views see in some case.

    In the case (``when_field`` holds one of ``when_codes``; no field = always) only ``views`` see it, and ``own_school`` views see of it
    nothing but what concerns their own school.
    """

    field: str
    views: frozenset[str]
    when_field: str | None = None
    when_codes: frozenset[str] = frozenset()
    own_school: frozenset[str] = frozenset()

    def holds(self, data: Mapping[str, Any]) -> bool:
        return self.when_field is None or data.get(self.when_field) in self.when_codes


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType:
    """One type and major version. ``model``: on the wire; ``intake_model``: the data of a POST (None: no agency may post it).

    ``joins``: it says something about what another type of its family opened (an outcome, a slip, a visit), with fields of its own."""

    name: str
    title: str
    model: type[BaseModel]
    key: Callable[[BaseModel], str]
    family: str
    publishers: tuple[str, ...]
    major: int = 1
    intake_model: type[BaseModel] | None = None
    key_field: str | None = None
    head: str | None = None
    mark: Mark | None = None
    publish_within: tuple[Within, ...] = ()
    key_scope: KeyScope = "county"
    narrowings: tuple[Narrowing, ...] = ()
    joins: bool = False

    @property
    def wire(self) -> str:
        """``xietong.police.alarm.raised.v1``."""
        return wire_type(self.name, self.major)

    @property
    def dataschema(self) -> str:
        return f"urn:xietong:schema:{self.name}:v{self.major}"

    def publish_form(self, data: Mapping[str, Any]) -> str | None:
        """The form of the publisher's own deadline for this data; None where the type sets none."""
        return next((within.form for within in self.publish_within if within.holds(data)), None)


def key_of(field: str) -> Callable[[BaseModel], str]:
    """A key that is one field of the model."""
    return partial(_field_text, field)


def _field_text(field: str, data: BaseModel) -> str:
    return str(getattr(data, field))
