"""Who of a unit does what at its gates."""

from contracts.ids import role_of
from infra.http.auth import Actor
from services.chassis.agency import Agency, EventIn

ROSTER, CHECKINS = "police.guard-roster.published", "police.guard-checkins.recorded"


def inlet_of(agency: Agency, name: str) -> EventIn | None:
    """Where the agency takes a type in; None where it does not."""
    return next((one for one in agency.inlets() if one.stated.name == name), None)


def records(agency: Agency, actor: Actor) -> str | None:
    """The person's desk that records check-ins; None when there is none."""
    return _speaker(agency, actor, CHECKINS)


def rosters(agency: Agency, actor: Actor) -> str | None:
    """The person's desk that publishes rosters; None when there is none."""
    return _speaker(agency, actor, ROSTER)


def _speaker(agency: Agency, actor: Actor, name: str) -> str | None:
    inlet = inlet_of(agency, name)
    return next((desk for desk in actor.desks if inlet is not None and role_of(desk) in inlet.stated.publishers), None)


def leader_of(agency: Agency, actor: Actor) -> str | None:
    """The person's desk that vouches for late batches of the unit."""
    return next((desk for desk in actor.desks if agency.guard is not None and role_of(desk) in agency.guard.leaders), None)


def watches_persons(agency: Agency, actor: Actor) -> bool:
    """Whether the person sees who stands at the unit's gates: whoever records check-ins, rosters, or leads."""
    return any(found is not None for found in (records(agency, actor), rosters(agency, actor), leader_of(agency, actor)))
