"""Whose affair a link is: who may decide it, and who is told.

It may be decided by whoever answers for one of the two incidents as a whole: the desk that stated it, the desk that leads its joint task,
and education's duty officer or joint conference office where it holds a notification of it (联席会议办公室 rules on what is between
agencies; the duty officer sees all schools of the county). Each of them knows one side by duty, and learns of the other side number, kind
of report, times and stating desk alone. To link two incidents that nobody suggested a desk must stand in both, so that nobody finds out by
trying which incidents there are.

Told are those who may decide, and whoever stands in both, who would else take them for two. A desk that stands in one of them alone and
leads nothing goes on as before and learns nothing of the other. What falls away from a desk (a correction, a ruling) takes the link along.
"""

from dataclasses import dataclass

from contracts.ids import role_of
from services.routing.core.model import Incident, IncidentState

BETWEEN_AGENCIES = frozenset({"education.duty-officer", "education.conference-office"})


@dataclass(frozen=True, slots=True)
class Concerned:
    """The desks of one pair. ``low``, ``high``: who stands in each; ``deciders``: who may say what the pair is."""

    low: frozenset[str]
    high: frozenset[str]
    deciders: frozenset[str]

    @property
    def told(self) -> frozenset[str]:
        return self.deciders | (self.low & self.high)

    def may_link_unasked(self, desk: str) -> bool:
        """Whether a desk may link what nobody asks it about."""
        return desk in self.deciders and desk in self.low and desk in self.high


def concerned_by(low: tuple[IncidentState, Incident], high: tuple[IncidentState, Incident]) -> Concerned:
    """The desks of two incidents as they stand now."""
    return Concerned(_standing(*low), _standing(*high), _deciding(*low) | _deciding(*high))


def _standing(state: IncidentState, incident: Incident) -> frozenset[str]:
    return frozenset({*incident.stated_by, *_leads(state, incident), *_holders(state, incident)})


def _deciding(state: IncidentState, incident: Incident) -> frozenset[str]:
    between = (desk for desk in _holders(state, incident) if role_of(desk) in BETWEEN_AGENCIES)
    return frozenset({*incident.stated_by, *_leads(state, incident), *between})


def _holders(state: IncidentState, incident: Incident) -> set[str]:
    """Whoever holds a notification of it; one whose matter was withdrawn is still shown to its desk, unless its data was taken back."""
    told = (n for n in state.notifications.values() if n.incident == incident.id)
    return {n.desk for n in told if n.live or (n.state == "withdrawn" and n.issued)}


def _leads(state: IncidentState, incident: Incident) -> set[str]:
    return {task.lead for task in state.tasks.values() if task.incident == incident.id}
