"""Check a book before it is used: what can never fire, never arrive, or was promised and is not there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from services.routing.core.directory import ROLES, Directory
from services.routing.core.mandates import AnyRule, Mandate, MandateBook, PackInfo, Statement
from services.routing.packs.finding import Finding
from services.routing.packs.logic import contradiction, shadows
from services.routing.packs.net import Net, roles_of
from services.routing.packs.precedence import CountyOf, loosenings
from topics.catalogue import Catalogue, UnknownRole

RETURNED = "bus.notification.returned"
"""The one type whose limits go by the class of another duty."""
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
class Ground:
    """What a book is checked against: directory and catalogue, at one instant; ``now`` is when persons are looked for (None: then)."""

    directory: Directory
    catalogue: Catalogue
    at: datetime
    now: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Named:
    """The types and the roles that a rule counts on."""

    rule: AnyRule
    types: tuple[str, ...]
    roles: tuple[str, ...]


def check(book: MandateBook, ground: Ground, only: PackInfo | None = None) -> list[Finding]:
    """Every finding about the mandates in force at that instant (or about those of one pack), errors first."""
    rules = [rule for rule in book if book.in_force(rule.in_pack, ground.at)]
    mine = [rule for rule in rules if only is None or rule.in_pack == only]
    silent = [one for one in _of_silence(book, ground.at) if only is None or one.rule.in_pack == only]
    told = [*mine, *(one.rule for one in silent if isinstance(one.rule, Mandate))]
    packs = [only] if only is not None else [pack for pack in book.packs if book.in_force(pack, ground.at)]
    said = frozenset(event for topic in ground.catalogue.topics() for event in topic.events)
    net = Net(ground.directory, at=ground.at, now=ground.now or ground.at)
    findings = [finding for rule in told for finding in (*_of_one(rule, said, ground.catalogue), *net.findings(rule))]
    findings += [finding for one in silent for finding in (*_named(one, said, ground.catalogue), *net.reach(one.rule, one.roles))]
    findings += _shadowed(mine, rules)
    findings += [finding for pack in packs for finding in (*_places(pack, net), *_claims(pack, book))]
    findings += _unfounded([*mine, *(one.rule for one in silent)])
    findings += _loosened(book, ground, only)
    return sorted(dict.fromkeys(findings), key=lambda finding: (finding.level, finding.mandate, finding.code))


def county_of(directory: Directory, at: datetime) -> CountyOf:
    """The county of a school as the directory knows it."""

    def county(school: str) -> str | None:
        found = directory.school(school, at)
        return found.county if found is not None else None

    return county


def _of_silence(book: MandateBook, at: datetime) -> Iterator[_Named]:
    """What the periodic duties and cross-checks in force name: the types that meet them, and the roles that owe it or are told."""
    for duty in book.periodic:
        if book.in_force(duty.in_pack, at):
            statements = [one for part in duty.parts for one in (part.met_by, part.opened_by) if isinstance(one, Statement)]
            roles = [role for part in duty.parts for role in (part.desk, *(row.to for row in part.told))]
            yield _Named(duty, _once(name for one in statements for name in one.types), _once(role for role in roles if role in ROLES))
    for one in book.crosschecks:
        if book.in_force(one.mandate.in_pack, at):
            owes = (one.owes,) if one.owes in ROLES else ()
            yield _Named(one.mandate, _once((*one.evidence.types, *one.answer.types)), owes)


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _of_one(rule: Mandate, said: frozenset[str], catalogue: Catalogue) -> Iterator[Finding]:
    yield from _named(_Named(rule, rule.types, tuple(roles_of(rule))), said, catalogue)
    broken = contradiction(rule)
    if broken:
        yield Finding.about(rule, "error", "dead-rule", f"条件自相矛盾，永不生效：{broken}", f"can never match: {broken}")
    yield from _rows(rule)
    yield from _views(rule)


def _named(one: _Named, said: frozenset[str], catalogue: Catalogue) -> Iterator[Finding]:
    """Types that nothing carries, and roles that nobody hosts."""
    for name in one.types:
        if name not in said:
            yield Finding.about(one.rule, "error", "no-topic", f"没有主题承载事件 {name}", f"no topic carries {name}")
    for role in one.roles:
        try:
            catalogue.host_of(role)
        except UnknownRole:
            yield Finding.about(one.rule, "error", "no-host", f"没有服务承载 {role}", f"no service hosts {role}")


def _rows(rule: Mandate) -> Iterator[Finding]:
    """Rows that never speak, or limits that nobody reads."""
    for row in rule.notify:
        never = [name for name in row.types if name not in rule.types]
        if never:
            zh, en = f"{row.to} 所限类型 {'、'.join(never)} 不属本规则", f"{row.to} is for {', '.join(never)}, which this rule is not about"
            yield Finding.about(rule, "error", "dead-row", zh, en)
        if row.only and rule.trigger != "unmatched":
            zh, en = f"{row.to} 的 only 只对无规则匹配的事件有效", f"only of {row.to} is read for unmatched events alone"
            yield Finding.about(rule, "error", "dead-row", zh, en)
        if row.ack_by_ladder and RETURNED not in rule.types:
            zh, en = f"{row.to} 的 ack_by_ladder 只对退单有效", f"ack_by_ladder of {row.to} is read for returns alone"
            yield Finding.about(rule, "error", "dead-row", zh, en)


def _views(rule: Mandate) -> Iterator[Finding]:
    """A view belongs to an agency; the view of another one would show fields that nobody meant it to see."""
    for row in rule.notify:
        word = row.to.removeprefix("city.") if row.to.startswith("city.") else row.to
        allowed = VIEWS_OF.get(word.replace("-", ".").split(".")[0])
        if row.view != "own" and allowed is not None and set(row.view) - set(allowed) - {"L"}:
            yield Finding.about(rule, "error", "foreign-view", f"{row.to} 不属于视图 {row.view}", f"{row.to} is not of view {row.view}")


def _places(pack: PackInfo, net: Net) -> Iterator[Finding]:
    """A pack for a place that the directory does not know would speak to nobody."""
    if pack.jurisdiction and not net.spots(pack, schools=False) and not net.spots(pack, schools=True):
        zh, en = (
            f"名录中没有辖区 {pack.jurisdiction}，或该辖区尚未接入",
            f"the directory has no {pack.jurisdiction}, or it is not on the bus",
        )
        yield Finding.of_pack(pack, "error", "no-place", zh, en)


def _shadowed(mine: Iterable[Mandate], rules: Iterable[Mandate]) -> Iterator[Finding]:
    by_type: dict[str, list[Mandate]] = {}
    for rule in rules:
        for name in rule.types:
            by_type.setdefault(name, []).append(rule)
    for rule in mine:
        alike = by_type.get(rule.types[0], ()) if rule.types else ()
        other = next((other for other in alike if shadows(other, rule)), None)
        if other is not None:
            zh, en = f"{other.id}（{other.pack}）已完全覆盖本规则", f"{other.id} ({other.pack}) already says all of this"
            yield Finding.about(rule, "warning", "shadowed", zh, en)


def _claims(pack: PackInfo, book: MandateBook) -> Iterator[Finding]:
    """A demand that a pack claims, or that its versions before claimed, must be carried by one of its rules."""
    every = (*book, *book.periodic, *(one.mandate for one in book.crosschecks))
    covered = {row for rule in every if rule.in_pack == pack for row in rule.covers}
    before = {row for other in book.packs if other.id == pack.id and other.version < pack.version for row in other.claims}
    for row in sorted({*pack.claims, *before} - covered):
        yield Finding.of_pack(pack, "error", "claim-open", f"声称的要求 {row} 没有规则承载", f"no rule carries the claimed demand {row}")


def _unfounded(rules: Iterable[AnyRule]) -> Iterator[Finding]:
    """What a rule covers must stand on words for it."""
    for rule in rules:
        for row in sorted(set(rule.covers) - {basis.row for basis in rule.basis}):
            yield Finding.about(rule, "error", "claim-unfounded", f"要求 {row} 没有引文依据", f"no quote founds the demand {row}")


def _loosened(book: MandateBook, ground: Ground, only: PackInfo | None) -> Iterator[Finding]:
    for fault in loosenings(book, county_of(ground.directory, ground.at), only=only):
        yield Finding("error", "loosened", fault.rule, fault.zh, fault.en, place=f"{fault.file}:{fault.line}")
