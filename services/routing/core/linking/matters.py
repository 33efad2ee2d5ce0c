"""The table that says which statements may speak of one happening, asked about incidents; and what is never linked, whatever it says."""

from dataclasses import dataclass
from datetime import timedelta

from contracts.matters import OF_ONE_CHILD, Matter, Statement
from services.routing.core.model import Incident


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
        telling = (matter for matter in self.every if matter.tells(incident.head_type, incident.picture))
        return frozenset(one for matter in telling for one in matter.statements) if self.linkable(incident) else frozenset()

    def longest(self, incident: Incident) -> timedelta:
        """How far from an incident the time of another one may lie that speaks of the same."""
        return max((matter.within for matter in self.every if matter.tells(incident.head_type, incident.picture)), default=timedelta())

    def linkable(self, incident: Incident) -> bool:
        """Whether a person may link it: the head of its own root, of a type of the table, and about no single child.

        An item of the bus's own government hangs below the root of what it came from."""
        return incident.id == incident.root and incident.head_type in self.types and incident.family not in OF_ONE_CHILD
