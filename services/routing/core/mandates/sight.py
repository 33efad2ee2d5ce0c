"""What changing the view of a recipient takes away from it or shows it anew, in every case that a type's narrowings know."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import chain, combinations
from typing import Any, get_args

from pydantic import AwareDatetime, BaseModel

from contracts.event_type import EventType, Narrowing
from contracts.fields import item_model, labels_of, said_of, sealed_fields, views_of, wire_name
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
    for shown in (one for name in types for one in _fields(event_type(name))):
        more, less = _differs(shown, frozenset(before), frozenset(after))
        gained |= {shown.label: None} if more and shown.personal else {}
        lost |= {shown.label: None} if less and (shown.needed or (shown.personal and ACTING & frozenset(before))) else {}
    return Changed(tuple(gained), tuple(lost))


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of an event, or of the objects that it holds; ``seen``: the letters that see it, in each case and to each extent."""

    label: str
    personal: bool
    needed: bool
    seen: tuple[frozenset[str], ...]


def _fields(kind: EventType) -> Iterator[_Field]:
    """Every field of a type, and of the objects in it; a sealed row is one thing, its views are those of its field."""
    for field in labels_of(kind.model):
        seen = tuple(_letters(kind, field))
        yield _read(kind.model, field, seen)
        inner = item_model(kind.model, field) if field not in sealed_fields(kind.model) else None
        if inner is not None:
            yield from (_read(inner, name, tuple(letters & views_of(inner)[name] for letters in seen)) for name in labels_of(inner))


def _read(model: type[BaseModel], field: str, seen: tuple[frozenset[str], ...]) -> _Field:
    info = next(info for name, info in model.model_fields.items() if wire_name(name, info) == field)
    personal = said_of(info).get("x-sensitivity") in PERSONAL
    return _Field(labels_of(model)[field], personal, field in NEEDED or _holds_date(info.annotation), seen)


def _differs(shown: _Field, before: frozenset[str], after: frozenset[str]) -> tuple[bool, bool]:
    """Whether in some case the later view sees the field, or more of it, and the earlier one does not; and the other way round."""
    pairs = [(letters & before, letters & after) for letters in shown.seen]
    return any(new and not old for old, new in pairs), any(old and not new for old, new in pairs)


def _letters(kind: EventType, field: str) -> Iterator[frozenset[str]]:
    """The letters that see a field in full, and those that see at least their own part, in each case of its narrowings."""
    every = views_of(kind.model)[field]
    for narrowed in _subsets([one for one in kind.narrowings if one.field == field]):
        yield every.intersection(*(one.views for one in narrowed))
        yield every.intersection(*(one.views | one.own_school for one in narrowed))
        yield every.intersection(*(one.views | one.own_community for one in narrowed))


def _subsets(narrowings: list[Narrowing]) -> Iterable[tuple[Narrowing, ...]]:
    return chain.from_iterable(combinations(narrowings, size) for size in range(len(narrowings) + 1))


def _holds_date(annotation: Any) -> bool:
    if isinstance(annotation, type):
        return annotation is AwareDatetime or issubclass(annotation, date)
    return any(map(_holds_date, get_args(annotation)))
