"""What follows from the conditions of a rule alone: that it can never match, or that another rule says all it says."""

from services.routing.core.mandates import Clause, Condition, Mandate

_STRENGTH = {"acknowledge": 2, "bulletin": 1, "inform": 0}


def contradiction(mandate: Mandate) -> str | None:
    """The words of two clauses on one field that exclude each other; None when nothing does."""
    single = [clause for clause in mandate.when if len(clause.conditions) == 1]
    for number, left in enumerate(single):
        for right in single[number + 1 :]:
            if _exclude(left.conditions[0], right.conditions[0]):
                return f"{left.words}；{right.words}"
    return None


def shadows(other: Mandate, rule: Mandate) -> bool:
    """Whether ``other`` matches whenever ``rule`` does and asks no less of everybody ``rule`` names."""
    if other.id == rule.id or other.trigger != rule.trigger or other.in_pack.jurisdiction != rule.in_pack.jurisdiction:
        return False
    if not set(rule.types) <= set(other.types) or not all(any(_implies(mine, theirs) for mine in rule.when) for theirs in other.when):
        return False
    rows = {row.to: row for row in other.notify}
    for row in rule.notify:
        held = rows.get(row.to)
        if held is None or (held.when and held.when != row.when) or _STRENGTH[held.kind] < _STRENGTH[row.kind] or not set(row.view) <= set(held.view):
            return False
        if (row.ack, row.first_action) not in ((None, None), (held.ack, held.first_action)):
            return False
    return rule.task is None or rule.task == other.task


def _exclude(left: Condition, right: Condition) -> bool:
    if left.field != right.field:
        return False
    match left.op, right.op:
        case "in", "in":
            return not set(left.values) & set(right.values)
        case "in", "not-in":
            return set(left.values) <= set(right.values)
        case "not-in", "in":
            return set(right.values) <= set(left.values)
        case "gte", "lte":
            return bool(left.values[0] > right.values[0])
        case "lte", "gte":
            return bool(right.values[0] > left.values[0])
        case _:
            return False


def _implies(mine: Clause, theirs: Clause) -> bool:
    """Whether each way to satisfy ``mine`` satisfies ``theirs``."""
    return all(any(_condition_implies(one, other) for other in theirs.conditions) for one in mine.conditions)


def _condition_implies(mine: Condition, theirs: Condition) -> bool:
    if mine.field != theirs.field:
        return False
    match mine.op, theirs.op:
        case ("in", "in") | ("has", "has"):
            return set(mine.values) <= set(theirs.values)
        case "in", "not-in":
            return not set(mine.values) & set(theirs.values)
        case "not-in", "not-in":
            return set(theirs.values) <= set(mine.values)
        case "gte", "gte":
            return bool(mine.values[0] >= theirs.values[0])
        case "lte", "lte":
            return bool(mine.values[0] <= theirs.values[0])
        case _:
            return False
