"""The mandates as the auditor reads them: the same YAML, its own reading. What it cannot read it does not judge, and says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import yaml

BEIJING = ZoneInfo("Asia/Shanghai")
OF_SILENCE = ("periodic.yaml", "crosschecks.yaml")
"""Files of what follows when nothing is stated: nothing in the client's log shows it."""
HIGHEST = ("life-risk", "red", "grave", "severe", "critical", "imminent", "extreme", "D")
CHANGES_PICTURE = (".supplemented", ".corrected", ".level-changed")
Kind = Literal["acknowledge", "bulletin", "inform"]


class CannotJudge(Exception):
    """A rule, a role or a condition that the auditor does not know: better no audit than a wrong one."""


@dataclass(frozen=True, slots=True)
class Row:
    """One role that must be told; of some ``types`` of the rule alone, or (none named) of all."""

    to: str
    kind: Kind
    ack: str | None
    first_action: str | None
    only: str | None
    types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One mandate. ``first`` and ``end``: when its pack is in force; ``place``: division code or school, empty for the nation."""

    id: str
    types: tuple[str, ...]
    when: tuple[tuple[str, Any], ...]
    rows: tuple[Row, ...]
    triage: bool
    first: datetime
    end: datetime | None
    place: str

    def in_force(self, at: datetime) -> bool:
        return self.first <= at and (self.end is None or at < self.end)

    def wants(self, name: str) -> bool:
        head = next((name.removesuffix(suffix) for suffix in CHANGES_PICTURE if name.endswith(suffix)), name)
        return any(fnmatchcase(head, pattern) for pattern in self.types)

    def matches(self, picture: Mapping[str, Any]) -> bool:
        return all(holds(field, wanted, picture) for field, wanted in self.when)


def read_rules(folder: Path) -> tuple[Rule, ...]:
    """Every rule of every pack under the folder. CannotJudge for a file that is not as expected."""
    rules: list[Rule] = []
    for header in sorted(folder.glob("*/pack.yaml")):
        pack = yaml.safe_load(header.read_text(encoding="utf-8"))
        for path in sorted(header.parent.glob("*.yaml")):
            if path != header and path.name not in OF_SILENCE:
                rules += [_rule(entry, pack) for entry in yaml.safe_load(path.read_text(encoding="utf-8"))]
    if not rules:
        raise CannotJudge(f"no mandates under {folder.name}")
    return tuple(rules)


def _rule(entry: Mapping[str, Any], pack: Mapping[str, Any]) -> Rule:
    when = dict(entry.get("when", {}))
    types = when.pop("type", ())
    return Rule(
        id=entry["id"],
        types=(types,) if isinstance(types, str) else tuple(types),
        when=tuple(when.items()),
        rows=tuple(
            Row(r["to"], r["kind"], r.get("ack"), r.get("first_action"), r.get("only"), tuple(r.get("types", ()))) for r in entry["notify"]
        ),
        triage=entry.get("trigger") == "unmatched",
        first=_midnight(pack["effective_from"]),
        end=_midnight(pack["effective_to"]) if pack.get("effective_to") else None,
        place=str(pack.get("jurisdiction") or ""),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=BEIJING)


def holds(field: str, wanted: Any, picture: Mapping[str, Any]) -> bool:
    """One clause. An absent field satisfies nothing."""
    if field == "any_of":
        return any(all(holds(name, value, picture) for name, value in option.items()) for option in wanted)
    if field.startswith("envelope."):
        raise CannotJudge(f"condition on {field}")
    value = picture.get(field)
    if value is None:
        return False
    if not isinstance(wanted, Mapping):
        return value in (wanted if isinstance(wanted, list) else [wanted])
    ((op, limit),) = wanted.items()
    match op:
        case "in":
            return value in limit
        case "not_in":
            return value not in (limit if isinstance(limit, list) else [limit])
        case "gte":
            return bool(value >= limit)
        case "lte":
            return bool(value <= limit)
        case "has":
            return any(item in value for item in (limit if isinstance(limit, list) else [limit]))
        case _:
            raise CannotJudge(f"condition {op} on {field}")


def matching(rules: Sequence[Rule], name: str, picture: Mapping[str, Any], *, county: str, known_at: datetime, at: datetime) -> list[Rule]:
    """The rules that an event's picture matches; nobody's rule is the triage rule's, and so is an unknown school."""
    mine = [rule for rule in rules if not rule.triage and rule.wants(name) and county.startswith(rule.place)]
    found = [rule for rule in in_force(mine, known_at, at) if rule.matches(picture)]
    unknown = "unknown" in (picture.get("schools") or ())
    triage = [rule for rule in rules if rule.triage] if unknown or not found else []
    return [*found, *triage]


def in_force(rules: Sequence[Rule], known_at: datetime, at: datetime) -> list[Rule]:
    """Of each id the one in force when the agency knew, else when it published; the newest, of the smallest place."""
    chosen: dict[str, Rule] = {}
    for moment in (at, known_at):
        for rule in sorted((one for one in rules if one.in_force(moment)), key=lambda one: (len(one.place), one.first)):
            chosen[rule.id] = rule
    return list(chosen.values())


def rows_of(rule: Rule, name: str, picture: Mapping[str, Any]) -> list[Row]:
    """The rows that count for an event: triage has one row for the highest severity and one for the rest."""
    highest = any(picture.get(field) in HIGHEST for field in ("severity", "level", "grade", "rating", "emergency_grade"))
    left_out = "otherwise" if highest else "highest"
    return [row for row in rule.rows if row.only != left_out and (not row.types or name in row.types)]
