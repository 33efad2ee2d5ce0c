"""The state of a link between two incidents, and how a person's word moves it.

suggested ─▶ linked · merged · dismissed; linked ◀─▶ merged; linked, merged ─▶ unlinked; unlinked, dismissed ─▶ linked · merged.
A pair that somebody decided about is never suggested again. Links are of pairs: chains and rings of them say nothing of their ends, but
that what is merged along a chain is counted as one. A closed or withdrawn incident can be linked and unlinked like any other, for a link
asks nobody for anything; and nothing that happens to an incident ends what a person said of it.

suggested ◀─▶ lapsed: of what nobody has decided on, the bus takes back what no longer fits, and suggests it anew where it fits again. Of a
lapsed pair a person says what could be said if it had never been suggested.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from contracts.coordination import IncidentLinked, IncidentUnlinked, LinkFit, LinkRefusal, LinkRelation, Person
from contracts.ids import derived_id, time_of
from contracts.matters import Fit

LinkState = Literal["suggested", "lapsed", "linked", "merged", "dismissed", "unlinked"]
TOGETHER: frozenset[LinkState] = frozenset({"linked", "merged"})
APART: frozenset[LinkState] = frozenset({"lapsed", "dismissed", "unlinked"})


@dataclass(frozen=True, slots=True)
class Decision:
    """What a named person at a desk said of a link. ``relation``: of two that belong together."""

    desk: str
    person: Person
    text: str
    at: datetime
    relation: LinkRelation | None


@dataclass(frozen=True, slots=True)
class Link:
    """A pair of incidents, ``low`` with the smaller id. ``revision`` grows with each word said; ``told``: the desks that know this one.

    ``matter``, ``fits``: why the bus suggested it; none where a person linked it of their own. ``lapsed_at``: since when it does not."""

    id: str
    low: str
    high: str
    state: LinkState
    revision: int
    matter: str = ""
    fits: tuple[LinkFit, ...] = ()
    suggested_at: datetime | None = None
    lapsed_at: datetime | None = None
    decision: Decision | None = None
    told: tuple[str, ...] = ()

    def other(self, incident: str) -> str:
        """The one at the other end."""
        return self.high if incident == self.low else self.low

    def seen(self, revision: int) -> bool:
        """Whether it is this one that a person saw; who was never told of a lapsed one saw none."""
        return revision == self.revision or (self.state == "lapsed" and revision == 0)


def pair_of(one: str, other: str) -> tuple[str, str]:
    """Two incidents in the order of their ids, which is the order they are locked in."""
    return (one, other) if one < other else (other, one)


def link_id(one: str, other: str) -> str:
    """The id of a pair's link, which it has before there is one."""
    low, high = pair_of(one, other)
    return derived_id(time_of(low), "link", low, high)


def suggested(one: str, other: str, fitting: Fit, at: datetime, *, before: Link | None = None) -> Link:
    """A new suggestion. ``before``: the one of this pair that lapsed."""
    low, high = pair_of(one, other)
    revision = before.revision + 1 if before else 1
    return Link(link_id(one, other), low, high, "suggested", revision, fitting.matter, fitting.places, at)


def lapsed(link: Link, at: datetime) -> Link:
    """A suggestion that no longer fits. Whoever was told of it is told of this too, and nobody else."""
    return replace(link, state="lapsed", revision=link.revision + 1, lapsed_at=at)


def decide(link: Link | None, said: IncidentLinked | IncidentUnlinked) -> Link | LinkRefusal | None:
    """The link after a person's word; None when it says what stands already, the refusal when it was said of what has moved on since."""
    state, decision = _state_said(link, said), _decision(said)
    if link is None:
        if state in APART:
            return "not-linked"
        low, high = pair_of(said.incident, said.linked)
        return Link(link_id(low, high), low, high, state, 1, decision=decision)
    if state == link.state and (link.decision is None or link.decision.relation == decision.relation):
        return None
    if not link.seen(said.revision):
        return "crossed"
    return replace(link, state=state, revision=link.revision + 1, lapsed_at=None, decision=decision, told=())


def _state_said(link: Link | None, said: IncidentLinked | IncidentUnlinked) -> LinkState:
    """Saying that two are apart dismisses a suggestion, undoes a link, and leaves what is apart as it is."""
    if isinstance(said, IncidentLinked):
        return "merged" if said.relation == "same" else "linked"
    if link is not None and link.state in APART:
        return link.state
    return "unlinked" if link is not None and link.state in TOGETHER else "dismissed"


def _decision(said: IncidentLinked | IncidentUnlinked) -> Decision:
    if isinstance(said, IncidentLinked):
        return Decision(said.desk, said.person, said.text, said.linked_at, said.relation)
    return Decision(said.desk, said.person, said.text, said.unlinked_at, None)
