"""What follows from the conditions of a rule alone: that it can never match, or that another rule says all it says."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, product
from math import inf, prod
from typing import Any

from pydantic import BaseModel

from contracts.registry import UnknownType, event_type
from services.routing.core.mandates import Condition, Mandate
from services.routing.core.mandates.implication import clause_implies, excludes
from services.routing.core.mandates.tightening import STRENGTH
from services.routing.packs.conditions import Field, field_of

TRIED = 4096
"""Ways to satisfy a rule's clauses that are tried; a rule with more of them is taken to be satisfiable."""


def contradiction(mandate: Mandate) -> str | None:
    """The words of the clauses that can never hold together; None when nothing contradicts itself."""
    if not mandate.when or prod(len(clause.conditions) for clause in mandate.when) > TRIED:
        return None
    kinds = [[model] for model in _models(mandate.types)] or [[]]
    ways = product(*(clause.conditions for clause in mandate.when))
    return None if any(_possible(way, models) for way in ways for models in kinds) else _words(mandate)


def _words(mandate: Mandate) -> str:
    """Two clauses that exclude each other, where two are enough."""
    single = [clause for clause in mandate.when if len(clause.conditions) == 1]
    pairs = ((left, right) for number, left in enumerate(single) for right in single[number + 1 :])
    clauses = next((pair for pair in pairs if excludes(pair[0].conditions[0], pair[1].conditions[0])), mandate.when)
    return "；".join(clause.words for clause in clauses)


def _models(types: Iterable[str]) -> list[type[BaseModel]]:
    models = []
    for name in types:
        try:
            models.append(event_type(name).model)
        except UnknownType:
            continue
    return models


def _possible(conditions: Sequence[Condition], models: Sequence[type[BaseModel]]) -> bool:
    by_field: dict[str, list[Condition]] = {}
    for condition in conditions:
        by_field.setdefault(condition.field, []).append(condition)
    return all(_some_value(found, field_of(name, models)) for name, found in by_field.items())


def _some_value(conditions: Sequence[Condition], field: Field | None) -> bool:
    """Whether a value satisfies all conditions on one field; lists may hold several, so that each finds its own."""
    by_op: Mapping[str, list[Any]] = {
        op: [condition.values for condition in conditions if condition.op == op] for op in ("in", "not-in", "gte", "lte")
    }
    least = max([field.least if field else -inf, *(values[0] for values in by_op["gte"])])
    most = min([inf, *(values[0] for values in by_op["lte"])])
    wanted = [set(values) for values in by_op["in"]] + ([set(field.values)] if field and field.values else [])
    if not wanted:
        return bool(least <= most)
    left = set.intersection(*wanted) - set(chain.from_iterable(by_op["not-in"]))
    return any(not isinstance(value, int) or isinstance(value, bool) or least <= value <= most for value in left)


def shadows(other: Mandate, rule: Mandate) -> bool:
    """Whether ``other``, of the same place or one above, matches whenever ``rule`` does and asks no less of everybody ``rule`` names."""
    if other.id == rule.id or other.trigger != rule.trigger or not _over(other.in_pack.jurisdiction, rule.in_pack.jurisdiction):
        return False
    if not set(rule.types) <= set(other.types) or not all(any(clause_implies(mine, theirs) for mine in rule.when) for theirs in other.when):
        return False
    rows = {row.to: row for row in other.notify}
    for row in rule.notify:
        held = rows.get(row.to)
        if held is None or (held.when and held.when != row.when):
            return False
        if STRENGTH[held.kind] < STRENGTH[row.kind] or not set(row.view) <= set(held.view):
            return False
        if (row.ack, row.first_action) not in ((None, None), (held.ack, held.first_action)):
            return False
    return rule.task is None or rule.task == other.task


def _over(one: str, other: str) -> bool:
    """Whether a jurisdiction is the other, or the nation, or a division that it lies in; a school's code tells nothing of its place."""
    return one in ("", other) or (len(other) <= 6 and other.startswith(one))
