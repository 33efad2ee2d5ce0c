"""What desks say of links: taken in by the handler of answers, under the locks of both incidents."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from contracts.coordination import ArbitrationRuled, IncidentLinked, IncidentUnlinked, LinkRefusal
from contracts.envelope import Event
from infra.postgres.unit_of_work import UnitOfWork
from services.routing.core.linking import Concerned, Link, Matters, concerned_by, decide, pair_of, refuse, tell
from services.routing.core.linking.telling import LINKED, UNLINKED
from services.routing.core.model import Fold, Incident, IncidentState, Misfit, World
from services.routing.linking.store import QUERIES, keep_decision, keep_link, load_links
from services.routing.loaded import Loaded

LINK_ANSWERS = frozenset({LINKED, UNLINKED})
Said = IncidentLinked | IncidentUnlinked
Pair = tuple[str, str]


def pairs_of(events: Iterable[Event]) -> list[Pair]:
    """The pairs that the answers of a batch are about, to be locked with everything else of the batch."""
    return [pair_of(said.incident, said.linked) for event in events if isinstance(said := event.data, Said)]


class Pairs:
    """The links that a batch speaks of, as its answers leave them one after the other."""

    def __init__(self, matters: Matters, links: Iterable[Link] = ()) -> None:
        self._matters = matters
        self._links: dict[Pair, Link] = {(link.low, link.high): link for link in links}
        self._decided: list[Link] = []

    def of(self, low: str, high: str) -> Link | None:
        """The link of a pair as it stands after the answers so far."""
        return self._links.get((low, high))

    @classmethod
    async def load(cls, uow: UnitOfWork, matters: Matters, pairs: Sequence[Pair]) -> "Pairs":
        """The links of these pairs, whose roots are locked."""
        return cls(matters, await load_links(uow, pairs) if pairs else ())

    def fold(self, loaded: Loaded, event: Event, world: World, now: datetime) -> Sequence[Fold]:
        """One answer: the link moves and everybody concerned is told, or its desk learns why not. Misfit: of no incidents of ours."""
        said = event.data
        if not isinstance(said, Said):
            raise Misfit("wrong-type", event.name)
        sides = self._sides(loaded, event, said)
        pair = pair_of(said.incident, said.linked)
        link = self.of(*pair)
        answer = self._refusal(sides, said, link) or decide(link, said)
        folds = {incident: Fold(state, world, now, event.envelope.id) for incident, (state, _) in sides.items()}
        if isinstance(answer, str):
            refuse(folds[said.incident], said, answer, link)
        elif answer is not None:
            told = tell(answer, folds[pair[0]], folds[pair[1]])
            self._links[pair] = told.link
            self._decided.append(told.link)
        return list(folds.values())

    def _sides(self, loaded: Loaded, event: Event, said: Said) -> Mapping[str, tuple[IncidentState, Incident]]:
        if said.incident == said.linked:
            raise Misfit("same-incident", "an incident is not linked to itself")
        if said.incident != event.envelope.incident:
            raise Misfit("wrong-incident", "the answer is about another incident than its envelope says")
        if said.desk != event.envelope.publisher:
            raise Misfit("wrong-desk", "the answer is given in the name of another desk")
        found = {}
        for incident in (said.incident, said.linked):
            state = loaded.by_incident(incident)
            if state is None:
                raise Misfit("unknown-incident", f"no incident {incident}")
            found[incident] = (state, state.incidents[incident])
        return found

    def _refusal(self, sides: Mapping[str, tuple[IncidentState, Incident]], said: Said, link: Link | None) -> LinkRefusal | None:
        incidents = [incident for _, incident in sides.values()]
        low, high = (sides[incident] for incident in pair_of(said.incident, said.linked))
        if not _may_say(concerned_by(low, high), said, link):
            return "not-entitled"
        if isinstance(said, IncidentUnlinked):
            return None
        alike = len({incident.status for incident in incidents}) == 1
        return None if alike and all(map(self._matters.linkable, incidents)) else "not-linkable"

    async def keep(self, uow: UnitOfWork, events: Iterable[Event]) -> None:
        """Store what was decided, each word of it. After a ruling other desks stand in an incident: the clock tells them of its links."""
        ruled = sorted({event.data.incident for event in events if isinstance(event.data, ArbitrationRuled)})
        if ruled:
            await uow.execute(QUERIES["ask_look_below"], ruled, uow.now)
        for link in self._decided:
            await keep_link(uow, link)
            if link.decision is not None:
                await keep_decision(uow, link, link.decision)


def _may_say(concerned: Concerned, said: Said, link: Link | None) -> bool:
    """A suggestion that lapsed asks nobody; who answers to what it was before still learns that it did."""
    asked = link is not None and not (link.state == "lapsed" and link.seen(said.revision))
    return said.desk in concerned.deciders if asked else concerned.may_link_unasked(said.desk)
