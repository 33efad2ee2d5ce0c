"""Every mandate of every loaded pack, found by type and jurisdiction: the cost of an event does not grow with rules that cannot match."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import product
from typing import Any

from contracts.coordination import ConditionResult, Ladder
from contracts.envelope import Envelope
from contracts.registry import UnknownType, event_type
from services.routing.core.mandates.expected import CrossCheck, PeriodicDuty
from services.routing.core.mandates.model import LadderStep, Mandate

STANDS_FOR = frozenset({"S", "C", "L"})
"""Marks of the follow-ups a type stands for: supplemented, corrected, level-changed."""


class MandateBook:
    """Immutable. Versions of one mandate stand beside each other; time chooses. ``periodic`` and ``crosschecks`` hold every version too;
    the mandates of cross-checks are found by their id alone."""

    def __init__(
        self,
        mandates: Iterable[Mandate],
        ladders: Mapping[Ladder, Sequence[LadderStep]],
        version: str,
        *,
        periodic: Iterable[PeriodicDuty] = (),
        crosschecks: Iterable[CrossCheck] = (),
    ) -> None:
        self.periodic = tuple(sorted(periodic, key=lambda d: (d.id, d.in_pack.jurisdiction, d.in_pack.version, d.version)))
        self.crosschecks = tuple(sorted(crosschecks, key=lambda c: (c.id, c.mandate.in_pack.version, c.mandate.version)))
        self._mandates = tuple(sorted(mandates, key=lambda m: (m.id, m.in_pack.jurisdiction, m.in_pack.version, m.version)))
        self._ladders = {letter: tuple(steps) for letter, steps in ladders.items()}
        self.version = version
        self._index: dict[tuple[str, str], dict[str, list[Mandate]]] = {}
        self._by_id: dict[str, list[Mandate]] = {}
        for mandate in (*self._mandates, *(check.mandate for check in self.crosschecks)):
            self._by_id.setdefault(mandate.id, []).append(mandate)
            for name in mandate.types if mandate.trigger == "event" else ():
                self._index.setdefault((name, mandate.in_pack.jurisdiction), {}).setdefault(mandate.id, []).append(mandate)

    def __iter__(self) -> Iterator[Mandate]:
        return iter(self._mandates)

    def candidates(self, event_name: str, county: str, known_at: datetime, published_at: datetime) -> tuple[Mandate, ...]:
        """The mandates that may match an event, by id: of each the version in force at known_at, else at published_at.

        The mandate of a smaller jurisdiction stands in for the one of the same id above it.
        """
        found: dict[str, Mandate] = {}
        for name, jurisdiction in product(_names(event_name), ("", county[:2], county[:4], county)):
            for identity, versions in self._index.get((name, jurisdiction), {}).items():
                chosen = in_force(versions, known_at) or in_force(versions, published_at)
                found.update({identity: chosen} if chosen else {})
        return tuple(found[identity] for identity in sorted(found))

    def by_id(self, identity: str, at: datetime | None = None) -> Mandate | None:
        """A mandate by its id: the version in force at ``at``, without it the newest."""
        versions = self._by_id.get(identity, [])
        return in_force(versions, at) if at is not None else (versions[-1] if versions else None)

    def periodic_at(self, at: datetime, county: str = "") -> tuple[PeriodicDuty, ...]:
        """The periodic duties in force at ``at``, by id; that of a smaller jurisdiction stands in for the one above it."""
        found: dict[str, PeriodicDuty] = {}
        for jurisdiction in dict.fromkeys(("", county[:2], county[:4], county)):
            found |= {duty.id: duty for duty in self.periodic if duty.in_pack.jurisdiction == jurisdiction and duty.in_pack.in_force(at)}
        return tuple(found[identity] for identity in sorted(found))

    def crosschecks_at(self, at: datetime) -> tuple[CrossCheck, ...]:
        """The cross-checks in force at ``at``, by id."""
        return tuple({check.id: check for check in self.crosschecks if check.mandate.in_pack.in_force(at)}.values())

    def ladder(self, letter: Ladder) -> tuple[LadderStep, ...]:
        """The steps of a ladder; a letter that no file describes is a KeyError."""
        return self._ladders[letter]


def in_force(versions: Sequence[Mandate], at: datetime) -> Mandate | None:
    """The newest version whose pack is in force at ``at``."""
    return next((mandate for mandate in reversed(versions) if mandate.in_pack.in_force(at)), None)


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


def _names(event_name: str) -> tuple[str, ...]:
    """The type itself and, for a follow-up that changes the picture, its head."""
    try:
        kind = event_type(event_name)
    except UnknownType:
        return (event_name,)
    return (event_name, kind.head) if kind.head is not None and kind.mark in STANDS_FOR else (event_name,)
