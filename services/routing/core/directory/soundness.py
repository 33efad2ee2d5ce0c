"""Faults that only show between documents: duplicates, successors, parents and pairs that lead nowhere."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.routing.core.directory.faults import Problem
from services.routing.core.directory.records import UnitRead


def cross_check(units: Sequence[UnitRead]) -> list[Problem]:
    """Every fault between the documents."""
    known = {unit.unit: unit for unit in units}
    twice = [unit for unit, count in Counter(unit.unit for unit in units).items() if count > 1]
    problems = [Problem(unit, "unit", "单位编号重复", "this unit appears twice") for unit in twice]
    for unit in units:
        problems += _references(unit, known)
    return problems


def stray_windows(document: Mapping[str, Any]) -> list[Problem]:
    """Windows of gates that the unit does not have: a fault when a person writes the document, not when it arrives over a topic."""
    gates, windows = ([row if isinstance(row, Mapping) else {} for row in document.get(key) or ()] for key in ("gates", "windows"))
    known = {gate.get("id") for gate in gates}
    return [
        Problem(str(document.get("unit", "?")), f"windows[{number}].gate", f"没有校门 {gate}", f"there is no gate {gate}")
        for number, row in enumerate(windows)
        if (gate := row.get("gate")) is not None and gate not in known
    ]


def _references(unit: UnitRead, known: Mapping[str, UnitRead]) -> Iterator[Problem]:
    """References to units that are not there, and rows that lead nowhere."""
    for field, other in _named(unit):
        if other not in known:
            yield Problem(unit.unit, field, f"单位 {other} 不在名录", f"unit {other} is not in the directory")
    if _in_a_circle(unit, known):
        yield Problem(unit.unit, "rows.successor", "撤并关系成环", "successors run in a circle")
    if any(row.successor and row.span.end is None for row in unit.rows):
        yield Problem(unit.unit, "rows.successor", "有承继单位的须有止日", "a unit with a successor needs an end")
    if unit.kind == "sch" and not all(len(row.place_code) >= 9 for row in unit.rows):
        yield Problem(unit.unit, "rows.place_code", "学校须有街道（镇）或社区编码", "a school needs the code of its town or community")


def _named(unit: UnitRead) -> Iterator[tuple[str, str]]:
    """Every other unit this one names, with the field that names it."""
    for row in unit.rows:
        yield from ((field, other) for field, other in (("rows.successor", row.successor), ("rows.parent", row.parent)) if other)
    for circle in unit.circle:
        yield from ((f"circle.{pair}", other) for pair, other in circle.pairs.items())
    yield from (("hospital.unit", other) for _, other in unit.hospital)


def _in_a_circle(unit: UnitRead, known: Mapping[str, UnitRead]) -> bool:
    """Whether following the last successors leads back to where it began."""
    seen: set[str] = set()
    here = unit.rows[-1].successor
    while here in known and here not in seen:
        if here == unit.unit:
            return True
        seen.add(here)
        here = known[here].rows[-1].successor
    return False
