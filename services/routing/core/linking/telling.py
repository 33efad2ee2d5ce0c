"""What the desks of a pair are told, each from the side it stands on; of the other side in no more than view L."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel

from contracts.coordination import IncidentLinked, IncidentUnlinked, LinkedSide, LinkLapsed, LinkRefusal, LinkSuggested
from services.routing.core.linking.concerned import concerned_by
from services.routing.core.linking.link import Link
from services.routing.core.model import Fold, Incident

SUGGESTED, LAPSED, LINKED, UNLINKED = "bus.link.suggested", "bus.link.lapsed", "bus.incident.linked", "bus.incident.unlinked"


@dataclass(frozen=True, slots=True)
class Telling:
    """The link with everybody noted who was told, and the folds that tell them."""

    link: Link
    folds: tuple[Fold, Fold]


def tell(link: Link, low: Fold, high: Fold) -> Telling:
    """Tell every desk concerned that does not know this revision. The folds hold the roots of the two incidents."""
    sides = {link.low: (low, low.state.incidents[link.low]), link.high: (high, high.state.incidents[link.high])}
    concerned = concerned_by((low.state, sides[link.low][1]), (high.state, sides[link.high][1]))
    for desk in sorted(concerned.told - set(link.told)):
        fold, incident = sides[link.low if desk in concerned.low else link.high]
        message = _message(link, incident, [one for _, one in sides.values()], decidable=desk in concerned.deciders)
        name = _name(link)
        fold.tell(name, message, to=desk, incident=incident.id, about=f"{link.id}/{desk}", version=link.revision)
    return Telling(replace(link, told=tuple(sorted({*link.told, *concerned.told}))), (low, high))


def take_back(link: Link, low: Fold, high: Fold) -> tuple[Fold, Fold]:
    """Tell of a suggestion that lapsed whoever was told of it, though the desk may stand in neither by now."""
    sides = [(fold, fold.state.incidents[incident]) for fold, incident in ((low, link.low), (high, link.high))]
    concerned = concerned_by(*((fold.state, incident) for fold, incident in sides))
    for desk in link.told:
        fold, incident = sides[0] if desk in concerned.low or _stood_in(*sides[0], desk) else sides[1]
        message = _message(link, incident, [one for _, one in sides], decidable=concerned.may_link_unasked(desk))
        fold.tell(LAPSED, message, to=desk, incident=incident.id, about=f"{link.id}/{desk}", version=link.revision)
    return low, high


def _stood_in(fold: Fold, incident: Incident, desk: str) -> bool:
    """Whether it was once told of the incident, whatever became of that."""
    return any((n.desk, n.incident) == (desk, incident.id) for n in fold.state.notifications.values())


def refuse(fold: Fold, said: IncidentLinked | IncidentUnlinked, why: LinkRefusal, link: Link | None) -> None:
    """Nothing was changed: the desk that said it learns why, and by that nothing of the other incident that it did not say itself."""
    name = LINKED if isinstance(said, IncidentLinked) else UNLINKED
    known = {"link": link.id, "revision": link.revision} if link is not None and why == "crossed" else {}
    number = fold.state.incidents[said.incident].number
    answer = said.model_copy(update={"refused": why, "number": number, "sides": (), "decidable": False, **known})
    fold.tell(name, answer, to=said.desk, incident=said.incident, about=f"{fold.cause}/refused")


def _name(link: Link) -> str:
    if link.state == "suggested":
        return SUGGESTED
    return LINKED if link.state in ("linked", "merged") else UNLINKED


def _message(link: Link, incident: Incident, sides: Iterable[Incident], *, decidable: bool) -> BaseModel:
    shown = tuple(map(_side, sides))
    common: Mapping[str, Any] = {
        "link": link.id, "incident": incident.id, "number": incident.number, "linked": link.other(incident.id), "revision": link.revision,
        "sides": shown, "decidable": decidable,
    }  # fmt: skip
    if link.state == "lapsed":
        return LinkLapsed(**common, lapsed_at=link.lapsed_at)
    if link.decision is None:
        return LinkSuggested(**common, matter=link.matter, fits=link.fits, suggested_at=link.suggested_at)
    decision = link.decision
    said: Mapping[str, Any] = {"desk": decision.desk, "text": decision.text, "person": decision.person}
    if decision.relation is not None:
        return IncidentLinked(**common, **said, relation=decision.relation, linked_at=decision.at)
    return IncidentUnlinked(**common, **said, unlinked_at=decision.at, dismissed=link.state == "dismissed")


def _side(incident: Incident) -> LinkedSide:
    return LinkedSide(
        incident=incident.id, number=incident.number, type=incident.head_type, known_at=incident.first_known_at, time=incident.first_time,
        desk=incident.publisher,
    )  # fmt: skip
