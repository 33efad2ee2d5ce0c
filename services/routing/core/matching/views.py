"""Views: which fields of an event a recipient gets. Any other field is absent, not null and not masked."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.event_type import EventType
from contracts.fields import item_model, labels_of, sealed_fields, views_of
from contracts.places import named_schools, school_in
from contracts.registry import event_type
from services.routing.core.mandates import Mandate

SCHOOL, LEADERS = "S", frozenset("L")
TOWN = 9
"""Digits of a town's division code; a community's has 12."""


@dataclass(frozen=True, slots=True)
class _Cut:
    """One event being cut to one view."""

    kind: EventType
    data: Mapping[str, Any]
    view: frozenset[str]
    own: frozenset[str]
    place: str | None

    def letters(self, field: str) -> tuple[frozenset[str], frozenset[str]]:
        """The letters of the view that see the field in this case: in full, and at least their own part of it.

        What a school sees of its own alone, a leader in one sees no more of."""
        full = part = self.view & views_of(self.kind.model)[field]
        for narrowing in self.kind.narrowings:
            if narrowing.field == field and narrowing.holds(self.data):
                leads = LEADERS if self.own and SCHOOL in narrowing.own_school else frozenset[str]()
                full &= narrowing.views - leads
                part &= narrowing.views | narrowing.own_school
        return full, part

    def shown(self, field: str, value: Any) -> Any:
        """What is left of a value; None or an empty list when nothing is."""
        full, part = self.letters(field)
        local = self.local(field)
        if not part | local:
            return None
        if field in sealed_fields(self.kind.model):
            return [row for row in value if self._row_shown(row, full, part, local)]
        if full:
            return self._cut(field, value, full)
        return self._cut(field, [item for item in value if self._is_own(item)], part) if isinstance(value, list | tuple) else None

    def _cut(self, field: str, value: Any, letters: frozenset[str]) -> Any:
        """An object, or each object of a list, without the fields that the letters do not see."""
        model = item_model(self.kind.model, field)
        if model is None:
            return value
        seen = {name for name, views in views_of(model).items() if views & letters}
        cut = [{name: one[name] for name in one if name in seen} for one in (value if isinstance(value, list | tuple) else [value])]
        return cut if isinstance(value, list | tuple) else cut[0]

    def _is_own(self, item: Any) -> bool:
        """Whether an item of a list is the recipient's school, or an object that belongs to it."""
        return (school_in(item) or self._only_school()) in self.own

    def local(self, field: str) -> frozenset[str]:
        """The letters of the view that see of the field's rows, in this case, those of their own community."""
        found = self.view & views_of(self.kind.model)[field]
        cases = [one.own_community for one in self.kind.narrowings if one.field == field and one.holds(self.data)]
        return found.intersection(*cases) if cases else frozenset()

    def _row_shown(self, row: Mapping[str, Any], full: frozenset[str], part: frozenset[str], local: frozenset[str]) -> bool:
        """A sealed row goes to the views it was sealed for; a school gets its own pupils only, a community its own inhabitants."""
        held = frozenset(row["views"])
        if full & held or (local & held and self._lives_here(row)):
            return True
        school = row.get("school_id") or self._only_school()
        return bool(part & held) and school in self.own

    def _lives_here(self, row: Mapping[str, Any]) -> bool:
        """Whether the recipient is the row's community, or a town's office where the community is not known."""
        home = row.get("home_community")
        return self.place == home if home else self.place is not None and len(self.place) == TOWN

    def _only_school(self) -> str | None:
        """The school of a row that names none: the event's, when there is just one."""
        named = named_schools(self.data)
        return named[0] if len(named) == 1 else None


def project(
    event_name: str, data: Mapping[str, Any], view: str, *, school: str | Collection[str] | None, place: str | None = None
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The fields of ``data`` (JSON values) that ``view`` holds, several letters united, and the labels of those it lacks.

    ``school``: the recipient's own school (all its ids where schools merged), which alone it sees where a field or a sealed row is
    narrowed to one's own; ``place``: the division code of the recipient's unit, by which a community gets its own rows. An unknown event
    name is an UnknownType. Of a type that protects its publisher not even the labels are told: that a field is stated says something.
    """
    kind = event_type(event_name)
    own = frozenset({school} if isinstance(school, str) else school or ())
    cut = _Cut(kind, data, frozenset(view), own, place)
    labels = labels_of(kind.model)
    payload: dict[str, Any] = {}
    hidden: list[str] = []
    for field, value in data.items():
        if value is None or field not in labels:
            continue
        shown = cut.shown(field, value)
        if shown is None or (shown == [] and len(value) > 0):
            hidden.append(labels[field])
        else:
            payload[field] = shown
    return payload, tuple(hidden) if kind.publisher_views is None else ()


def sees(event_name: str, data: Mapping[str, Any], view: str, *, place: str | None = None) -> frozenset[str]:
    """The fields that ``view`` holds in this case, if only the part that concerns the recipient itself."""
    kind = event_type(event_name)
    cut = _Cut(kind, data, frozenset(view), frozenset(), place)
    return frozenset(field for field in views_of(kind.model) if cut.letters(field)[1] | cut.local(field))


def visible_conditions(mandate: Mandate, event_name: str, view: str) -> tuple[str, ...]:
    """The words of those conditions that test nothing but fields the view always holds."""
    kind = event_type(event_name)
    views = views_of(kind.model)

    def visible(field: str) -> bool:
        letters = frozenset(view) & views.get(field, frozenset())
        for narrowing in kind.narrowings:
            letters &= narrowing.views if narrowing.field == field else letters
        return bool(letters)

    return tuple(clause.words for clause in mandate.when if all(map(visible, clause.fields)))
