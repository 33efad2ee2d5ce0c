"""Why a record is no event of this bus."""

from collections.abc import Mapping
from typing import Literal

from pydantic import ValidationError

from contracts.envelope import Envelope

BadCode = Literal["bad-json", "bad-envelope", "unknown-type", "bad-data", "null-value", "bad-encoding", "local-only"]
"""``local-only``: a school's own matter that should never have left it."""

MAX_DETAIL = 300
_OWN: Mapping[str, BadCode] = {"local-only": "local-only", "json_invalid": "bad-json"}
"""Faults that have a code of their own."""


class Undecodable(Exception):
    """A record that is no event of this bus. ``detail`` holds no value of the record; ``envelope`` is there when only the data is bad."""

    def __init__(self, code: BadCode, field: str, detail: str, *, envelope: Envelope | None = None) -> None:
        self.code: BadCode = code
        self.field = field
        self.detail = detail[:MAX_DETAIL]
        self.envelope = envelope
        super().__init__(f"{code} {field}: {self.detail}")


def undecodable(code: BadCode, error: ValidationError, envelope: Envelope | None) -> Undecodable:
    """The first fault, or the one that weighs most, without the value that was given."""
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    first = next((one for one in faults if one["type"] in _OWN), faults[0])
    field = ".".join(str(step) for step in first["loc"])[:120] or "data"
    found = _OWN.get(first["type"], code)
    return Undecodable(found, field, f"{first['type']} ({error.error_count()} in all)", envelope=envelope)
