"""Validation errors as field faults: the path as the caller wrote it, a stable code, both languages, never the value."""

from collections.abc import Mapping, Sequence
from typing import Any

from contracts.refusals import refusal
from infra.http.errors import FieldFault


def field_faults(errors: Sequence[Mapping[str, Any]]) -> tuple[FieldFault, ...]:
    """One fault per field and code, in the order given. The framework's ``body`` in front of a path is left out."""
    found: dict[tuple[str, str], FieldFault] = {}
    for one in errors:
        loc = tuple(one["loc"])
        said = refusal(one["type"], loc[1:] if loc[:1] == ("body",) else loc, one.get("ctx") or {})
        found.setdefault((said.field, said.code), FieldFault(said.field, said.zh, said.en, said.code))
    return tuple(found.values())


def is_unreadable(errors: Sequence[Mapping[str, Any]]) -> bool:
    """True when the body was no JSON at all."""
    return any(one["type"] == "json_invalid" for one in errors)
