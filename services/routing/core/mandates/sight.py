"""What changing the view of a recipient takes away from it or shows it anew, in every case that a type's narrowings know."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import chain, combinations
from typing import Any, get_args

from pydantic import AwareDatetime, BaseModel

from contracts.event_type import EventType, Narrowing
from contracts.fields import labels_of, said_of, views_of, wire_name
from contracts.registry import event_type

NEEDED = frozenset({"schools", "school_id", "kind", "severity", "level", "grade", "rating", "advice"})
"""What nobody can act without; so are all dates."""
ACTING = frozenset("SKP")
"""Views of those who act on persons: nothing personal is taken from them."""
PERSONAL = frozenset({"personal", "minor"})


@dataclass(frozen=True, slots=True)
class Changed:
    """Labels of the fields that a view shows and another did not, and of those that it no longer shows, where neither may be."""

    gained: tuple[str, ...]
    lost: tuple[str, ...]


@cache
def changed(types: tuple[str, ...], before: str, after: str) -> Changed:
    """What may not be between two views of events of these types: new personal fields, or one less that is needed."""
    gained: dict[str, None] = {}
    lost: dict[str, None] = {}
    for kind in map(event_type, types):
        for field, label in labels_of(kind.model).items():
            more, less = _differs(kind, field, frozenset(before), frozenset(after))
            personal = _sensitivity(kind.model)[field] in PERSONAL
            gained |= {label: None} if more and personal else {}
            lost |= {label: None} if less and _needs(kind.model, field, before, personal=personal) else {}
    return Changed(tuple(gained), tuple(lost))


def _differs(kind: EventType, field: str, before: frozenset[str], after: frozenset[str]) -> tuple[bool, bool]:
    """Whether in some case the later view sees the field, or more of it, and the earlier one does not; and the other way round."""
    pairs = [(letters & before, letters & after) for letters in _letters(kind, field)]
    return any(new and not old for old, new in pairs), any(old and not new for old, new in pairs)


def _letters(kind: EventType, field: str) -> Iterator[frozenset[str]]:
    """The letters that see a field in full, and those that see at least their own part, in each case of its narrowings."""
    every = views_of(kind.model)[field]
    for narrowed in _subsets([one for one in kind.narrowings if one.field == field]):
        yield every.intersection(*(one.views for one in narrowed))
        yield every.intersection(*(one.views | one.own_school for one in narrowed))


def _subsets(narrowings: list[Narrowing]) -> Iterable[tuple[Narrowing, ...]]:
    return chain.from_iterable(combinations(narrowings, size) for size in range(len(narrowings) + 1))


def _needs(model: type[BaseModel], field: str, view: str, *, personal: bool) -> bool:
    return field in NEEDED or field in _dates(model) or (personal and bool(ACTING & frozenset(view)))


@cache
def _sensitivity(model: type[BaseModel]) -> Mapping[str, str]:
    return {wire_name(name, info): str(said_of(info).get("x-sensitivity", "")) for name, info in model.model_fields.items()}


@cache
def _dates(model: type[BaseModel]) -> frozenset[str]:
    """The fields that hold a date or an instant."""
    return frozenset(wire_name(name, info) for name, info in model.model_fields.items() if _holds_date(info.annotation))


def _holds_date(annotation: Any) -> bool:
    if isinstance(annotation, type):
        return annotation is AwareDatetime or issubclass(annotation, date)
    return any(map(_holds_date, get_args(annotation)))
