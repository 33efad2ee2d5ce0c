"""Who a role of a mandate is in one incident: desks of the Directory, or stand-ins that the incident itself names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from contracts.ids import DeskId, desk_of, role_of, unit_of
from services.routing.core.directory import AGENCIES, ROLES, Lookup, Resolved, Where
from services.routing.core.mandates import Place
from services.routing.core.matching.agency import agency_word
from services.routing.core.matching.places import where_at, where_of
from services.routing.core.model import Fold, Incident, Notification

REASSIGNED = "由退单裁定改派"
NOBODY = Lookup((), ())
OF_SCHOOLS = frozenset({"school", "paired", "serving", "designated"})
"""Scopes of the roles that are found by the schools of an event."""
HOME_LIST, HOME_FAMILY = "school.dropout-list.submitted", "dropout-home"
"""A list of pupils by where they live, and the family of the incidents that its communities lead."""
HOSPITAL = "health.hospital-green-channel"
HOME_DESK, HOME_TOWN = "community.desk", "community.town-office"
LED_BY: Mapping[str, str] = {"school": "education", "community": "civil"}
"""Agencies that answer to the bureau of another."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One event as roles are resolved for it: the type it speaks of, who speaks, when, and who leads (as far as it is known)."""

    about: str
    speaker: str
    at: datetime
    lead: str | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a role is looked for: every unit of a county, and the places that a rule speaks for."""

    within: str | None = None
    places: tuple[Place, ...] = ()


def resolve_role(
    fold: Fold, incident: Incident, role: str, scene: Scene, *, within: str | None = None, places: tuple[Place, ...] = ()
) -> Lookup:
    """Desks of a role, and in words what could not be found. ``places``: where the rule that names it speaks (none named: everywhere).

    A desk whose duty a ruling gave to another stays relieved of it: the other is found in its place. A unit under suspicion is left out."""
    stand_in = STAND_INS.get(role)
    looked = stand_in(fold, incident, scene) if stand_in is not None else _look_up(fold, incident, role, scene, Reach(within, places))
    found = tuple(one for desk in looked.found for one in _after_rulings(fold, incident, desk) if not fold.suspected(incident, one.desk))
    return Lookup(tuple({one.desk: one for one in found}.values()), looked.unresolved)


def _look_up(fold: Fold, incident: Incident, role: str, scene: Scene, reach: Reach) -> Lookup:
    name, _, side = role.partition("@")
    if name == HOME_DESK and incident.head_type == HOME_LIST:
        return _homes(fold, incident, scene)
    where = _side(fold, incident, side, scene) if side else where_at(fold, incident, reach.places, scene.at)
    if reach.within == "county":
        where = replace(where, areas=tuple(dict.fromkeys(place.division for place in reach.places)) or (incident.county,))
    elif reach.places and not side and ROLES[name].scope in OF_SCHOOLS and _stands_apart(where, where_of(incident)):
        return NOBODY
    named = (incident.picture.get(f"hospital_{side}") if side else _treating(fold, incident)) if name == HOSPITAL else None
    if named:
        return Lookup((Resolved(desk_of(name, named), "", None),), ())
    return fold.world.directory.look_up(name, where, scene.at)


def _treating(fold: Fold, incident: Incident) -> str | None:
    """The hospital that leads the case, be it the designated one or one that accepted when that declined."""
    task = fold.task_of(incident.id)
    return unit_of(task.lead) if task is not None and role_of(task.lead) == HOSPITAL else None


def _stands_apart(where: Where, whole: Where) -> bool:
    """Whether an event that names schools is asked for at a county alone, where none of them lies."""
    return bool(whole.schools or whole.areas) and not (where.schools or where.areas)


def _homes(fold: Fold, incident: Incident, scene: Scene) -> Lookup:
    """The desk of each community that the pupils of a list live in; the town's office where a community is not known."""
    if incident.family == HOME_FAMILY:
        return _one(incident.scope)
    found: list[Resolved] = []
    unresolved: tuple[str, ...] = ()
    for home in dict.fromkeys(row.get("home_community") for row in incident.picture.get("pupils", ())):
        desk = desk_of(HOME_DESK, f"com-{home}")
        if home and fold.world.directory.desk_exists(desk, scene.at):
            found.append(Resolved(desk, "", None))
            continue
        town = fold.world.directory.look_up(HOME_TOWN, where_of(incident), scene.at)
        found += town.found
        unresolved += town.unresolved
    return Lookup(tuple(found), unresolved)


