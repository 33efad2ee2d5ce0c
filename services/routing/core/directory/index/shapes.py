"""A unit and a school as they stand on one day."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as it stands on one day; ``via`` is the id asked for when a merger led here."""

    id: str
    kind: str
    agency: str
    name: str
    county: str
    place_code: str
    parent: str
    responsible: str
    duty: str
    way: str
    desks: frozenset[str]
    serves: tuple[str, ...]
    via: str | None = None


@dataclass(frozen=True, slots=True)
class SchoolAt:
    """A school as it stands on one day with its circle; ``via`` is the merged school's id, ``via_name`` its last name."""

    id: str
    name: str
    county: str
    town: str
    place_code: str
    kind: str
    pairs: Mapping[str, str]
    via: str | None = None
    via_name: str | None = None
