"""Tells the desks that look at a post how it stands, whenever that has changed since they were told."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from contracts.coordination import GuardLateBatch, GuardPostChanged, GuardSigned, GuardWrongClock
from contracts.envelope import Envelope, Event, wire_type
from contracts.ids import derived_id, role_of
from infra.postgres.unit_of_work import UnitOfWork
from services.routing.beside import Done
from services.routing.core.guard import Beside, Sight, states
from services.routing.core.model import World
from services.routing.guard.posts import PostDue
from services.routing.guard.rows import QUERIES, columns_of, sight_of
from services.routing.speak import ROUTING_DESK, ROUTING_SOURCE

AT_ONCE = 100
"""Posts told in one round: a whole city that was just planned does not keep the clock from its dues."""
CHANGED = "bus.guard-post.changed"


class StateRound:
    """One unit of work for a post: its row is held while it is told, so that what changes meanwhile is told afterwards.

    ``topic_of`` tells the topic on which a role is told."""

    name = "guard-state"

    def __init__(self, topic_of: Callable[[str], str]) -> None:
        self._topic_of = topic_of

    async def due(self, uow: UnitOfWork, world: World) -> Sequence[PostDue]:  # noqa: ARG002  asked for by the interface
        """The posts that stand otherwise than was told."""
        return [PostDue(*row.values()) for row in await uow.fetch(QUERIES["changed_posts"], AT_ONCE)]

    async def look(self, uow: UnitOfWork, thing: PostDue, world: World) -> Done | None:
        """Tell one post; nothing when another clock does."""
        revision = await uow.fetchval(QUERIES["hold_changed_post"], *thing)
        if revision is None:
            return None
        (found,) = await uow.fetch(QUERIES["post_beside"], *thing)
        beside = _beside(dict(found), revision + 1)
        (row,) = await uow.fetch(QUERIES["load_posts"], *columns_of([thing]))
        sight = sight_of(dict(row))
        for state in states(world.directory, sight, beside, uow.now):
            uow.publish(_event(uow.now, sight, state), topic=self._topic_of(role_of(state.desk)))
        await uow.execute(QUERIES["post_told"], *thing, beside.revision)
        return None

    async def next_at(self, uow: UnitOfWork) -> datetime | None:  # noqa: ARG002  as above
        return None


def _beside(said: Mapping[str, Any], revision: int) -> Beside:
    signed = groupby(sorted(said["signed"] or (), key=lambda one: str(one["gap"])), key=lambda one: str(one["gap"]))
    return Beside(
        revision,
        {gap: tuple(GuardSigned(desk=one["desk"], shown=one["shown"] or "", at=one["at"]) for one in of_gap) for gap, of_gap in signed},
        tuple(GuardLateBatch.model_validate(one) for one in said["batches"] or ()),
        tuple(GuardWrongClock.model_validate(one) for one in said["wrong_clocks"] or ()),
    )


def _event(now: datetime, sight: Sight, state: GuardPostChanged) -> Event:
    """Addressed to one desk; its id is that of the post and the revision, so that saying it again is the same event."""
    envelope = Envelope(
        id=derived_id(sight.post.starts, CHANGED, state.post, str(state.revision), state.desk),
        source=ROUTING_SOURCE,
        type=wire_type(CHANGED),
        subject=state.post,
        time=now,
        dataschema=f"urn:xietong:schema:{CHANGED}:v1",
        known_at=now,
        county=sight.post.county,
        publisher=ROUTING_DESK,
        recipient=state.desk,
    )
    return Event(envelope, state)
