"""Who may see and who may sign: the desks a person holds, and the unit's leader for them."""

from dataclasses import dataclass

from contracts.coordination import Person
from contracts.ids import desk_of, role_of, unit_of
from infra.http.auth import Actor
from services.chassis.agency import Agency


@dataclass(frozen=True, slots=True)
class Signing:
    """A person who signs for a desk; ``by_leader``: not the desk's own."""

    person: Person
    by_leader: bool


def leads(role: str, other: str) -> bool:
    """Whether a role signs for another one of the same unit (mandates §4)."""
    if role == "school.duty-leader":
        return other == "school.principal"
    return role == "school.principal" or role.endswith(".unit-leader")


def leads_all(actor: Actor) -> bool:
    """Whether the person leads the whole unit."""
    return any(role_of(desk) == "school.principal" or role_of(desk).endswith(".unit-leader") for desk in actor.desks)


def visible_desks(actor: Actor) -> list[str] | None:
    """The desks whose rows the person sees; None = every desk of the unit."""
    if leads_all(actor):
        return None
    led = [desk_of("school.principal", actor.unit)] if any(role_of(desk) == "school.duty-leader" for desk in actor.desks) else []
    return [*actor.desks, *led]


def sees(actor: Actor, agency: Agency, desk: str, event_name: str) -> bool:
    """Whether the person sees a desk's notification about an event that has sealed rows: of a visible desk, or as one who may open them."""
    visible = visible_desks(actor)
    return visible is None or desk in visible or any(agency.opens_elsewhere(role_of(own), event_name) for own in actor.desks)


def signing(actor: Actor, desk: str) -> Signing | None:
    """How the person signs for a desk; None when the person may not."""
    if desk in actor.desks:
        return Signing(actor.person_at(desk), by_leader=False)
    if unit_of(desk) != actor.unit:
        return None
    leader = next((own for own in actor.desks if leads(role_of(own), role_of(desk))), None)
    return Signing(actor.person_at(leader), by_leader=True) if leader else None
