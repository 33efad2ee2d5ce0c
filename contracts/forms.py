"""Derived forms of a model: what a POST carries, a part of a head, a change of its fields."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, create_model, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from contracts.envelope import Closed
from contracts.fields import max_length_of, said_of, views_of, wire_name
from contracts.other import other_needs_words
from contracts.sealed import shares_of

Words = Mapping[str, str]
"""Field of a code → field of the words that its ``other`` needs."""
Rows = Mapping[str, type[BaseModel]]
"""Field name → model of its plain row."""


class Change(Closed):
    """Old and new value of a field; absent stands for “was not stated” and “is not stated any more”."""

    @model_validator(mode="after")
    def _differs(self) -> "Change":
        if getattr(self, "old", None) == getattr(self, "new", None):
            raise PydanticCustomError("nothing-changed", "Old and new value are the same")
        return self


class Posted(Closed):
    """The part of a posted follow-up that says something: at least one field, and words beside a new ``other``."""

    model_config = ConfigDict(serialize_by_alias=True)
    words: ClassVar[Mapping[str, str]] = MappingProxyType({})

    @model_validator(mode="after")
    def _says_something(self) -> "Posted":
        if all(getattr(self, name) is None for name in self.model_fields_set):
            raise PydanticCustomError("nothing-stated", "At least one field must be given")
        other_needs_words(self, **self.words)
        return self


def type_of(info: FieldInfo) -> Any:
    """The annotation of a field with its constraints."""
    return Annotated[(info.annotation, *info.metadata)] if info.metadata else info.annotation


def described(info: FieldInfo, **field: Any) -> Any:
    """A new field that keeps the alias and the ``x-`` words of another."""
    return Field(alias=info.alias, json_schema_extra=dict(said_of(info)), **field)


def intake_form(model: type[BaseModel], rows: Rows) -> type[BaseModel]:
    """The same model with plain rows in place of the sealed ones; without sealed fields, the model itself."""
    if not rows:
        return model
    fields: dict[str, Any] = {name: _plain_rows(model, name, row) for name, row in rows.items()}
    return create_model(f"{model.__name__}Intake", __base__=model, __doc__=f"{model.__name__} as it is posted.", **fields)


def _plain_rows(model: type[BaseModel], name: str, row: type[BaseModel]) -> tuple[Any, Any]:
    """The field of the plain rows: as many as their sealed rows have room for."""
    info = model.model_fields[name]
    room = max_length_of(info) // len(shares_of(row, views_of(model)[wire_name(name, info)]))
    limits = {"min_length": 1, "max_length": room}
    rows = tuple[row, ...]  # type: ignore[valid-type]  # a model known only at run time
    return (rows, described(info, **limits)) if info.is_required() else (rows | None, described(info, default=None, **limits))


def partial_form(head: type[BaseModel], name: str, *, leave_out: frozenset[str], words: Words | None) -> type[BaseModel]:
    """All fields of a head but some, each optional. ``words``: only of a posted form."""
    fields: dict[str, Any] = {
        field: (type_of(info) | None, described(info, default=None)) for field, info in head.model_fields.items() if field not in leave_out
    }
    return _create(name, fields, words)


def changes_form(head: type[BaseModel], name: str, *, leave_out: frozenset[str], words: Words | None) -> type[BaseModel]:
    """For each field of a head but some: its old and new value. ``words``: only of a posted form."""
    fields: dict[str, Any] = {
        field: (_change(f"{name}Of{info.alias or field}", info) | None, described(info, default=None))
        for field, info in head.model_fields.items()
        if field not in leave_out
    }
    return _create(name, fields, words)


def _change(name: str, info: FieldInfo) -> type[BaseModel]:
    """Old and new value with the words and constraints of the field; a field that is always stated needs both."""
    if info.is_required():
        fields: dict[str, Any] = {side: (type_of(info), _side(info)) for side in ("old", "new")}
    else:
        fields = {side: (type_of(info) | None, _side(info, default=None)) for side in ("old", "new")}
    return create_model(name, __base__=Change, **fields)


def _side(info: FieldInfo, **field: Any) -> Any:
    return Field(json_schema_extra=dict(said_of(info)), **field)


def _create(name: str, fields: dict[str, Any], words: Words | None) -> type[BaseModel]:
    if words is None:
        return create_model(name, __base__=Closed, **fields)
    model = create_model(name, __base__=Posted, **fields)
    model.words = words
    return model
