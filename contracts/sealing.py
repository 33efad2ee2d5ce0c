"""Where sealed rows stand in the data of a type, and whose they are."""

from dataclasses import dataclass

from contracts.event_type import EventType
from contracts.fields import sealed_fields, views_of
from contracts.registry import event_type


@dataclass(frozen=True, slots=True)
class SealedPlace:
    """``path``: steps to a list of rows in the JSON data (``added``, ``pupils``); ``views``: letters that may open them."""

    path: tuple[str, ...]
    views: frozenset[str]


def sealed_places(name: str) -> tuple[SealedPlace, ...]:
    """Every place of a type where plain rows are posted and sealed rows travel."""
    kind = event_type(name)
    head = kind if kind.head is None else event_type(kind.head)
    return tuple(
        SealedPlace(path=path, views=views_of(head.model)[field])
        for field in sorted(sealed_fields(head.model))
        for path in _paths(kind, field)
    )


def _paths(kind: EventType, field: str) -> tuple[tuple[str, ...], ...]:
    match kind.mark:
        case None:
            return ((field,),)
        case "S":
            return (("added", field),)
        case "C":
            return (("changes", field, "old"), ("changes", field, "new"))
        case "L" | "W" | "X":
            return ()
