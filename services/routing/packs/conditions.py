"""Conditions of a rule, read and checked against the contracts, with the Chinese words they are explained in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from contracts.codes import LABELS
from contracts.fields import codes_of, labels_of, wire_name
from services.routing.core.mandates import Clause, Condition, Op
from services.routing.packs.faults import Place
from services.routing.packs.lines import LINE

Shape = Literal["list", "flag", "count", "text"]
ENVELOPE_FIELDS: Mapping[str, str] = {
    "envelope.county": "事发县区",
    "envelope.status": "事件状态",
    "envelope.type": "事件类型",
    "envelope.place_code": "事发地点编码",
}
_OPS: Mapping[str, Op] = {"in": "in", "not_in": "not-in", "has": "has", "gte": "gte", "lte": "lte"}
_WORDS: Mapping[Op, str] = {"in": "{label}：{values}", "not-in": "{label}不属于：{values}", "has": "{label}包含：{values}"}


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an event type as a condition sees it; ``least``: the smallest number that it takes."""

    name: str
    label: str
    shape: Shape
    codes: Mapping[str, str]
    least: float = -inf

    @property
    def values(self) -> tuple[Any, ...]:
        """Every value that it takes; none where they cannot be counted."""
        return (True, False) if self.shape == "flag" else tuple(self.codes)


def read_when(when: Mapping[str, Any], models: Sequence[type[BaseModel]], place: Place) -> tuple[Clause, ...]:
    """Every clause of ``when`` except its type; a fault refuses the rule."""
    clauses = []
    for key, wanted in when.items():
        if key in ("type", LINE):
            continue
        tests = wanted if key == "any_of" else [{key: wanted}]
        if not isinstance(tests, list) or not all(isinstance(test, Mapping) for test in tests):
            raise place.refuse("any_of 应为条件列表", "any_of must be a list of conditions")
        pairs = [(name, value) for test in tests for name, value in test.items() if name != LINE]
        read = [_condition(name, value, models, place) for name, value in pairs]
        clauses.append(Clause(tuple(condition for condition, _ in read), " 或 ".join(words for _, words in read)))
    return tuple(clauses)


def field_of(name: str, models: Sequence[type[BaseModel]]) -> Field | None:
    """The field in the models of all types of a rule; None when one of them lacks it."""
    if name in ENVELOPE_FIELDS:
        return Field(name, ENVELOPE_FIELDS[name], "text", {})
    found = [_field(name, model) for model in models]
    return found[0] if found and all(found) else None


def _field(name: str, model: type[BaseModel]) -> Field | None:
    for attribute, info in model.model_fields.items():
        if wire_name(attribute, info) == name:
            codes = LABELS.get(codes_of(model).get(name, ""), {})
            return Field(name, labels_of(model).get(name) or name, _shape(info.annotation), codes, _least(info.annotation, info.metadata))
    return None


def _least(annotation: Any, metadata: Sequence[Any] = ()) -> float:
    """The lower bound of a number, wherever its annotation says it."""
    given = [*metadata, *getattr(annotation, "__metadata__", ())]
    found = [float(one.ge) for one in given if getattr(one, "ge", None) is not None]
    return max([-inf, *found, *(_least(part) for part in get_args(annotation) if not isinstance(part, type))])


def _shape(annotation: Any) -> Shape:
    if get_origin(annotation) in (Union, UnionType):
        annotation = next(part for part in get_args(annotation) if part is not type(None))
    while get_origin(annotation) is not None and hasattr(annotation, "__metadata__"):
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (tuple, list):
        return "list"
    return {bool: "flag", int: "count"}.get(annotation, "text")  # type: ignore[return-value]


def _condition(name: str, wanted: Any, models: Sequence[type[BaseModel]], place: Place) -> tuple[Condition, str]:
    field = field_of(name, models)
    if field is None:
        raise place.refuse(f"事件没有字段 {name}", f"the event has no field {name}")
    op, values = _op(name, wanted, place)
    _check(field, op, values, place)
    return Condition(name, op, values), _words(field, op, values)


def _op(name: str, wanted: Any, place: Place) -> tuple[Op, tuple[Any, ...]]:
    if not isinstance(wanted, Mapping):
        return "in", tuple(wanted) if isinstance(wanted, list) else (wanted,)
    given = [key for key in wanted if key != LINE]
    if len(given) != 1 or given[0] not in _OPS:
        raise place.refuse(f"{name} 的条件写法无法识别", f"the condition on {name} cannot be read")
    values = wanted[given[0]]
    return _OPS[given[0]], tuple(values) if isinstance(values, list) else (values,)


def _check(field: Field, op: Op, values: tuple[Any, ...], place: Place) -> None:
    unknown = [value for value in values if field.codes and value not in field.codes]
    if unknown:
        raise place.refuse(f"{field.name} 没有代码 {unknown}", f"{field.name} has no code {unknown}")
    if not values:
        raise place.refuse(f"{field.name} 的条件没有取值", f"the condition on {field.name} has no value")
    if (op == "has") != (field.shape == "list"):
        raise place.refuse(f"{field.name} 与条件 {op} 类型不符", f"{op} does not fit the type of {field.name}")
    if op in ("gte", "lte") and (field.shape != "count" or len(values) != 1):
        raise place.refuse(f"{field.name} 不是数量", f"{field.name} is no count")
    wanted = {"flag": bool, "count": int}.get(field.shape, str)
    if not all(type(value) is wanted for value in values):
        raise place.refuse(f"{field.name} 的取值类型不符", f"the values of {field.name} are of the wrong type")


def _words(field: Field, op: Op, values: tuple[Any, ...]) -> str:
    if op in ("gte", "lte"):
        return f"{field.label} {'≥' if op == 'gte' else '≤'} {values[0]}"
    said = "、".join(_value_words(field, value) for value in values)
    return _WORDS[op].format(label=field.label, values=said)


def _value_words(field: Field, value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return field.codes.get(value, str(value))
