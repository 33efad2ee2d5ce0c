"""The mandates as the auditor reads them: the same YAML, its own reading. What it cannot read it does not judge, and says so."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import yaml

BEIJING = ZoneInfo("Asia/Shanghai")
HEADER = "pack.yaml"
OTHER_FILES = frozenset({HEADER, "documents.yaml", "ladders.yaml", "periodic.yaml", "crosschecks.yaml"})
"""Files of a pack that hold no rule about an event; what follows when nothing is stated is not shown by the client's log."""
SCHOOL = 10
"""Digits of a school's id; a division has fewer."""
CITY = 4
"""Digits of a city's code."""
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
    digest: str | None
    types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One mandate of one version of a pack. ``first`` and ``end``: when that is in force; ``place``: division code or school, empty for the nation."""

    id: str
    pack: str
    version: int
    types: tuple[str, ...]
    when: tuple[tuple[str, Any], ...]
    rows: tuple[Row, ...]
    triage: bool
    first: datetime
    end: datetime | None
    place: str

    def in_force(self, at: datetime) -> bool:
        return self.first <= at and (self.end is None or at < self.end)

    @property
    def is_of_school(self) -> bool:
        """Whether it is a school's own, and not of a division."""
        return len(self.place) == SCHOOL

    def wants(self, name: str) -> bool:
        head = next((name.removesuffix(suffix) for suffix in CHANGES_PICTURE if name.endswith(suffix)), name)
        return any(fnmatchcase(head, pattern) for pattern in self.types)

    def matches(self, picture: Mapping[str, Any]) -> bool:
        return all(holds(field, wanted, picture) for field, wanted in self.when)


def read_rules(folder: Path, activated: Sequence[Mapping[str, str]] = ()) -> tuple[Rule, ...]:
    """Every rule of every pack under the folder, and of those that were activated (name of a file → its text). CannotJudge: no rules."""
    shipped = [
        {path.name: path.read_text(encoding="utf-8") for path in header.parent.glob("*.yaml")} for header in sorted(folder.glob(f"*/{HEADER}"))
    ]
    rules = tuple(rule for files in (*shipped, *activated) for rule in _of_pack(files))
    if not rules:
        raise CannotJudge(f"no mandates under {folder.name}")
    return rules


def _of_pack(files: Mapping[str, str]) -> Iterator[Rule]:
    pack = yaml.safe_load(files[HEADER])
    for name in sorted(set(files) - OTHER_FILES):
        yield from (_rule(entry, pack) for entry in yaml.safe_load(files[name]))


def _rule(entry: Mapping[str, Any], pack: Mapping[str, Any]) -> Rule:
    when = dict(entry.get("when", {}))
    types = when.pop("type", ())
    return Rule(
        id=entry["id"],
        pack=pack["pack"],
        version=pack["version"],
        types=(types,) if isinstance(types, str) else tuple(types),
        when=tuple(when.items()),
        rows=tuple(
            Row(r["to"], r["kind"], r.get("ack"), r.get("first_action"), r.get("only"), r.get("digest"), tuple(r.get("types", ())))
            for r in entry["notify"]
        ),
        triage=entry.get("trigger") == "unmatched",
        first=_midnight(pack["effective_from"]),
        end=_midnight(pack["effective_to"]) if pack.get("effective_to") else None,
        place=_place(pack),
    )


def _place(pack: Mapping[str, Any]) -> str:
    """Where a pack speaks; the code of a city may stand with its zeros."""
    code = str(pack.get("jurisdiction") or "")
    return code[:CITY] if pack.get("level") == "city" else code


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


def schools_of(picture: Mapping[str, Any]) -> tuple[str, ...]:
    """The schools that an event names."""
    named = picture.get("schools") or [picture.get("school_id")]
    schools = (one["school_id"] if isinstance(one, Mapping) else one for one in named)
    return tuple(school for school in schools if school and school != "unknown")


def rows_of(rule: Rule, name: str, picture: Mapping[str, Any]) -> list[Row]:
    """The rows that count for an event: triage has one row for the highest severity and one for the rest; what a digest tells, no event does."""
    highest = any(picture.get(field) in HIGHEST for field in ("severity", "level", "grade", "rating", "emergency_grade"))
    left_out = "otherwise" if highest else "highest"
    return [row for row in rule.rows if row.only != left_out and row.digest is None and (not row.types or name in row.types)]
