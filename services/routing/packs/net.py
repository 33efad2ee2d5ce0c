"""The duty net 责任网 (GOV-05): every rule, in every county and for every school, finds a desk with a unit, a named person, hours and two channels."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.routing.core.calendar import DayUnknown, local_day
from services.routing.core.directory import ROLES, Directory, Where
from services.routing.core.mandates import AnyRule, Mandate, PackInfo
from services.routing.core.matching.cast import STAND_INS
from services.routing.packs.finding import Code, Finding, Level

PAIR_REQUIRED = frozenset({"POL-01", "SCH-01", "PSY-01"})
"""Rules that need every school's own unit."""
BY_SCHOOL = frozenset({"school", "paired", "serving", "designated"})
TWO = 2
"""Channels that every desk needs: one may fail."""
OF_THE_NET: frozenset[Code] = frozenset({"no-unit", "no-pair", "no-person", "no-hours", "no-channel"})
"""Findings that the net itself makes."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One place that a role is asked for: a county, or a school in it."""

    name: str
    where: Where


@dataclass(frozen=True, slots=True)
class Gap:
    """Where a role finds nobody, out of how many places, and why."""

    code: Code
    names: tuple[str, ...]
    places: int

    @property
    def everywhere(self) -> bool:
        return len(self.names) == self.places


class Net:
    """Looks roles up as the directory stands when a pack begins (``at``), and for persons ``now``."""

    def __init__(self, directory: Directory, *, at: datetime, now: datetime) -> None:
        self._directory = directory
        self._at = at
        self._now = now
        self._spots: dict[tuple[str, bool], tuple[Spot, ...]] = {}
        self._gaps: dict[tuple[str, str], tuple[Gap, ...]] = {}

    def spots(self, pack: PackInfo, *, schools: bool) -> tuple[Spot, ...]:
        """The schools, or the counties, inside a pack's jurisdiction that are on the bus."""
        key = (pack.jurisdiction, schools)
        if key not in self._spots:
            self._spots[key] = tuple(self._schools(pack) if schools else self._counties(pack))
        return self._spots[key]

    def _schools(self, pack: PackInfo) -> Iterator[Spot]:
        for unit in self._directory.units(self._at):
            inside = unit.id == pack.jurisdiction if pack.level == "school" else unit.county.startswith(pack.jurisdiction)
            if unit.kind == "sch" and inside and self._on_the_bus(unit.county):
                yield Spot(unit.name, Where((unit.id,), unit.county, unit.place_code))

    def _counties(self, pack: PackInfo) -> Iterator[Spot]:
        if pack.level == "school":
            yield from (Spot(spot.where.county, Where((), spot.where.county)) for spot in self.spots(pack, schools=True))
            return
        counties = {
            unit.county: unit.name for unit in self._directory.units(self._at) if unit.kind == "area" and not unit.county.endswith("00")
        }
        for county, name in sorted(counties.items()):
            if county.startswith(pack.jurisdiction) and self._on_the_bus(county):
                yield Spot(name, Where((), county))

    def _on_the_bus(self, county: str) -> bool:
        return self._directory.onboarding(county, self._at) != "none"

    def findings(self, mandate: Mandate) -> Iterator[Finding]:
        """What the net lacks for a rule: an unresolved statutory duty, a pair that life depends on, or a role that nobody fills refuses."""
        yield from self.reach(mandate, roles_of(mandate))

    def reach(self, rule: AnyRule, roles: Iterable[str]) -> Iterator[Finding]:
        """What the net lacks for roles that a rule counts on."""
        for role in roles:
            for gap in self.gaps(role, rule.in_pack):
                yield _finding(rule, role, gap)

    def gaps(self, role: str, pack: PackInfo) -> tuple[Gap, ...]:
        """Where a role finds no desk, or one without a person, inside a pack's jurisdiction."""
        key = (role, pack.jurisdiction)
        if key not in self._gaps:
            self._gaps[key] = tuple(self._look(role, self.spots(pack, schools=ROLES[role].scope in BY_SCHOOL)))
        return self._gaps[key]

    def _look(self, role: str, spots: Sequence[Spot]) -> Iterator[Gap]:
        found = {spot.name: [str(one.desk) for one in self._directory.resolve(role, spot.where, self._at)] for spot in spots}
        nobody = tuple(name for name, desks in found.items() if not desks)
        if nobody:
            yield Gap("no-unit" if len(nobody) == len(spots) else "no-pair", nobody, len(spots))
        unnamed = tuple(name for name, desks in found.items() if desks and not any(map(self._named, desks)))
        if unnamed:
            yield Gap("no-person", unnamed, len(spots))
        closed = tuple(name for name, desks in found.items() if desks and not any(map(self._has_hours, desks)))
        if closed:
            yield Gap("no-hours", closed, len(spots))
        single = tuple(name for name, desks in found.items() if desks and not any(map(self._has_channels, desks)))
        if single:
            yield Gap("no-channel", single, len(spots))

    def _named(self, desk: str) -> bool:
        """Whether somebody stands there or comes later; a hole of tonight is not a desk without a name."""
        if not self._directory.desk_exists(desk, self._now):
            return True
        cover = self._directory.covered(desk, self._now)
        return cover.ok or cover.until is not None

    def _has_channels(self, desk: str) -> bool:
        return len(self._directory.channels(desk)) >= TWO

    def _has_hours(self, desk: str) -> bool:
        try:
            self._directory.desk_time(desk, self._at).hours_on(local_day(self._at), self._at)
        except DayUnknown:
            return False
        return True


def roles_of(mandate: Mandate) -> list[str]:
    """The roles that a rule names, in order, without the side of a handover; who they are in one incident is not looked up here."""
    task = mandate.task
    named = [row.to for row in mandate.notify] + ([*([task.lead] if task.lead else []), *task.assist] if task else [])
    return list(dict.fromkeys(role.partition("@")[0] for role in named if role not in STAND_INS))


def is_statutory(rule: AnyRule, role: str) -> bool:
    """Whether the role must sign by a number that a law or an official document gives."""
    rows = [row for row in (rule.notify if isinstance(rule, Mandate) else ()) if row.to.partition("@")[0] == role and row.kind != "inform"]
    return any(source.standing in ("law", "doc") for row in rows for source in row.sources)


_WORDS: dict[Code, tuple[str, str]] = {
    "no-unit": ("名录中没有可送达的", "no desk of"),
    "no-pair": ("名录中没有可送达的", "no desk of"),
    "no-person": ("没有具名值守人员：", "nobody is named at"),
    "no-channel": ("只有一种送达渠道：", "only one channel reaches"),
    "no-hours": ("没有可用的日历，无法确定值守时间：", "no calendar tells the hours of"),
}


def _finding(rule: AnyRule, role: str, gap: Gap) -> Finding:
    required = rule.id in PAIR_REQUIRED or is_statutory(rule, role)
    level: Level = "error" if gap.code != "no-hours" and (required or (gap.everywhere and gap.code == "no-unit")) else "warning"
    names = "、".join(gap.names[:5]) + ("等" if len(gap.names) > 5 else "")
    zh, en = _WORDS[gap.code]
    statutory = "（法定职责）" if is_statutory(rule, role) else ""
    return Finding.about(
        rule,
        level,
        gap.code,
        f"{zh}{ROLES[role].title}（{role}）{statutory}：{names}",
        f"{en} {role} for {len(gap.names)} of {gap.places} places",
    )
