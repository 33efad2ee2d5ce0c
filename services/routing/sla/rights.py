"""Who may read whose figures: operations all of them, a city's education its city, leaders in charge and education their county."""

from contracts.ids import role_of
from infra.http.auth import Actor
from infra.http.errors import Forbidden
from services.routing.core.directory import Directory
from services.routing.core.sla.naming import county_of

EVERYWHERE = frozenset({"bus.ops-desk", "bus.unit-leader"})
CITY_ROLE = "city.education-duty"
CITY_DIGITS = 4


def scope_of(actor: Actor, directory: Directory) -> str:
    """Digits of the division whose figures the person may read, the widest of the desks held; Forbidden when none may."""
    scopes = [scope for desk in actor.desks if (scope := _scope(desk, directory)) is not None]
    if not scopes:
        raise Forbidden()
    return min(scopes, key=len)


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
