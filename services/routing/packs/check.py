"""Check a book before it is used: what can never fire, never arrive, or was promised and is not there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.routing.core.cast import STAND_INS
from services.routing.core.directory import ROLES, Directory, Where
from services.routing.core.mandates import Mandate, MandateBook, PeriodicDuty, Statement
from services.routing.packs.logic import contradiction, shadows
from topics.catalogue import Catalogue, UnknownRole

Code = Literal["no-topic", "no-host", "dead-rule", "shadowed", "no-unit", "no-pair", "foreign-view", "claim-open", "claim-unfounded"]
PAIR_REQUIRED = frozenset({"POL-01", "SCH-01", "PSY-01"})
"""A school without the unit these need refuses the pack; for any other rule it is a warning."""
VIEWS_OF: dict[str, str] = {
    "school": "SV",
    "police": "P",
    "health": "HK",
    "market": "M",
    "cyberspace": "C",
    "education": "E",
    "fire": "U",
    "housing": "U",
    "urban": "U",
    "civil": "W",
    "community": "W",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding; an ``error`` refuses the activation of the pack."""

    level: Literal["error", "warning"]
    code: Code
    mandate: str
    zh: str
    en: str

    def __str__(self) -> str:
        return f"{'错误' if self.level == 'error' else '提示'} {self.mandate} {self.zh} ({self.en})"


def check(book: MandateBook, directory: Directory, catalogue: Catalogue, *, at: datetime) -> list[Finding]:
    """Every finding about the mandates in force at ``at``, errors first."""
    ground = Ground(directory, catalogue, at)
    mandates = [mandate for mandate in book if mandate.in_pack.in_force(at)]
    checks, duties = book.crosschecks_at(at), book.periodic_at(at)
    findings = [finding for mandate in (*mandates, *(check.mandate for check in checks)) for finding in _of_one(mandate, ground)]
    findings += [finding for duty in duties for finding in _names(duty.id, *_named_by(duty), ground)]
    findings += [finding for one in checks for finding in _names(one.id, (*one.evidence.types, *one.answer.types), (one.owes,), ground)]
    findings += _shadowed(mandates)
    findings += _claims((*mandates, *duties, *(check.mandate for check in checks)))
    return sorted(findings, key=lambda finding: (finding.level, finding.mandate, finding.code))


@dataclass(frozen=True, slots=True)
class Ground:
    """What rules are checked against."""

    directory: Directory
    catalogue: Catalogue
    at: datetime


def _of_one(mandate: Mandate, ground: Ground) -> Iterator[Finding]:
    broken = contradiction(mandate)
    if broken:
        yield Finding("error", "dead-rule", mandate.id, f"条件自相矛盾，永不生效：{broken}", f"can never match: {broken}")
    yield from _views(mandate)
    yield from _names(mandate.id, mandate.types, _roles(mandate), ground)


def _names(rule: str, types: Iterable[str], roles: Iterable[str], ground: Ground) -> Iterator[Finding]:
    """Types that nothing carries, and roles that nobody hosts or that some place lacks."""
    said = {event for topic in ground.catalogue.topics() for event in topic.events}
    for name in types:
        if name not in said:
            yield Finding("error", "no-topic", rule, f"没有主题承载事件 {name}", f"no topic carries {name}")
    for role in roles:
        try:
            ground.catalogue.host_of(role)
        except UnknownRole:
            yield Finding("error", "no-host", rule, f"没有服务承载 {role}", f"no service hosts {role}")
        yield from _reach(rule, role, ground)


def _named_by(duty: PeriodicDuty) -> tuple[list[str], list[str]]:
    """The types that meet a periodic duty, and the roles that owe it or are told."""
    statements = [one for part in duty.parts for one in (part.met_by, part.opened_by) if isinstance(one, Statement)]
    roles = [role for part in duty.parts for role in (part.desk, *(row.to for row in part.told)) if role in ROLES]
    return list(dict.fromkeys(name for one in statements for name in one.types)), list(dict.fromkeys(roles))


def _roles(mandate: Mandate) -> list[str]:
    task = mandate.task
    named = [row.to for row in mandate.notify] + ([*([task.lead] if task.lead else []), *task.assist] if task else [])
    return list(dict.fromkeys(role.partition("@")[0] for role in named if role not in STAND_INS))


def _views(mandate: Mandate) -> Iterator[Finding]:
    """A view belongs to an agency; the view of another one would show fields that nobody meant it to see."""
    for row in mandate.notify:
        word = row.to.removeprefix("city.") if row.to.startswith("city.") else row.to
        allowed = VIEWS_OF.get(word.replace("-", ".").split(".")[0])
        if row.view != "own" and allowed is not None and set(row.view) - set(allowed) - {"L"}:
            yield Finding("error", "foreign-view", mandate.id, f"{row.to} 不属于视图 {row.view}", f"{row.to} is not of view {row.view}")


def _reach(rule: str, role: str, ground: Ground) -> Iterator[Finding]:
    """Every school, and every county, must find a desk for the role."""
    directory, at = ground.directory, ground.at
    units = list(directory.units(at))
    by_school = ROLES[role].scope in ("school", "paired", "serving", "designated")
    wheres = [(unit.name, Where((unit.id,), unit.county)) for unit in units if unit.kind == "sch"]
    if not by_school:
        counties = {unit.county: unit.name for unit in units if unit.kind == "area" and not unit.county.endswith("00")}
        wheres = [(name, Where((), county)) for county, name in sorted(counties.items())]
    missing = [name for name, where in wheres if not directory.resolve(role, where, at)]
    if not missing:
        return
    nobody = len(missing) == len(wheres)
    required = rule in PAIR_REQUIRED
    places = "、".join(missing[:5]) + ("等" if len(missing) > 5 else "")
    title = ROLES[role].title
    yield Finding(
        "error" if nobody or required else "warning",
        "no-unit" if nobody else "no-pair",
        rule,
        f"名录中没有可送达的{title}（{role}）：{places}",
        f"no desk of {role} for {len(missing)} of {len(wheres)} places",
    )


def _shadowed(mandates: Iterable[Mandate]) -> Iterator[Finding]:
    rules = list(mandates)
    for rule in rules:
        other = next((other for other in rules if shadows(other, rule)), None)
        if other is not None:
            yield Finding("warning", "shadowed", rule.id, f"{other.id} 已完全覆盖本规则", f"{other.id} already says all of this")


def _claims(mandates: Iterable[Mandate | PeriodicDuty]) -> Iterator[Finding]:
    """A demand that a pack claims must be carried by one of its rules; what a rule covers must stand on a quote for it."""
    rules = list(mandates)
    for pack in {rule.in_pack.id: rule.in_pack for rule in rules}.values():
        covered = {row for rule in rules if rule.in_pack.id == pack.id for row in rule.covers}
        for row in sorted(set(pack.claims) - covered):
            yield Finding("error", "claim-open", pack.id, f"声称的要求 {row} 没有规则承载", f"no rule carries the claimed demand {row}")
    for rule in rules:
        for row in sorted(set(rule.covers) - {basis.row for basis in rule.basis}):
            yield Finding("error", "claim-unfounded", rule.id, f"要求 {row} 没有引文依据", f"no quote founds the demand {row}")
