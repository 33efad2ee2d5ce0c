"""Where sealed rows stand in the data of a type, and whose they are."""

from dataclasses import dataclass

from contracts.event_type import EventType
from contracts.fields import item_model, sealed_fields, views_of
from contracts.registry import event_type
from contracts.sealed import Share, shares_of


@dataclass(frozen=True, slots=True)
class SealedPlace:
    """``path``: steps to a list of rows in the JSON data (``added``, ``pupils``); ``shares``: the sealed rows that each becomes."""

    path: tuple[str, ...]
    shares: tuple[Share, ...]

    @property
    def views(self) -> frozenset[str]:
        """Letters that may open the rows, or a part of them."""
        return frozenset[str]().union(*(share.views for share in self.shares))


def sealed_places(name: str) -> tuple[SealedPlace, ...]:
    """Every place of a type where plain rows are posted and sealed rows travel."""
    kind = event_type(name)
    head = kind if kind.head is None else event_type(kind.head)
    return tuple(
        SealedPlace(path=path, shares=_shares(head, field))
        for field in sorted(sealed_fields(head.model))
        for path in _paths(kind, field)
    )


def _shares(head: EventType, field: str) -> tuple[Share, ...]:
    row = item_model(head.intake_model or head.model, field)
    if row is None:
        raise ValueError(f"{head.name}.{field} has no plain rows")
    return shares_of(row, views_of(head.model)[field])


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
