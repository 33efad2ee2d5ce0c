"""The table that says which statements may speak of one happening, as data; and what is never linked, whatever the table says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from contracts.coordination import LinkFit
from services.routing.core.model import Incident
from services.routing.core.model.records import GOVERNMENT

Place = Literal["school", "community", "point"]
NEVER = GOVERNMENT | {
    "bullying", "bullying-review", "care-conference", "child-care", "dropout", "forced-report", "handover", "psych",
}  # fmt: skip
"""Families about a single child, where the mere number tells a stranger of it, and the bus's own government."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A type, and the codes of its field that make it speak of the matter (no field: always)."""

    type: str
    field: str | None = None
    codes: frozenset[str] = frozenset()

    def tells(self, incident: Incident) -> bool:
        return incident.head_type == self.type and (self.field is None or bool(self.codes & _codes(incident.picture, self.field)))


def _codes(picture: Mapping[str, Any], field: str) -> frozenset[str]:
    value = picture.get(field)
    return frozenset(map(str, value)) if isinstance(value, list | tuple) else frozenset({str(value)})


@dataclass(frozen=True, slots=True)
class Matter:
    """A kind of happening that several desks may report. ``within``: how far apart their times may lie; ``metres``: their points."""

    name: str
    within: timedelta
    places: tuple[Place, ...]
    statements: tuple[Statement, ...]
    metres: int = 0

    def tells(self, incident: Incident) -> bool:
        return any(one.tells(incident) for one in self.statements)


@dataclass(frozen=True, slots=True)
class Fit:
    """Why two incidents may be one: the matter, what agrees of their places, and how far apart their times lie."""

    matter: str
    places: tuple[LinkFit, ...]
    apart: timedelta


@dataclass(frozen=True, slots=True)
class Matters:
    """The whole table."""

    every: tuple[Matter, ...]

    @property
    def types(self) -> frozenset[str]:
        """The types that can be linked at all."""
        return frozenset(one.type for matter in self.every for one in matter.statements)

    def beside(self, incident: Incident) -> frozenset[Statement]:
        """The statements that may speak of the same happening as an incident does; none where it cannot be linked."""
        telling = (matter for matter in self.every if matter.tells(incident))
        return frozenset(one for matter in telling for one in matter.statements) if self.linkable(incident) else frozenset()

    @property
    def longest(self) -> timedelta:
        """How far apart the times of any two incidents may lie."""
        return max((matter.within for matter in self.every), default=timedelta())

    def linkable(self, incident: Incident) -> bool:
        """Whether a person may link it: the head of its own root, of a type of the table, and about no single child."""
        return incident.id == incident.root and incident.head_type in self.types and incident.family not in NEVER
