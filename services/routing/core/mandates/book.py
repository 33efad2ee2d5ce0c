"""Every mandate of every loaded pack, found by type and jurisdiction: the cost of an event does not grow with rules that cannot match."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import product
from typing import Any

from contracts.coordination import ConditionResult, Ladder
from contracts.envelope import Envelope
from contracts.registry import UnknownType, event_type
from services.routing.core.mandates.expected import CrossCheck, PeriodicDuty
from services.routing.core.mandates.ladders import OwnLadder, PlacedLadders
from services.routing.core.mandates.model import LadderStep, Mandate, PackInfo, Place
from services.routing.core.mandates.silence import check_breaches, duty_breaches
from services.routing.core.mandates.tightening import breaches
from services.routing.core.mandates.unasked import Unasked

STANDS_FOR = frozenset({"S", "C", "L"})
"""Marks of the follow-ups a type stands for: supplemented, corrected, level-changed."""
NATION = Place("")
COUNTY = 6
"""Digits of a county's code; a school's is longer."""


class MandateBook:
    """Immutable. Versions of a pack stand beside each other, time chooses; packs of smaller places stand before those above them.

    Of a pack the highest version whose dates hold the moment is in force, whole. A rule of a smaller place that has ceased to be a
    tightening, since the one above it became tighter, speaks beside it and no longer in its place: nobody is ever asked for less.

    ``periodic`` and ``crosschecks`` hold every version too, ``duties`` and ``checks`` find them; the mandates of cross-checks are found by
    their id alone."""

    def __init__(
        self,
        mandates: Iterable[Mandate],
        ladders: Mapping[Ladder, Sequence[LadderStep]],
        version: str,
        packs: Iterable[PackInfo] = (),
        *,
        periodic: Iterable[PeriodicDuty] = (),
        crosschecks: Iterable[CrossCheck] = (),
        own_ladders: Iterable[OwnLadder] = (),
    ) -> None:
        self.periodic = tuple(sorted(periodic, key=_order))
        self.crosschecks = tuple(sorted(crosschecks, key=_order))
        self._mandates = tuple(sorted(mandates, key=_order))
        self.placed_ladders = PlacedLadders(ladders, own_ladders, self.in_force)
        self._ladders = self.placed_ladders.shared
        self.version = version
        self._index: dict[tuple[str, str], dict[str, list[Mandate]]] = {}
        self._by_id: dict[tuple[str, str], list[Mandate]] = {}
        self._packs: dict[str, dict[int, PackInfo]] = {}
        self._tightens: dict[tuple[str, str, str], bool] = {}
        self._kept: dict[str, list[str]] = {}
        told = (*self._mandates, *(check.mandate for check in self.crosschecks))
        for pack in (*packs, *(mandate.in_pack for mandate in told), *(duty.in_pack for duty in self.periodic), *(one.in_pack for one in self.placed_ladders.own)):
            self._packs.setdefault(pack.id, {})[pack.version] = pack
        for mandate in told:
            self._keep(mandate)
        for codes in self._kept.values():
            codes.sort()
        self.duties = Unasked(self.periodic, self.in_force, lambda own, above: bool(duty_breaches(own, above, self._ladders)))
        self.checks = Unasked(self.crosschecks, self.in_force, lambda own, above: bool(check_breaches(own, above, self._ladders)))

    def _keep(self, mandate: Mandate) -> None:
        jurisdiction = mandate.in_pack.jurisdiction
        self._by_id.setdefault((mandate.id, jurisdiction), []).append(mandate)
        for name in mandate.types if mandate.trigger == "event" else ():
            if (name, jurisdiction) not in self._index:
                self._kept.setdefault(name, []).append(jurisdiction)
            self._index.setdefault((name, jurisdiction), {}).setdefault(mandate.id, []).append(mandate)

    def __iter__(self) -> Iterator[Mandate]:
        return iter(self._mandates)

    @property
    def packs(self) -> tuple[PackInfo, ...]:
        """Every version of every pack."""
        return tuple(pack for versions in self._packs.values() for pack in versions.values())

    @property
    def ladders(self) -> Mapping[Ladder, tuple[LadderStep, ...]]:
        return self._ladders

    def in_force(self, pack: PackInfo, at: datetime) -> bool:
        """Whether this version of its pack speaks at ``at``: its dates hold the moment, and no higher version's do."""
        newer = (other for number, other in self._packs[pack.id].items() if number > pack.version)
        return pack.in_force(at) and not any(other.in_force(at) for other in newer)

    def speaks_at(self, event_name: str, jurisdiction: str) -> bool:
        """Whether a pack of this very jurisdiction has rules for a type."""
        return any((name, jurisdiction) in self._index for name in _names(event_name))

    def divisions_within(self, event_name: str, prefix: str) -> tuple[str, ...]:
        """The divisions inside one whose packs have rules for a type; it is found without looking at those elsewhere."""
        kept = [self._kept.get(name, []) for name in _names(event_name)]
        ranges = [codes[bisect_left(codes, prefix) : bisect_left(codes, f"{prefix}:")] for codes in kept]
        return tuple(dict.fromkeys(code for codes in ranges for code in codes if len(code) <= COUNTY))

    def candidates(self, event_name: str, places: Sequence[Place], known_at: datetime, published_at: datetime) -> tuple[Mandate, ...]:
        """The mandates that may match an event at its places, by id: of each what was in force at known_at, else at published_at.

        The rule of a smaller jurisdiction stands in for the one of the same id above it, at its own places: where several rules of one id
        speak, each names those it speaks for."""
        found: dict[tuple[str, str], tuple[Mandate, list[Place]]] = {}
        for place in places:
            for rule in self._speaking(_names(event_name), place, known_at, published_at):
                found.setdefault((rule.id, rule.pack), (rule, []))[1].append(place)
        return tuple(sorted(_placed(found.values(), places), key=lambda rule: rule.id))

    def standing(self, identity: str, places: Sequence[Place], *moments: datetime) -> tuple[Mandate, ...]:
        """The rules of one id that speak at some places at the first of the moments when any is in force, as ``candidates`` finds those of a type."""
        found: dict[str, tuple[Mandate, list[Place]]] = {}
        for place in places:
            chain = (rule for code in place.jurisdictions for rule in self._by_id.get((identity, code), ()))
            for rule in self._standing(chain, *moments):
                found.setdefault(rule.pack, (rule, []))[1].append(place)
        return tuple(_placed(found.values(), places))

    def _speaking(self, names: Sequence[str], place: Place, known_at: datetime, published_at: datetime) -> Iterator[Mandate]:
        chains: dict[str, dict[str, Mandate]] = {}
        for jurisdiction, name in product(place.jurisdictions, names):
            for identity, versions in self._index.get((name, jurisdiction), {}).items():
                chains.setdefault(identity, {}).update({rule.pack: rule for rule in versions})
        for chain in chains.values():
            yield from self._standing(chain.values(), known_at, published_at)

    def _standing(self, chain: Iterable[Mandate], *moments: datetime) -> list[Mandate]:
        """Of the rules of one id, from the nation down, those that speak at the first of the moments when any is in force."""
        rules = list(chain)
        in_time = next((found for at in moments if (found := [rule for rule in rules if self.in_force(rule.in_pack, at)])), [])
        standing: list[Mandate] = []
        for rule in in_time:
            standing = [*(above for above in standing if not self._stands_in(rule, above)), rule]
        return standing

    def _stands_in(self, rule: Mandate, above: Mandate) -> bool:
        key = (rule.id, rule.pack, above.pack)
        if key not in self._tightens:
            self._tightens[key] = not breaches(rule, above, self._ladders)
        return self._tightens[key]

    def chain(self, identity: str, place: Place, at: datetime) -> tuple[Mandate, ...]:
        """The rules of one id that are in force at a place, from the nation down."""
        rules = (rule for code in place.jurisdictions for rule in self._by_id.get((identity, code), ()))
        return tuple(rule for rule in rules if self.in_force(rule.in_pack, at))

    def rules_on(self, types: Sequence[str], jurisdictions: Sequence[str], at: datetime) -> tuple[Mandate, ...]:
        """The rules about any of the types that packs of these jurisdictions have in force."""
        kept = [rules for name, code in product(types, jurisdictions) for rules in self._index.get((name, code), {}).values()]
        found = {(rule.id, rule.pack): rule for rules in kept for rule in rules if self.in_force(rule.in_pack, at)}
        return tuple(found.values())

    def by_id(self, identity: str, at: datetime | None = None, place: Place = NATION) -> Mandate | None:
        """A mandate by its id, of the smallest jurisdiction of the place: the version in force at ``at``, without it the newest."""
        if at is not None:
            return next(reversed(self.chain(identity, place, at)), None)
        versions = (self._by_id.get((identity, code)) for code in reversed(place.jurisdictions))
        return next((found[-1] for found in versions if found), None)

    def periodic_at(self, at: datetime, division: str = "", school: str = "") -> tuple[PeriodicDuty, ...]:
        """The periodic duties in force at a place, by id; that of a smaller place stands in for the one above it that it tightens."""
        return self.duties.at(at, Place(division, school))

    def crosschecks_at(self, at: datetime, division: str = "", school: str = "") -> tuple[CrossCheck, ...]:
        """The cross-checks in force at a place, by id; that of a smaller place stands in for the one above it that it tightens."""
        return self.checks.at(at, Place(division, school))

    def ladder(self, letter: Ladder, place: Place = NATION, at: datetime | None = None) -> tuple[LadderStep, ...]:
        """The steps of a ladder as they hold at a place and time, without a time those that all share; an unknown letter is a KeyError."""
        return self._ladders[letter] if at is None else self.placed_ladders.at(letter, place, at)