def _side(fold: Fold, incident: Incident, side: str, scene: Scene) -> Where:
    """One side of a handover: the school that a pupil leaves or comes to, and its county (of one that nobody knows, the county stated)."""
    school = str(incident.picture.get(f"{side}_school", ""))
    found = fold.world.directory.school(school, scene.at)
    return Where((school,), found.county if found else str(incident.picture.get(f"{side}_county", incident.county)))


def _one(desk: str | None) -> Lookup:
    return Lookup((Resolved(DeskId(desk), "", own_school(desk)),), ()) if desk else NOBODY


def _publisher(_: Fold, incident: Incident, __: Scene) -> Lookup:
    return _one(incident.publisher)


def _stating(_: Fold, incident: Incident, scene: Scene) -> Lookup:
    """Of a type that joins the incident of another, the desk that states it."""
    return _one(incident.publisher if scene.about == incident.head_type else scene.speaker)


def _lead(fold: Fold, incident: Incident, scene: Scene) -> Lookup:
    task = fold.task_of(incident.id)
    return _one(scene.lead or (task.lead if task else None))


def _told(fold: Fold, incident: Incident, _: Scene) -> Lookup:
    told = [n for n in fold.notifications_of(incident.id) if n.live and n.copy_of is None]
    return Lookup(tuple(Resolved(DeskId(n.desk), "", n.school) for n in told), ())


def _leaders(fold: Fold, incident: Incident, scene: Scene, agencies: tuple[str, ...]) -> Lookup:
    led_by = dict.fromkeys(LED_BY.get(agency, agency) for agency in agencies)
    roles = [role for role in (f"{agency}.leader-in-charge" for agency in led_by) if role in ROLES]
    looked = [fold.world.directory.look_up(role, where_of(incident), scene.at) for role in roles]
    return Lookup(tuple(one for each in looked for one in each.found), tuple(words for each in looked for words in each.unresolved))


def _named_leaders(fold: Fold, incident: Incident, scene: Scene) -> Lookup:
    return _leaders(fold, incident, scene, tuple(incident.picture.get("agencies", ())))


def _all_leaders(fold: Fold, incident: Incident, scene: Scene) -> Lookup:
    return _leaders(fold, incident, scene, AGENCIES)


def _nobody(_: Fold, __: Incident, ___: Scene) -> Lookup:
    """Found where the bus's own item is raised, not in the Directory."""
    return NOBODY


STAND_INS: Mapping[str, Callable[[Fold, Incident, Scene], Lookup]] = {
    "@publisher": _stating,
    "@original-publisher": _publisher,
    "@finder": _publisher,
    "@filing-desk": _publisher,
    "@original": _told,
    "@lead": _lead,
    "@agencies.leader-in-charge": _named_leaders,
    "@all.leader-in-charge": _all_leaders,
    "@unit-leader": _nobody,
    "@city-duty": _nobody,
}
"""Recipients that routing finds in the incident. The publisher of the head is the finder, the original publisher, the filing desk."""


def _after_rulings(fold: Fold, incident: Incident, found: Resolved) -> list[Resolved]:
    """The desk itself, the one that a ruling named instead, or (split) both."""
    seen: list[str] = []
    waiting, relieved = [str(found.desk)], set()
    while waiting:
        desk = waiting.pop()
        seen.append(desk)
        newest = newest_of(fold, incident, desk)
        if newest is None:
            continue
        relieved |= {desk} if newest.state == "redirected" else set()
        waiting += [newest.passed_to] if newest.passed_to is not None and newest.passed_to not in seen else []
    others = [Resolved(DeskId(desk), REASSIGNED, own_school(desk)) for desk in seen[1:]]
    return [one for one in (found, *others) if one.desk not in relieved]


def newest_of(fold: Fold, incident: Incident, desk: str) -> Notification | None:
    """The last notification of a desk in an incident, standing or not."""
    rounds = [n for n in fold.notifications_of(incident.id) if n.desk == desk]
    return max(rounds, key=lambda n: n.round, default=None)


def own_school(desk: str) -> str | None:
    """The school that a desk stands in."""
    return unit_of(desk) if agency_word(desk) == "school" else None


def ids_of_school(fold: Fold, school: str | None) -> frozenset[str] | None:
    """Every id that means a desk's own school, those merged into it too; None for a desk that stands in none."""
    return fold.world.directory.ids_of(school, fold.now) | {school} if school else None
