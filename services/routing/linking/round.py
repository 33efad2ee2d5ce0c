"""The clock's look for incidents that may be one happening.

It suggests, takes back what no longer fits, and tells of known links whoever came to stand in them since."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from infra.postgres.unit_of_work import UnitOfWork
from services.routing.beside import Done
from services.routing.core.linking import APART, MOST, Link, Matters, fit, lapsed, nearest, still_fit, suggested, take_back, tell
from services.routing.core.model import Fold, Incident, World
from services.routing.linking.store import QUERIES, incident_in, keep_link, load_links
from services.routing.loaded import Loaded
from services.routing.store import lock_and_load


class LinkRound:
    """Candidates are read first and without locks; then all roots are locked at once, in the order of their ids, and looked at again."""

    name = "links"

    def __init__(self, matters: Matters) -> None:
        self._matters = matters

    async def due(self, uow: UnitOfWork, world: World) -> Sequence[str]:  # noqa: ARG002  the looks of a round have one shape
        return [row["incident"] for row in await uow.fetch(QUERIES["looks"])]

    async def look(self, uow: UnitOfWork, thing: Any, world: World) -> Done | None:
        """Everything that follows for one incident; None when nothing does, or another clock has looked at it meanwhile.

        A link that was made since its partners were read is left alone: whoever it concerns was told just now."""
        found, partners = await self._others(uow, thing, world)
        if not found and not partners:
            await self._nothing(uow, thing, world)
            return None
        loaded = await lock_and_load(uow, (), (thing, *found, *partners))
        if await uow.fetchval(QUERIES["end_look"], thing) is None:
            return None
        known = {link.other(thing): link for link in await load_links(uow, (), (thing,))}
        here = (link for other, link in known.items() if loaded.by_incident(other) is not None)
        links = [self._as_it_stands(loaded, link, world, uow.now) for link in here if link.state not in APART]
        waiting = sum(link.state == "suggested" for link in links)
        new = (self._suggest(loaded, (thing, other), world, uow.now, known.get(other)) for other in found)
        links += [link for link in new if link is not None][: max(0, MOST - waiting)]
        folds: list[Fold] = []
        for link in links:
            folds += await _tell(uow, loaded, link, world, cause=f"linking/{thing}")
        return Done(loaded, tuple(folds))

    async def _nothing(self, uow: UnitOfWork, thing: str, world: World) -> None:
        """Nobody stands beside it: no root is locked. What was stated while it was looked for is seen behind the end of the look."""
        if await uow.fetchval(QUERIES["end_look"], thing) is not None and any(await self._others(uow, thing, world)):
            await uow.execute(QUERIES["ask_look"], [thing], uow.now)

    async def _others(self, uow: UnitOfWork, thing: str, world: World) -> tuple[list[str], list[str]]:
        """Incidents that may be the same happening, and those it is linked with already."""
        rows = await uow.fetch(QUERIES["partners"], thing)
        return await self._candidates(uow, thing, world), [row["incident"] for row in rows]

    async def _candidates(self, uow: UnitOfWork, thing: str, world: World) -> list[str]:
        row = await uow.fetchrow(QUERIES["body"], thing)
        if row is None:
            return []
        incident = incident_in(row)
        beside = [{"type": one.type, "field": one.field, "codes": sorted(one.codes)} for one in self._matters.beside(incident)]
        if not beside:
            return []
        first, last = min(incident.first_known_at, incident.first_time), incident.first_time
        within = self._matters.longest(incident)
        spans = first - within, uow.now + within  # what was stated long after it was known may still meet it
        rows = await uow.fetch(QUERIES["candidates"], thing, beside, *spans, last, MOST)
        return [other.id for other, _ in nearest(self._matters, incident, map(incident_in, rows), world.directory)]

    def _suggest(self, loaded: Loaded, pair: tuple[str, str], world: World, now: datetime, known: Link | None) -> Link | None:
        """A pair that fits, unless it was suggested before and has not lapsed."""
        if known is not None and known.state != "lapsed":
            return None
        one, other = (_of(loaded, incident) for incident in pair)
        fitting = fit(self._matters, one, other, world.directory) if one and other else None
        return suggested(*pair, fitting, now, before=known) if fitting else None

    def _as_it_stands(self, loaded: Loaded, link: Link, world: World, now: datetime) -> Link:
        """A suggestion lapses with what it was made for; what a person said stays."""
        one, other = _of(loaded, link.low), _of(loaded, link.high)
        if link.state != "suggested" or (one and other and still_fit(self._matters, one, other, world.directory)):
            return link
        return lapsed(link, now)

    async def next_at(self, uow: UnitOfWork) -> datetime | None:
        waiting: datetime | None = await uow.fetchval(QUERIES["next_look"])
        return waiting


def _of(loaded: Loaded, incident: str) -> Incident | None:
    state = loaded.by_incident(incident)
    return state.incidents[incident] if state else None


async def _tell(uow: UnitOfWork, loaded: Loaded, link: Link, world: World, *, cause: str) -> Sequence[Fold]:
    """Whoever has to know of a link and does not yet; the link is stored with them."""
    low, high = loaded.by_incident(link.low), loaded.by_incident(link.high)
    if low is None or high is None:
        raise LookupError("the roots of a link are not loaded")
    folds = Fold(low, world, uow.now, cause), Fold(high, world, uow.now, cause)
    if link.state == "lapsed":
        await keep_link(uow, link)
        return take_back(link, *folds)
    told = tell(link, *folds)
    if told.link.told != link.told:
        await keep_link(uow, told.link)
    return told.folds