def test(mandate: Mandate, data: Mapping[str, Any], envelope: Envelope) -> tuple[bool, tuple[ConditionResult, ...]]:
    """Whether every clause of a mandate holds on the merged picture, and how each was tested; ``envelope.<field>`` names the envelope's."""
    facts = {
        **data,
        **{f"envelope.{field}": getattr(envelope, field) for field in ("county", "status", "place_code")},
        "envelope.type": envelope.name,
    }
    results = tuple(ConditionResult(mandate=mandate.id, matched=clause.holds(facts), condition=clause.words) for clause in mandate.when)
    return all(result.matched for result in results), results


test.__test__ = False  # type: ignore[attr-defined]  # a rule, not a pytest function


def _placed(found: Iterable[tuple[Mandate, Sequence[Place]]], places: Sequence[Place]) -> list[Mandate]:
    """Rules with the places they speak for; none named where that is all of them."""
    return [rule if len(at) == len(places) else replace(rule, places=tuple(at)) for rule, at in found]


def _order(rule: Mandate | PeriodicDuty | CrossCheck) -> tuple[str, str, int, int]:
    return rule.id, rule.in_pack.jurisdiction, rule.in_pack.version, rule.version


def _names(event_name: str) -> tuple[str, ...]:
    """The type itself and, for a follow-up that changes the picture, its head."""
    try:
        kind = event_type(event_name)
    except UnknownType:
        return (event_name,)
    return (event_name, kind.head) if kind.head is not None and kind.mark in STANDS_FOR else (event_name,)
