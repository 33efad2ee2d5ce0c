"""Who may read whose figures: operations all of them, a city's education its city, leaders in charge and education their county, every other
desk those of its own unit."""

from contracts.ids import role_of
from infra.http.auth import Actor
from infra.http.errors import Forbidden
from services.routing.core.directory import Directory
from services.routing.core.sla.naming import county_of
from services.routing.core.sla.shapes import Reach

EVERYWHERE = frozenset({"bus.ops-desk", "bus.unit-leader"})
CITY_ROLE = "city.education-duty"
CITY_DIGITS = 4


def reach_of(actor: Actor, directory: Directory) -> Reach:
    """Whose figures the person may read, by the widest of the desks held; Forbidden where the directory knows no place of any."""
    scopes = [scope for desk in actor.desks if (scope := _scope(desk, directory)) is not None]
    if scopes:
        return Reach(min(scopes, key=len))
    if not any(county_of(directory, desk) for desk in actor.desks):
        raise Forbidden()
    return Reach(unit=actor.unit)


def _scope(desk: str, directory: Directory) -> str | None:
    role = role_of(desk)
    if role in EVERYWHERE:
        return ""
    county = county_of(directory, desk)
    if not county:
        return None
    if role == CITY_ROLE:
        return county[:CITY_DIGITS]
    return county if role.startswith("education.") or role.endswith(".leader-in-charge") else None
