"""What follows from conditions alone: that two exclude each other, or that one holds whenever another does. Proven, never tried out."""

from services.routing.core.mandates.conditions import Clause, Condition


def excludes(left: Condition, right: Condition) -> bool:
    """Whether no value of a field satisfies both."""
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


def clause_implies(mine: Clause, theirs: Clause) -> bool:
    """Whether each way to satisfy ``mine`` satisfies ``theirs``."""
    return all(any(implies(one, other) for other in theirs.conditions) for one in mine.conditions)


def implies(mine: Condition, theirs: Condition) -> bool:
    """Whether what satisfies ``mine`` always satisfies ``theirs``."""
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
