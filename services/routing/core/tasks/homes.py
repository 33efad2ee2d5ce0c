"""A list whose pupils live in several communities: each community leads a task of its own, in an incident of its own, linked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from contracts.ids import derived_id, role_of
from services.routing.core.mandates import Mandate
from services.routing.core.matching.cast import HOME_DESK, HOME_FAMILY, HOME_LIST, HOME_TOWN
from services.routing.core.matching.linked import link_item
from services.routing.core.matching.recipients import Found
from services.routing.core.model import Fold, Incident


@dataclass(frozen=True, slots=True)
class Share:
    """A part of what an event asks for: the incident it belongs to, who is told of it, and the mandates that open its task.

    ``kept``: desks whose parts stand as they are, for those mandates do not speak of them."""

    incident: Incident
    found: Found
    mandates: tuple[Mandate, ...]
    kept: frozenset[str] = frozenset()


def shares_of(fold: Fold, incident: Incident, found: Found, mandates: Sequence[Mandate]) -> list[Share]:
    """The event as a whole, or, where several communities lead, one share for each and one for everybody else.

    A community that was told in the list's own incident, since it was the only one at first, goes on with it there."""
    homes = [desk for desk in found.wanted if incident.head_type == HOME_LIST and role_of(desk) in (HOME_DESK, HOME_TOWN)]
    linked = linked_homes(fold, incident)
    if incident.family == HOME_FAMILY or (not linked and len({*homes}) < 2):
        return [Share(incident, found, tuple(mandates))]
    led = tuple(m for m in mandates if m.task and m.task.lead == HOME_DESK)
    rest = tuple(replace(m, task=None) if m in led else m for m in mandates)
    apart = [desk for desk in dict.fromkeys((*homes, *linked)) if desk in linked or not _holds(fold, incident, desk)]
    others = {desk: wanted for desk, wanted in found.wanted.items() if desk not in apart}
    task = fold.task_of(incident.id)
    held = task is not None and any(part.desk in homes for part in task.parts)
    parts = frozenset(part.desk for part in task.parts) if task is not None and held else frozenset[str]()
    shares = [Share(incident, replace(found, wanted=others), rest, parts)]
    for desk in apart:
        wanted = {desk: found.wanted[desk]} if desk in homes else {}
        shares.append(Share(_home(fold, incident, desk), Found(wanted, ()), led if wanted else ()))
    return shares


def _holds(fold: Fold, incident: Incident, desk: str) -> bool:
    """Whether a community was told in the incident of the list itself."""
    return any(n.desk == desk and n.live for n in fold.notifications_of(incident.id))


def linked_homes(fold: Fold, incident: Incident) -> dict[str, Incident]:
    """The incidents that communities lead, by their desks."""
    own = (one for one in fold.state.incidents.values() if one.family == HOME_FAMILY and one.follows == incident.id)
    return {one.scope: one for one in own}


def _home(fold: Fold, incident: Incident, desk: str) -> Incident:
    held = linked_homes(fold, incident).get(desk)
    item = derived_id(incident.first_time, HOME_FAMILY, incident.id, desk)
    home = replace(held or link_item(fold, incident, family=HOME_FAMILY, item=item), scope=desk, picture=incident.picture)
    fold.put(home)
    return home


def home_of(incidents: Iterable[Incident], incident: Incident, speaker: str) -> Incident:
    """The incident that a speaker's words about a list belong to: its own, where its community leads one."""
    own = (one for one in incidents if one.family == HOME_FAMILY and one.root == incident.root and one.scope == speaker)
    return next(own, incident)
