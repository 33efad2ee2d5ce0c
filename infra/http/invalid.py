"""Validation errors as field faults: the path as the caller wrote it, a stable code, both languages, never the value."""

from collections.abc import Mapping, Sequence
from typing import Any

from contracts.refusals import refused
from infra.http.errors import FieldFault

BODY = "body"


def field_faults(errors: Sequence[Mapping[str, Any]]) -> tuple[FieldFault, ...]:
    """One fault per field and code, in the order given. The framework's ``body`` in front of a path is left out; alone it is the whole body."""
    stated = [{**one, "loc": loc[1:] if loc[:1] == (BODY,) and len(loc) > 1 else loc} for one in errors for loc in (tuple(one["loc"]),)]
    return tuple(FieldFault(said.field, said.zh, said.en, said.code) for said in refused(stated))


def is_unreadable(errors: Sequence[Mapping[str, Any]]) -> bool:
    """True when the body was no JSON at all."""
    return any(one["type"] == "json_invalid" for one in errors)
