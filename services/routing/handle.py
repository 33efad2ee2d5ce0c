"""What routing does with a batch: load → fold the core over its events in order → store → tell. The same under Faust and plain."""

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import structlog

from contracts.coordination import (
    ArbitrationRuled,
    NotificationAcknowledged,
    NotificationDelivered,
    NotificationReturned,
    PartReported,
    TaskClosed,
)
from contracts.envelope import Event
from contracts.event_type import Mark
from contracts.ids import derived_id
from contracts.registry import all_types, event_type
from infra.messaging.delivery import Poison, Received
from infra.postgres.unit_of_work import UnitOfWork
from services.routing.core import arbitrate, respond
from services.routing.core.change import merge_picture
from services.routing.core.decide import decide, only_stamp
from services.routing.core.linked import number_of
from services.routing.core.model import Fold, Incident, IncidentState, World
from services.routing.measure import count
from services.routing.speak import Speaker
from services.routing.store import IncidentKey, Loaded, Seen, lock_and_load, save

RESPONSES: Mapping[type[Any], Callable[[Fold, Any], None]] = {
    NotificationDelivered: respond.delivered,
    NotificationAcknowledged: respond.acknowledged,
    NotificationReturned: arbitrate.returned,
    PartReported: respond.reported,
    TaskClosed: respond.closed,
    ArbitrationRuled: arbitrate.ruled,
}
ANSWERS = frozenset({
    "bus.notification.delivered", "bus.notification.acknowledged", "bus.notification.returned",
    "bus.part.reported", "bus.task.closed", "bus.arbitration.ruled",
})  # fmt: skip
PARKED = "bus.message.parked"
LATE_PUBLISH_HOURS = 24
log = structlog.get_logger()


class RoutingHandlers:
    """The handlers of the routing worker; ``world`` gives the current directory and mandates."""

    def __init__(self, speaker: Speaker, world: Callable[[UnitOfWork, int], Awaitable[World]]) -> None:
        self.accepts: frozenset[str] = ANSWERS | {PARKED} | {spec.name for spec in all_types() if not spec.name.startswith("bus.")}
        self._speaker = speaker
        self._world = world

    async def handle(self, uow: UnitOfWork, events: Sequence[Received]) -> None:
        """One batch in one unit of work. Raises Poison naming the event that can never be handled."""
        for received in events:
            if received.event.name == PARKED:
                log.warning("message_parked_elsewhere", publisher=received.event.envelope.publisher)
        events = [received for received in events if received.event.name != PARKED]
        keys = {r.event.identity: key_of(r.event) for r in events if r.event.name not in ANSWERS}
        named = [r.event.envelope.incident for r in events if r.event.envelope.incident]
        loaded = await lock_and_load(uow, keys.values(), named)
        world = await self._world(uow, loaded.directory)
        folds: list[Fold] = []
        decisions: list[Mapping[str, Any]] = []
        for received in events:
            fold, decision = fold_one(loaded, received.event, keys.get(received.event.identity), world, uow.now)
            folds.append(fold)
            decisions += [decision] if decision else []
        await save(uow, folds, decisions)
        for fold in folds:
            self._speaker.say(uow, fold)
        uow.after_commit(partial(count, [received.event for received in events], folds, decisions))


def key_of(event: Event) -> IncidentKey:
    """The key an agency event ties to its incident with; exercise and actual never share one."""
    spec = event_type(event.name)
    envelope = event.envelope
    scope = envelope.county if spec.key_scope == "county" else envelope.publisher.partition("@")[2]
    return envelope.status, spec.family, scope, envelope.subject


def fold_one(loaded: Loaded, event: Event, key: IncidentKey | None, world: World, now: datetime) -> tuple[Fold, Mapping[str, Any] | None]:
    """Fold one event: an answer of a desk, or a statement of an agency (which is also recorded as decided)."""
    if key is None:
        return fold_answer(loaded, event, world, now), None
    return fold_statement(loaded, event, key, world, now)


def fold_answer(loaded: Loaded, event: Event, world: World, now: datetime) -> Fold:
    """A desk's answer about an incident of ours; one about an incident that routing never opened is poison."""
    state = loaded.by_incident(event.envelope.incident or "")
    if state is None:
        raise Poison("unknown-incident", f"no incident {event.envelope.incident}", event=event)
    fold = Fold(state, world, now, event.envelope.id)
    RESPONSES[type(event.data)](fold, event.data)
    return fold


