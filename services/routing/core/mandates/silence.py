"""A lower pack may only tighten what must be stated without being asked: what its duty or cross-check would loosen of the one above it."""

from collections.abc import Iterator

from services.routing.core.deadlines import never_later
from services.routing.core.mandates.expected import CrossCheck, Expected, PeriodicDuty, ToldRow
from services.routing.core.mandates.tightening import Breach, Dimension, Ladders, breaches, ladder_breaches


def duty_breaches(duty: PeriodicDuty, above: PeriodicDuty, ladders: Ladders) -> tuple[Breach, ...]:
    """Every loosening of ``above`` by ``duty``; empty: every unit owes no less, by the same due, and nobody fewer hears of its absence."""
    if duty is above:
        return ()
    found = (breach for part in above.parts for breach in _part(duty, part))
    return (*found, *ladder_breaches(duty, above, ladders))


def _part(duty: PeriodicDuty, above: Expected) -> Iterator[Breach]:
    part, name = duty.part(above.part), above.part or duty.id
    if part is None:
        yield Breach("condition", duty.line, f"不再要求 {name}", f"{name} is no longer owed")
        return
    if not _owes_no_less(part, above):
        yield Breach("condition", duty.line, f"{name} 的应报单位减少", f"fewer units owe {name}")
    fixed: tuple[tuple[Dimension, str, object, object], ...] = (
        ("recipients", "desk", part.desk, above.desk),
        ("times", "every", part.every, above.every),
        ("times", "due", part.due, above.due),
        ("condition", "met_by", part.met_by, above.met_by),
        ("condition", "opened_by", part.opened_by, above.opened_by),
    )
    for dimension, key, own, wanted in fixed:
        if own != wanted:
            yield _changed(dimension, duty.line, f"{name} {key}")
    for row in above.told:
        if not any(_tells_no_later(one, row) for one in part.told):
            zh, en = f"{name} 缺报时不再按时告知 {row.to}", f"{row.to} no longer hears in time that {name} is missing"
            yield Breach("recipients", duty.line, zh, en)


def _owes_no_less(part: Expected, above: Expected) -> bool:
    schools = not part.who.schools or (bool(above.who.schools) and above.who.schools <= part.who.schools)
    floor, wanted = part.floor, above.floor
    counted = floor is None or (wanted is not None and floor.days == wanted.days and floor.at_least <= wanted.at_least)
    return above.who.kinds <= part.who.kinds and schools and counted


def _tells_no_later(one: ToldRow, row: ToldRow) -> bool:
    return one.to == row.to and one.in_a_row <= row.in_a_row and never_later(one.after, row.after)


def check_breaches(check: CrossCheck, above: CrossCheck, ladders: Ladders) -> tuple[Breach, ...]:
    """Every loosening of ``above`` by ``check``; empty: the same silence is noticed, no later, and its mandate loosens nothing."""
    return () if check is above else (*breaches(check.mandate, above.mandate, ladders), *_windows(check, above))


def _windows(check: CrossCheck, above: CrossCheck) -> Iterator[Breach]:
    line = check.mandate.line
    for key in ("evidence", "answer", "since", "owes", "told_by", "acts"):
        if getattr(check, key) != getattr(above, key):
            yield _changed("condition", line, key)
    for key in ("before", "after"):
        if getattr(check, key) > getattr(above, key):
            yield Breach("times", line, f"时间窗 {key} 放宽", f"the window {key} is longer")


def _changed(dimension: Dimension, line: int, what: str) -> Breach:
    return Breach(dimension, line, f"{what} 不得改变", f"{what} cannot change")
