"""What is known of one event type: its models, its key, who may state it and how fast."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from pydantic import BaseModel

from contracts.envelope import wire_type

Mark = Literal["S", "C", "L", "W", "X"]
Codes = frozenset[str | bool]
"""Values that a condition waits for: codes of a list, or yes and no."""
KeyScope = Literal["county", "agency", "unit"]
"""Within what a number tells one case from another: a county, one agency in it, or one unit."""

KEY_FIELDS, KEY_PARTS = "+", "/"
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
    codes: Codes = frozenset()

    def holds(self, data: Mapping[str, Any]) -> bool:
        return self.field is None or data.get(self.field) in self.codes


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A field that fewer views see in some case.

    In the case (``when_field`` holds one of ``when_codes``, and ``and_field`` one of ``and_codes``; no field = always) only ``views`` see
    it, and ``own_school`` views see of it nothing but what concerns their own school. Of its sealed rows ``own_community`` views see those
    of their own community, and a town's office those whose community nobody knows.
    """

    field: str
    views: frozenset[str]
    when_field: str | None = None
    when_codes: Codes = frozenset()
    own_school: frozenset[str] = frozenset()
    and_field: str | None = None
    and_codes: Codes = frozenset()
    own_community: frozenset[str] = frozenset()

    def holds(self, data: Mapping[str, Any]) -> bool:
        cases = ((self.when_field, self.when_codes), (self.and_field, self.and_codes))
        return all(field is None or data.get(field) in codes for field, codes in cases)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType:
    """One type and major version. ``model``: on the wire; ``intake_model``: the data of a POST (None: no agency may post it).

    ``key_field``: the field that holds the key; several are joined by ``+`` (``school_id+month``), their values in the key by ``/``.
    ``joins``: it says something about what another type of its family opened (an outcome, a slip, a visit), with fields of its own.
    ``apart``: the field that tells one statement of a key from the next; each is a matter of its own, and the key only orders them.
    ``row``: the field that tells several statements of the type within one incident apart (the visit of each row of a list).
    ``openers``: the roles that alone may open its sealed rows at their agency; agencies without one here follow their own rule.
    ``law_within``: the bound of the law from known_at, beside our own; ``law``: where it stands.
    ``publisher_views``: the views that learn which desk stated it (None: all)."""

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
    law_within: str | None = None
    law: str = ""
    key_scope: KeyScope = "county"
    narrowings: tuple[Narrowing, ...] = ()
    joins: bool = False
    apart: str | None = None
    row: str | None = None
    openers: tuple[str, ...] = ()
    publisher_views: frozenset[str] | None = None

    @property
    def wire(self) -> str:
        """``xietong.police.alarm.raised.v1``."""
        return wire_type(self.name, self.major)

    @property
    def dataschema(self) -> str:
        return f"urn:xietong:schema:{self.name}:v{self.major}"

    @property
    def key_fields(self) -> tuple[str, ...]:
        """The fields that make up the key, in its order; none where the key comes from elsewhere."""
        return tuple(self.key_field.split(KEY_FIELDS)) if self.key_field else ()

    def key_parts(self, key: str) -> dict[str, str]:
        """The values of the key's fields in a key (``2199000101/2026-09``). A key with fewer parts is a ValueError."""
        fields = self.key_fields
        parts = key.split(KEY_PARTS, len(fields) - 1) if fields else []
        return dict(zip(fields, parts, strict=True))

    def publish_form(self, data: Mapping[str, Any]) -> str | None:
        """The form of the publisher's own deadline for this data; None where the type sets none."""
        return next((within.form for within in self.publish_within if within.holds(data)), None)


def key_of(fields: str) -> Callable[[BaseModel], str]:
    """A key that is one field of the model, or several (``school_id+month``)."""
    return partial(_key_text, tuple(fields.split(KEY_FIELDS)))


def _key_text(fields: tuple[str, ...], data: BaseModel) -> str:
    return KEY_PARTS.join(str(getattr(data, field)) for field in fields)
