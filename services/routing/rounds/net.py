"""The clock's nightly look at the duty net 责任网 (GOV-05): the check of the packs' own commands, told to operations once a night.

A night is always told, also that nothing is amiss: silence would as well mean that nobody looked."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, time

from infra.postgres.unit_of_work import UnitOfWork
from services.routing.beside import Done
from services.routing.core.bulletins.net import GOV_05, NetCheck, tell_net
from services.routing.core.calendar import ONE_DAY, local_day, moment
from services.routing.core.mandates import PackInfo
from services.routing.core.model import Fold, IncidentState, World
from services.routing.loaded import Loaded
from services.routing.packs import OF_THE_NET, Ground, Net, check
from services.routing.rounds.drills import QUERIES
from services.routing.speak import ROUTING_DESK
from topics.catalogue import Catalogue

AT = time(2, 0)
TOLD = 50
"""Findings that a message carries; ``xietong mandates check`` prints all of them."""


class NetRound:
    """A clock that slept checks the last night alone: how the net was before is not known. Nor is a night before there was a directory."""

    name = "duty-net"

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._done: date | None = None

    async def due(self, uow: UnitOfWork, world: World) -> Sequence[date]:
        """The last night, unless it was told, or nobody wants to hear of it."""
        day = _last_night(uow.now)
        if self._done == day or world.book.by_id(GOV_05, uow.now) is None:
            return ()
        open_ = await uow.fetchval(QUERIES["net_unchecked"], day, moment(day, AT))
        self._done = self._done if open_ else day
        return (day,) if open_ else ()

    async def look(self, uow: UnitOfWork, thing: date, world: World) -> Done | None:
        """Check as the directory and the packs stand now; None when another clock has told the night meanwhile. Beside the loop: it takes time."""
        mandate = world.book.by_id(GOV_05, uow.now)
        if mandate is None or not await uow.fetchval(QUERIES["net_unchecked"], thing, moment(thing, AT)):
            return None
        found = await asyncio.to_thread(examine, world, self._catalogue, thing, uow.now)
        fold = Fold(IncidentState(), world, uow.now, f"clock/{self.name}")
        incident = tell_net(fold, found, moment(thing, AT), mandate, publisher=ROUTING_DESK)
        if await uow.fetchval(QUERIES["claim_net"], thing, incident.id, uow.now) is None:
            return None
        return Done(Loaded(states={incident.root: fold.state}), (fold,))

    async def next_at(self, uow: UnitOfWork) -> datetime | None:
        """The next 02:00."""
        return moment(_last_night(uow.now) + ONE_DAY, AT)


def _last_night(now: datetime) -> date:
    today = local_day(now)
    return today if now >= moment(today, AT) else today - ONE_DAY


def examine(world: World, catalogue: Catalogue, day: date, now: datetime) -> NetCheck:
    """What the check of the packs says about the net, of every pack in force."""
    book = world.book
    found = [one for one in check(book, Ground(world.directory, catalogue, now)) if one.code in OF_THE_NET]
    nation = PackInfo("", "", 0, "national", "", now)
    net = Net(world.directory, at=now, now=now)
    rules = {(rule.id, rule.pack) for rule in (*book, *book.periodic, *(one.mandate for one in book.crosschecks)) if book.in_force(rule.in_pack, now)}
    errors = sum(one.level == "error" for one in found)
    return NetCheck(
        day, len(rules), len(net.spots(nation, schools=False)), len(net.spots(nation, schools=True)), errors, len(found) - errors,
        tuple(f"{'法定' if one.level == 'error' else '提示'} {one.mandate} {one.zh}" for one in found[:TOLD]),
    )  # fmt: skip
