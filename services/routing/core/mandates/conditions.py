"""Conditions of a mandate: typed tests on the fields of an event, with the words they are explained in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, assert_never

Op = Literal["in", "not-in", "has", "gte", "lte"]


@dataclass(frozen=True, slots=True)
class Condition:
    """One test of one field; a field that is absent satisfies nothing. ``has``: the list holds one of the values."""

    field: str
    op: Op
    values: tuple[Any, ...]

    def holds(self, data: Mapping[str, Any]) -> bool:
        value = data.get(self.field)
        if value is None:
            return False
        match self.op:
            case "in":
                return value in self.values
            case "not-in":
                return value not in self.values
            case "has":
                return any(item in self.values for item in value)
            case "gte":
                return bool(value >= self.values[0])
            case "lte":
                return bool(value <= self.values[0])
            case _:
                assert_never(self.op)


@dataclass(frozen=True, slots=True)
class Clause:
    """Conditions joined by “or”; the clauses of a mandate are joined by “and”."""

    conditions: tuple[Condition, ...]
    words: str

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(condition.field for condition in self.conditions))

    def holds(self, data: Mapping[str, Any]) -> bool:
        return any(condition.holds(data) for condition in self.conditions)
