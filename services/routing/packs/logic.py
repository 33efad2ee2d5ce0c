"""What follows from the conditions of a rule alone: that it can never match, or that another rule says all it says."""

from services.routing.core.mandates import Mandate
from services.routing.core.mandates.implication import clause_implies, excludes
from services.routing.core.mandates.tightening import STRENGTH


def contradiction(mandate: Mandate) -> str | None:
    """The words of two clauses on one field that exclude each other; None when nothing does."""
    single = [clause for clause in mandate.when if len(clause.conditions) == 1]
    for number, left in enumerate(single):
        for right in single[number + 1 :]:
            if excludes(left.conditions[0], right.conditions[0]):
                return f"{left.words}；{right.words}"
    return None


def shadows(other: Mandate, rule: Mandate) -> bool:
    """Whether ``other`` matches whenever ``rule`` does and asks no less of everybody ``rule`` names."""
    if other.id == rule.id or other.trigger != rule.trigger or other.in_pack.jurisdiction != rule.in_pack.jurisdiction:
        return False
    if not set(rule.types) <= set(other.types) or not all(any(clause_implies(mine, theirs) for mine in rule.when) for theirs in other.when):
        return False
    rows = {row.to: row for row in other.notify}
    for row in rule.notify:
        held = rows.get(row.to)
        if held is None or STRENGTH[held.kind] < STRENGTH[row.kind] or not set(row.view) <= set(held.view):
            return False
        if (row.ack, row.first_action) not in ((None, None), (held.ack, held.first_action)):
            return False
    return rule.task is None or rule.task == other.task
