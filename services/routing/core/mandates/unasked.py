"""What must be stated without being asked, found by the places that packs speak for."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Generic, TypeVar

from services.routing.core.mandates.expected import CrossCheck, PeriodicDuty
from services.routing.core.mandates.model import PackInfo, Place

T = TypeVar("T", PeriodicDuty, CrossCheck)


class Unasked(Generic[T]):
    """Every version of every rule of one sort. ``in_force``: whether a version of a pack speaks at an instant.

    The rule of a smaller jurisdiction stands in for that of the same id above it as long as it does not ``loosen`` it."""

    def __init__(self, rules: Iterable[T], in_force: Callable[[PackInfo, datetime], bool], loosens: Callable[[T, T], bool]) -> None:
        self._rules: dict[str, list[T]] = {}
        for rule in rules:
            self._rules.setdefault(rule.in_pack.jurisdiction, []).append(rule)
        self._in_force = in_force
        self._loosens: Callable[[T, T], bool] = loosens
        self._known: dict[tuple[str, str, str], bool] = {}

    def at(self, at: datetime, place: Place) -> tuple[T, ...]:
        """The rules in force at a place, by id."""
        found: dict[str, T] = {}
        for rule in (rule for code in place.jurisdictions for rule in self._rules.get(code, ())):
            if self._in_force(rule.in_pack, at) and (rule.id not in found or self._stands_in(rule, found[rule.id])):
                found[rule.id] = rule
        return tuple(found[identity] for identity in sorted(found))

    def anywhere(self, at: datetime) -> tuple[T, ...]:
        """The rules in force at any place, each as often as packs have it."""
        return tuple(rule for rules in self._rules.values() for rule in rules if self._in_force(rule.in_pack, at))

    def speaking(self, place: Place) -> tuple[str, ...]:
        """The jurisdictions of a place whose packs have such rules, in force or not."""
        return tuple(code for code in place.jurisdictions if code in self._rules)

    def _stands_in(self, own: T, above: T) -> bool:
        key = (own.id, own.in_pack.name, above.in_pack.name)
        if key not in self._known:
            self._known[key] = not self._loosens(own, above)
        return self._known[key]
