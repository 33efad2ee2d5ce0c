"""What routing does with a batch: load → fold the core over its events in order → store → tell. The same under Faust and plain."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import chain
from typing import Any

import structlog

from contracts.coordination import (
    ArbitrationRuled,
    HandoverAccepted,
    HandoverRefused,
    IncidentTriaged,
    NotificationAcknowledged,
    NotificationDelivered,
    NotificationReturned,
    PartReported,
    TaskClosed,
    TaskFollowedUp,
    TaskPaused,
    TaskRated,
    TaskResumed,
)
from contracts.envelope import Event
from contracts.ids import role_of
from contracts.registry import all_types, event_type
from infra.messaging.delivery import Poison, Received
from infra.postgres.unit_of_work import UnitOfWork
from services.routing.beside import Answered, Heard, Listener, Watcher
from services.routing.case import keys_of
from services.routing.core.answering import arbitrate, handover_answers, respond, ruling
from services.routing.core.clocks import pause
from services.routing.core.deciding import triage
from services.routing.core.deciding.restated import restated_by
from services.routing.core.linking import Matters
from services.routing.core.model import Fold, Misfit, World
from services.routing.core.tasks import after
from services.routing.linking import LINK_ANSWERS, Pairs, pairs_of
from services.routing.loaded import Loaded, Versions
from services.routing.measure import count
from services.routing.speak import Speaker
from services.routing.statement import fold_statement
from services.routing.store import lock_and_load, save

RESPONSES: Mapping[type[Any], Callable[[Fold, Any], None]] = {
    NotificationDelivered: respond.delivered,
    NotificationAcknowledged: respond.acknowledged,
    NotificationReturned: arbitrate.returned,
    PartReported: respond.reported,
    TaskClosed: respond.closed,
    ArbitrationRuled: ruling.ruled,
    IncidentTriaged: triage.triaged,
    HandoverAccepted: handover_answers.accepted,
    HandoverRefused: handover_answers.refused,
    TaskRated: after.rated,
    TaskFollowedUp: after.followed_up,
    TaskPaused: pause.paused,
    TaskResumed: pause.resumed,
}
ANSWERS = frozenset({
    "bus.notification.delivered", "bus.notification.acknowledged", "bus.notification.returned",
    "bus.part.reported", "bus.task.closed", "bus.arbitration.ruled", "bus.incident.triaged",
    "bus.task.rated", "bus.task.followed-up", "bus.task.paused", "bus.task.resumed",
    "bus.handover.accepted", "bus.handover.refused",
}) | LINK_ANSWERS  # fmt: skip
PARKED = "bus.message.parked"
NOTHING_LINKED = Matters(())
log = structlog.get_logger()

Step = tuple[Event, Fold, Mapping[str, Any] | None]
"""An event, the fold of it, and the row of its decision (none: an answer)."""


class RoutingHandlers:
    """The handlers of the routing worker; ``world`` gives the current directory and mandates."""

    def __init__(
        self,
        speaker: Speaker,
        world: Callable[[UnitOfWork, Versions], Awaitable[World]],
        watchers: Sequence[Watcher] = (),
        listeners: Sequence[Listener] = (),
        *,
        matters: Matters = NOTHING_LINKED,
    ) -> None:
        self._apart = frozenset[str]().union(*(one.names for one in listeners))
        stated = {spec.name for spec in all_types() if not spec.name.startswith("bus.")}
        self.accepts: frozenset[str] = ANSWERS | {PARKED} | stated | self._apart
        self._speaker = speaker
        self._world = world
        self._watchers = watchers
        self._listeners = listeners
        self._matters = matters

    async def handle(self, uow: UnitOfWork, events: Sequence[Received]) -> None:
        """One batch in one unit of work. Raises Poison naming the event that can never be handled."""
        said: list[Event] = []
        for received in events:
            if received.event.name == PARKED:
                log.warning("message_parked_elsewhere", desk=received.event.envelope.publisher)
                self._speaker.tell_ops(uow, received.event)
            else:
                self._check_writer(received)
                said.append(received.event)
        if not said:
            return
        said, apart = [event for event in said if event.name not in self._apart], [event for event in said if event.name in self._apart]
        steps = await self._fold(uow, said) if said else []
        answers = [Answered(event, fold.state.incidents.get(event.envelope.incident or "")) for event, fold, row in steps if row is None]
        answers += [Answered(event, None) for event in apart]
        for listener in self._listeners if answers else ():
            await listener.answered(uow, answers)

    async def _fold(self, uow: UnitOfWork, said: Sequence[Event]) -> list[Step]:
        """Load, fold, store, tell."""
        keys = [key for event in said if event.name not in ANSWERS for key in keys_of(event)]
        pairs = pairs_of(said)
        named = [event.envelope.incident for event in said if event.envelope.incident]
        loaded = await lock_and_load(uow, keys, [*named, *chain.from_iterable(pairs)])
        links = await Pairs.load(uow, self._matters, pairs)
        world = await self._world(uow, loaded.versions)
        steps = [step for event in said for step in fold_one(loaded, event, world, uow.now, links=links)]
        await save(uow, loaded, [fold for _, fold, _ in steps], [row for _, _, row in steps if row])
        await links.keep(uow, said)
        heard = [one for one in map(heard_of, steps) if one is not None]
        for watcher in self._watchers if heard else ():
            await watcher.heard(uow, heard, world)
        for _, fold, _ in steps:
            self._speaker.say(uow, fold)
        uow.after_commit(partial(count, steps))
        return steps

    def _check_writer(self, received: Received) -> None:
        """A topic speaks for the desks of its writer alone, and a type is stated by those who may."""
        event, publisher = received.event, received.event.envelope.publisher
        if not self._speaker.writes(received.record.topic, publisher):
            raise Poison("not-the-writer", "the topic is not written by the service of this desk", event=event)
        publishers = event_type(event.name).publishers
        if publishers and role_of(publisher) not in publishers:
            raise Poison("not-a-publisher", f"{role_of(publisher)} does not state {event.name}", event=event)


def heard_of(step: Step) -> Heard | None:
    """A decided statement as the watchers hear it, and one that a triage had decided again; other answers are none."""
    event, fold, row = step
    if row is not None:
        return Heard(event, fold.state.incidents[row["incident"]], row["outcome"])
    said = event.data if isinstance(event.data, IncidentTriaged) else None
    found = restated_by(fold, said) if said is not None else None
    return Heard(*found, "routed", said.triaged_at) if said is not None and found is not None else None


def fold_one(loaded: Loaded, event: Event, world: World, now: datetime, *, links: Pairs | None = None) -> list[Step]:
    """Fold one event: an answer of a desk, or a statement of an agency (which is also recorded as decided). Poison names it."""
    try:
        if event.name in LINK_ANSWERS:
            return [(event, fold, None) for fold in (links or Pairs(NOTHING_LINKED)).fold(loaded, event, world, now)]
        if event.name in ANSWERS:
            return [(event, fold_answer(loaded, event, world, now), None)]
        return [(folded.event, folded.fold, folded.row) for folded in fold_statement(loaded, event, world, now)]
    except Misfit as misfit:
        raise Poison(misfit.code, misfit.detail, event=event) from misfit


def fold_answer(loaded: Loaded, event: Event, world: World, now: datetime) -> Fold:
    """A desk's answer about an incident of ours; one about another, or in the name of another desk, is a Misfit."""
    state = loaded.by_incident(event.envelope.incident or "")
    if state is None:
        raise Misfit("unknown-incident", f"no incident {event.envelope.incident}")
    if getattr(event.data, "desk", None) != event.envelope.publisher:
        raise Misfit("wrong-desk", "the answer is given in the name of another desk")
    fold = Fold(state, world, now, event.envelope.id)
    RESPONSES[type(event.data)](fold, event.data)
    return fold