def fold_statement(loaded: Loaded, event: Event, key: IncidentKey, world: World, now: datetime) -> tuple[Fold, Mapping[str, Any]]:
    """Open or find the incident, merge the picture, decide; returns the fold and the row of the decision."""
    mark = mark_of(event)
    found = _find(loaded, event, key)
    digest = content_hash(event)
    if found is None:
        if mark is not None:
            raise Poison("head-missing", f"no open incident for {key[1]} {key[3]}", event=event)
        state, incident = IncidentState(), None
    else:
        state, incident = found
    fold = Fold(state, world, now, event.envelope.id)
    repeated = _repeated(event, incident, loaded.history.get(incident.id, []), digest) if incident else None
    if incident is not None and repeated is not None:
        decision = only_stamp(fold, incident, event, repeated)
    else:
        incident = _advance(fold, incident, event, mark, key)
        loaded.states[incident.root] = fold.state
        decision = decide(fold, incident, event, mark)
    envelope = event.envelope
    loaded.history.setdefault(incident.id, []).append(Seen(*event.identity, event.name, envelope.revision, digest))
    row = {
        "source": envelope.source,
        "id": envelope.id,
        "incident": incident.id,
        "type": event.name,
        "revision": envelope.revision,
        "published_at": envelope.time.isoformat(),
        "known_at": envelope.known_at.isoformat(),
        "decided_at": now.isoformat(),
        "outcome": decision.outcome,
        "content_hash": digest,
        "decision": decision.model_dump(mode="json"),
    }
    return fold, row


def _find(loaded: Loaded, event: Event, key: IncidentKey) -> tuple[IncidentState, Incident] | None:
    named = event.envelope.incident
    if named:
        state = loaded.by_incident(named)
        if state is None:
            raise Poison("unknown-incident", f"no incident {named}", event=event)
        return state, state.incidents[named]
    return loaded.by_key(key)


def _repeated(event: Event, incident: Incident, history: Sequence[Seen], digest: str) -> Any:
    """``duplicate-of`` for the same statement under another id, ``stale`` for an older revision; a contradiction is parked."""
    same = [seen for seen in history if seen.type == event.name and seen.revision == event.envelope.revision]
    if any(seen.content_hash == digest for seen in same):
        return "duplicate-of"
    if same and incident.closed_at is None:
        raise Poison("conflict", f"revision {event.envelope.revision} of {event.envelope.subject} differs", event=event)
    of_head = event.name.startswith(incident.head_type)
    return "stale" if of_head and not same and event.envelope.revision < incident.revision else None


def mark_of(event: Event) -> Mark | None:
    """What an event is to its incident: a follow-up's mark; a concluding type of its own (police.alarm.concluded) is X; else a head."""
    spec = event_type(event.name)
    return spec.mark or ("X" if event.name.endswith(".concluded") else None)


def _advance(fold: Fold, incident: Incident | None, event: Event, mark: Mark | None, key: IncidentKey) -> Incident:
    """The incident after this event: opened, followed by a new one when it was closed, or with its merged picture."""
    reopens = incident is not None and incident.closed_at is not None and mark not in ("C", "W", "X")
    if incident is None or reopens:
        advanced = _open(fold, event, key, merge_picture({}, None, event.data), follows=incident.id if incident else None)
    else:
        picture = incident.picture if mark == "X" else merge_picture(incident.picture, mark, event.data)
        advanced = replace(incident, picture=picture, revision=max(incident.revision, event.envelope.revision))
    fold.put(advanced)
    return advanced


def _open(fold: Fold, event: Event, key: IncidentKey, data: Mapping[str, Any], follows: str | None) -> Incident:
    envelope = event.envelope
    incident = derived_id(envelope.time, *event.identity)
    if follows is not None:
        fold.state = IncidentState()
    late = (envelope.time - envelope.known_at).total_seconds() > LATE_PUBLISH_HOURS * 3600
    return Incident(
        id=incident, root=incident, number=number_of(envelope.county, incident, fold), family=key[1], scope=key[2], key=key[3],
        status=envelope.status, county=envelope.county, head_type=event.name, head_source=envelope.source, head_id=envelope.id,
        publisher=envelope.publisher, first_time=envelope.time, first_known_at=envelope.known_at, revision=envelope.revision,
        picture=data, place_code=envelope.place_code, follows=follows, late_publish=late,
    )  # fmt: skip


def content_hash(event: Event) -> str:
    """A digest of what an event states, without its id and time: two reports of the same content have the same one."""
    envelope = event.envelope
    stated = [event.name, envelope.subject, envelope.revision, envelope.county, event.data.model_dump(mode="json", by_alias=True)]
    return hashlib.blake2b(json.dumps(stated, sort_keys=True, ensure_ascii=False).encode(), digest_size=16).hexdigest()
