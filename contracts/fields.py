"""What is said beside every field: who sees it, how sensitive it is, what the receiver needs it for, and its Chinese label."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, get_args

from pydantic import BaseModel, Field
from pydantic.fields import FieldInfo

Sensitivity = Literal["public", "work", "personal", "minor"]

ALL_VIEWS = "SVEPHMCKUWL"
VIEW_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "S": "涉及学校",
        "V": "法治（健康）副校长",
        "E": "教育局",
        "P": "公安",
        "H": "卫健与疾控",
        "M": "市场监管",
        "C": "网信",
        "K": "收治医院",
        "U": "消防、住建、城管",
        "W": "社区与民政",
        "L": "督办对象、领导与统计",
    }
)


def say(
    views: str,
    sensitivity: Sensitivity,
    purpose: str,
    label: str,
    *,
    sealed: bool = False,
    codes: str | None = None,
    **field: Any,
) -> Any:
    """Describe a field of an event type.

    ``views``: letters apart by spaces, ``"all"``, or ``""`` for a field that no recipient gets as it is. ``codes``: name of its list in
    ``contracts.codes.LABELS``. ``field``: what pydantic's ``Field`` takes. A letter that is no view is a ValueError.
    """
    extra: dict[str, Any] = {
        "x-views": list(_letters(views)),
        "x-sensitivity": sensitivity,
        "x-purpose": purpose,
        "x-label": label,
        "x-sealed": sealed,
    }
    if codes is not None:
        extra["x-codes"] = codes
    return Field(json_schema_extra=extra, **field)


def _letters(views: str) -> str:
    if views == "all":
        return ALL_VIEWS
    given = views.replace(" ", "")
    unknown = set(given) - set(ALL_VIEWS)
    if unknown:
        raise ValueError(f"no such view: {''.join(sorted(unknown))}")
    return "".join(letter for letter in ALL_VIEWS if letter in given)


def said_of(info: FieldInfo) -> Mapping[str, Any]:
    """The ``x-`` words of a field; empty when nothing was said."""
    extra = info.json_schema_extra
    return extra if isinstance(extra, dict) else {}


def wire_name(name: str, info: FieldInfo) -> str:
    """The name of a field on the wire (``class_`` → ``class``)."""
    return info.alias or name


@cache
def views_of(model: type[BaseModel]) -> Mapping[str, frozenset[str]]:
    """Field name on the wire → letters of the views that get it."""
    return MappingProxyType(
        {wire_name(name, info): frozenset(said_of(info).get("x-views", ())) for name, info in model.model_fields.items()}
    )


@cache
def labels_of(model: type[BaseModel]) -> Mapping[str, str]:
    """Field name on the wire → Chinese label."""
    return MappingProxyType({wire_name(name, info): str(said_of(info).get("x-label", "")) for name, info in model.model_fields.items()})


@cache
def codes_of(model: type[BaseModel]) -> Mapping[str, str]:
    """Field name on the wire → name of its code list, for the fields that hold codes."""
    said = {wire_name(name, info): said_of(info).get("x-codes") for name, info in model.model_fields.items()}
    return MappingProxyType({name: str(codes) for name, codes in said.items() if codes})


@cache
def sealed_fields(model: type[BaseModel]) -> frozenset[str]:
    """Names on the wire of the fields that travel encrypted."""
    return frozenset(wire_name(name, info) for name, info in model.model_fields.items() if said_of(info).get("x-sealed"))


def max_length_of(info: FieldInfo) -> int:
    """The limit of a text or a list; 0 where it has none."""
    return next((int(one.max_length) for one in info.metadata if getattr(one, "max_length", None) is not None), 0)


@cache
def item_model(model: type[BaseModel], field: str) -> type[BaseModel] | None:
    """The model of the object, or of each object of the list, that a field (name on the wire) holds; None for plain values."""
    info = next((info for name, info in model.model_fields.items() if wire_name(name, info) == field), None)
    return _inner_model(info.annotation) if info else None


def _inner_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_inner_model, get_args(annotation))), None)
