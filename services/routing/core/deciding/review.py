"""What an event leaves of what was asked before it: whom it no longer concerns, who is still told, and what is asked of the joint task."""

from dataclasses import dataclass, replace

from contracts.coordination import ClearedWhy
from contracts.envelope import Event
from contracts.registry import event_type
from services.routing.core.deciding.change import Change
from services.routing.core.deciding.closing import goes_local
from services.routing.core.deciding.drop import drop_unmatched
from services.routing.core.deciding.unsaying import drop_unsaid
from services.routing.core.matching.alongside import Beside, asked_beside
from services.routing.core.matching.cast import Scene
from services.routing.core.matching.content import Content
from services.routing.core.matching.recipients import Found
from services.routing.core.model import Fold, Incident
from services.routing.core.tasks.asked import ask
from services.routing.core.tasks.homes import Share
from services.routing.core.tasks.task import Demand


@dataclass(frozen=True, slots=True)
class Review:
    """``rests``: why a task owes nothing if it is not by a mandate ``asking`` for anything stated in the incident; None where it goes on."""

    found: Found
    demand: Demand
    rests: ClearedWhy | None = None
    asking: frozenset[str] = frozenset()


def review(fold: Fold, share: Share, content: Content, change: Change, event: Event) -> Review:
    """Settle with the desks of one share that the event no longer concerns. What only adds takes nothing away."""
    incident = share.incident
    restates = event_type(event.name).mark == "C" and content.about != incident.head_type
    if change.additive and not restates:
        return Review(share.found, Demand(share.mandates))
    scene = Scene(content.about, event.envelope.publisher, event.envelope.time)
    beside = asked_beside(fold, incident, event, scene)
    if restates:
        found, leaving = drop_unsaid(fold, share, beside, event, change.words)
    else:
        found, leaving = share.found, drop_unmatched(fold, incident, share.found, content, hide=change.mark == "C", kept=beside.desks)
    rules = (*share.mandates, *(beside.rules if restates else ()))
    apart = share.kept | _parts_beside(fold, incident, beside, scene)
    demand = Demand(rules, leaving, whole=not goes_local(incident), apart=apart, held=beside.ids if change.mark != "L" else frozenset())
    asking = beside.ids | {rule.id for rule in rules}
    if change.mark == "L":
        return Review(found, demand, "superseded" if demand.whole else None, asking)
    return Review(beside.united_with(fold, incident, found), demand, "withdrawn", asking)


def _parts_beside(fold: Fold, incident: Incident, beside: Beside, scene: Scene) -> frozenset[str]:
    """The desks of which a mandate asks a part for what is stated beside an event."""
    asked = (ask(fold, incident, rules, replace(scene, about=name)) for name, rules in beside.stated)
    return frozenset(part.desk for one in asked for part in one.parts)
