"""What an incident asks for by all that is stated in it beside one event: its head, an outcome, a slip, the visit of another row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from contracts.envelope import Event
from services.routing.core.mandates import Mandate
from services.routing.core.matching.cast import HOME_FAMILY, Scene
from services.routing.core.matching.match import match_beside, spoken_of
from services.routing.core.matching.proxy import by_proxy
from services.routing.core.matching.recipients import Found, Wanted, both, find_recipients
from services.routing.core.model import Fold, Incident

TOLD_BEFORE = "@original"


@dataclass(frozen=True, slots=True)
class Beside:
    """``wanted``: what is asked of each desk; ``desks``: these and the ones that speak themselves; ``alike``: those whom another statement
    of the event's own type names (another row); ``stated``: each type with the mandates that hold for what it says."""

    wanted: Mapping[str, Wanted]
    desks: frozenset[str]
    alike: frozenset[str]
    stated: tuple[tuple[str, tuple[Mandate, ...]], ...]

    @property
    def rules(self) -> tuple[Mandate, ...]:
        return tuple(rule for _, rules in self.stated for rule in rules)

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(rule.id for rule in self.rules)

    def united_with(self, fold: Fold, incident: Incident, found: Found) -> Found:
        """What the event asks of its desks, and what they are asked for beside it."""
        wanted = {desk: both(fold, incident, one, self.wanted.get(desk), at=fold.now) for desk, one in found.wanted.items()}
        return replace(found, wanted=wanted)


def asked_beside(fold: Fold, incident: Incident, event: Event, scene: Scene) -> Beside:
    """What the mandates ask for beside an event, as the incident stands."""
    wanted: dict[str, Wanted] = {}
    desks: set[str] = set()
    alike: set[str] = set()
    stated = tuple((name, tuple(mandates)) for name, mandates in match_beside(fold, incident, event))
    for name, mandates in stated:
        found = find(fold, incident, of_their_own(mandates), replace(scene, about=name))
        if incident.family == HOME_FAMILY and name == incident.head_type:
            found = replace(found, wanted={desk: one for desk, one in found.wanted.items() if desk == incident.scope})
        here = {*found.wanted, *((found.speaker.desk,) if found.speaker else ())}
        wanted |= {desk: both(fold, incident, one, wanted.get(desk), at=fold.now) for desk, one in found.wanted.items()}
        desks |= here
        alike |= here if name == spoken_of(event) else set()
    return Beside(wanted, frozenset(desks), frozenset(alike), stated)


def ids_beside(fold: Fold, incident: Incident, event: Event) -> frozenset[str]:
    """The mandates that hold for what is stated beside an event."""
    return frozenset(rule.id for _, rules in match_beside(fold, incident, event) for rule in rules)


def of_their_own(mandates: Iterable[Mandate]) -> list[Mandate]:
    """Without those who are told because they were told before: that is no reason to go on telling them."""
    return [replace(one, notify=tuple(row for row in one.notify if row.to != TOLD_BEFORE)) for one in mandates]


def find(fold: Fold, incident: Incident, mandates: Iterable[Mandate], scene: Scene) -> Found:
    """The desks to tell, those of a county that is not on the bus through its city's."""
    found = find_recipients(fold, incident, mandates, scene)
    return replace(found, wanted=by_proxy(fold, incident, found.wanted, scene.at))
