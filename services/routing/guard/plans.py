"""Plans the posts of today and, from 18:00 on, of tomorrow; again whenever Directory or calendars have changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import structlog

from infra.postgres.unit_of_work import UnitOfWork
from services.routing.beside import Done
from services.routing.core.calendar import ONE_DAY, local_day, moment
from services.routing.core.guard import ROSTER_CHECK, Post, plan_day
from services.routing.core.model import World
from services.routing.guard.rows import QUERIES

CATCH_UP = timedelta(days=31)
"""How far back a clock that slept plans the days it missed, so that their windows are counted."""
log = structlog.get_logger()


class DayDue(NamedTuple):
    """A day to be planned. ``slept``: the clock slept while it should have been, so that windows that began meanwhile count too.

    ``first``: nothing was ever planned, so that no roster was due before now."""

    day: date
    slept: bool
    first: bool


class PlanRound:
    """One unit of work for a day; planning it again, or by two clocks at once, changes nothing."""

    name = "guard-plan"

    async def due(self, uow: UnitOfWork, world: World) -> Sequence[DayDue]:
        """The days that were never planned, and those not over that were planned with another Directory or other calendars."""
        today = local_day(uow.now)
        row = await uow.fetchrow(QUERIES["days_planned"], today)
        last: date | None = row["last"] if row else None
        planned: Mapping[str, str] = (row["planned"] if row else None) or {}
        until = today + ONE_DAY if uow.now >= moment(today, ROSTER_CHECK) else today
        begin = today if last is None else max(min(last + ONE_DAY, today), today - CATCH_UP)
        stale = [day for day in _days(begin, until) if planned.get(day.isoformat()) != world.directory.basis]
        return [DayDue(day, slept=last is not None and day > last, first=last is None) for day in stale]

    async def look(self, uow: UnitOfWork, thing: DayDue, world: World) -> Done | None:
        """Plan one day. Windows that began stand as they were planned; the very first plan, and one made anew, add none that began."""
        plan = plan_day(world.directory, thing.day, uow.now)
        posts = [_row(_found(post, uow.now) if thing.first else post) for post in plan.posts if thing.slept or post.starts > uow.now]
        await uow.execute(QUERIES["plan_day"], thing.day, posts, world.directory.basis, uow.now, list(plan.pending))
        log.info("guard_day_planned", since=thing.day.isoformat(), count=len(posts), missing=list(plan.pending))
        return None

    async def next_at(self, uow: UnitOfWork) -> datetime | None:
        """The next 18:00."""
        today = moment(local_day(uow.now), ROSTER_CHECK)
        return today if uow.now < today else today + ONE_DAY


def _days(begin: date, until: date) -> Iterator[date]:
    while begin <= until:
        yield begin
        begin += ONE_DAY


def _found(post: Post, now: datetime) -> Post:
    """A post whose evening check was due before there was a plan at all: nobody was asked for its roster then."""
    return replace(post, rosters_seen=post.roster_check < now)


def _row(post: Post) -> dict[str, Any]:
    return {
        "unit": post.school, "gate": post.gate, "peak": post.peak, "county": post.county, "starts": post.starts.isoformat(),
        "ends": post.ends.isoformat(), "required": dict(post.required), "rosters_seen": post.rosters_seen,
        "look_at": (post.live_check if post.rosters_seen else post.roster_check).isoformat(),
    }  # fmt: skip
