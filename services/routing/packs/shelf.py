"""The shelf: the packs that come with the program and what all packs share; packs activated later are read from their stored files."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from contracts.coordination import Ladder
from services.routing.core.mandates import (
    AllReported,
    AnyRule,
    CrossCheck,
    LadderStep,
    Mandate,
    MandateBook,
    OwnLadder,
    PackInfo,
    PeriodicDuty,
)
from services.routing.packs.faults import Fault, PackInvalid
from services.routing.packs.sources import Sources

FOUNDING = Path(__file__).parent.parent / "mandates"
Files = Mapping[str, str]
"""The YAML files of one pack: name → text."""


@dataclass(frozen=True, slots=True)
class Pack:
    """One version of a pack with its rules, by the kind of file they stand in."""

    info: PackInfo
    mandates: tuple[Mandate, ...] = ()
    periodic: tuple[PeriodicDuty, ...] = ()
    crosschecks: tuple[CrossCheck, ...] = ()
    ladders: tuple[OwnLadder, ...] = ()

    @property
    def rules(self) -> tuple[AnyRule, ...]:
        """Those of every kind."""
        return (*self.mandates, *self.periodic, *(check.mandate for check in self.crosschecks))


@dataclass(frozen=True, slots=True)
class Shelf:
    """The founding packs, and the documents and ladders that every pack may name."""

    sources: Sources
    ladders: Mapping[Ladder, tuple[LadderStep, ...]]
    packs: tuple[Pack, ...]

    def book(self, stored: Iterable[Pack] = (), number: int = 0) -> MandateBook:
        """All packs as one book; ``number`` (how often packs were activated) tells it from those before. PackInvalid: they do not fit."""
        packs = (*self.packs, *stored)
        faults = rivals(packs) + lost_sums(packs)
        if faults:
            raise PackInvalid(faults)
        version = "+".join(pack.info.name for pack in self.packs) + (f"#{number}" if number else "")
        return MandateBook(
            (mandate for pack in packs for mandate in pack.mandates),
            self.ladders,
            version,
            (pack.info for pack in packs),
            periodic=(duty for pack in packs for duty in pack.periodic),
            crosschecks=(check for pack in packs for check in pack.crosschecks),
            own_ladders=(ladder for pack in packs for ladder in pack.ladders),
        )


def rivals(packs: Iterable[Pack]) -> list[Fault]:
    """Packs that cannot stand beside each other: one version twice, a pack that moved, one rule id in two packs of one place at one time."""
    faults: list[Fault] = []
    known: dict[tuple[str, int], PackInfo] = {}
    homes: dict[str, PackInfo] = {}
    rules: dict[tuple[str, str], list[AnyRule]] = {}
    for pack in packs:
        info = pack.info
        if known.setdefault((info.id, info.version), info) is not info:
            faults.append(_fault(info, f"规则包 {info.name} 已有此版本", f"there is a {info.name} already"))
        home = homes.setdefault(info.id, info)
        if (home.level, home.jurisdiction) != (info.level, info.jurisdiction):
            faults.append(_fault(info, f"规则包 {info.id} 的层级或辖区与先前版本不同", f"{info.id} was of another level or jurisdiction"))
        for rule in pack.rules:
            same = rules.setdefault((rule.id, info.jurisdiction), [])
            faults += [_rival(rule, other) for other in same if _meet(rule.in_pack, other.in_pack)]
            same.append(rule)
    return faults


def lost_sums(packs: Sequence[Pack]) -> list[Fault]:
    """A summary of a duty that no pack has would never be missing."""
    duties = [duty for pack in packs for duty in pack.periodic]
    known = {duty.id for duty in duties}
    met = [(duty, part.met_by) for duty in duties for part in duty.parts]
    lost = [(duty, by.rule) for duty, by in met if isinstance(by, AllReported) and by.rule not in known]
    return [Fault(duty.file, duty.line, duty.id, f"没有应报规则 {rule}", f"no periodic duty {rule}") for duty, rule in lost]


def _meet(one: PackInfo, other: PackInfo) -> bool:
    """Whether two packs are in force at one time; versions of one pack follow each other."""
    first, last = (one, other) if one.effective_from <= other.effective_from else (other, one)
    return one.id != other.id and (first.effective_to is None or last.effective_from < first.effective_to)


def _fault(pack: PackInfo, zh: str, en: str) -> Fault:
    return Fault(f"{pack.name}/pack.yaml", 1, "-", zh, en)


def _rival(rule: AnyRule, other: AnyRule) -> Fault:
    place = f"{other.file}:{other.line}"
    zh, en = f"同一辖区的规则包 {other.pack} 已有此规则（{place}）", f"{other.pack} has this rule for the same place ({place})"
    return Fault(rule.file, rule.line, rule.id, zh, en)
