"""What of an event a view gets: the letters of the fields, the narrower cases, and of a school's view only its own."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from contracts.event_type import EventType
from contracts.fields import sealed_fields, views_of
from contracts.registry import event_type


class Letters(NamedTuple):
    """Of a view, the letters that see a field whole (``free``), and those that see of it what concerns their own school (``own``)."""

    free: frozenset[str]
    own: frozenset[str]


def letters_of(kind: EventType, field: str, data: Mapping[str, Any], view: str) -> Letters:
    """How ``view`` ("S", "SP") sees a field of a head type, for this data; an unknown field is seen by nobody."""
    allowed = views_of(kind.model).get(field, frozenset())
    free = own = allowed & frozenset(view)
    for narrowing in kind.narrowings:
        if narrowing.field == field and narrowing.holds(data):
            free &= narrowing.views
            own &= narrowing.views | narrowing.own_school
    return Letters(free=free, own=own - free)


def visible_fields(name: str, data: Mapping[str, Any], view: str) -> frozenset[str]:
    """Fields of the head type that at least one letter of the view sees for this data."""
    kind = event_type(name)
    return frozenset(field for field in views_of(kind.model) if any(letters_of(kind, field, data, view)))


def narrow(name: str, data: Mapping[str, Any], view: str, school: str | None) -> dict[str, Any]:
    """JSON data of a head type as a view gets it: any other field is absent, a school's view holds only the rows and id of ``school``.

    With several letters a recipient sees what any of them sees. A list of which nothing is left is absent.
    """
    kind = event_type(name)
    sealed = sealed_fields(kind.model)
    told: dict[str, Any] = {}
    for field, value in data.items():
        letters = letters_of(kind, field, data, view)
        if value is None or not any(letters):
            continue
        if field in sealed:
            kept: Any = list(_rows(value, letters, school, _schools(data)))
        elif letters.free:
            told[field] = value
            continue
        else:
            kept = [one for one in value if one == school]
        if kept:
            told[field] = kept
    return told


def _schools(data: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(data["schools"]) if "schools" in data else tuple(filter(None, (data.get("school_id"),)))


def _rows(rows: Iterable[Mapping[str, Any]], letters: Letters, school: str | None, schools: tuple[str, ...]) -> Iterable[dict[str, Any]]:
    """Sealed rows of the view. A row without a school belongs to the one school of the event; of several, to none."""
    for row in rows:
        whose = row.get("school_id") or (schools[0] if len(schools) == 1 else None)
        views = frozenset(row["views"])
        if views & letters.free or (views & letters.own and whose is not None and whose == school):
            yield dict(row)
