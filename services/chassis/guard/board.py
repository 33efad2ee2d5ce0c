"""The board: the posts of a day as a unit sees them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from contracts.coordination import GuardLateBatch, GuardWrongClock
from infra.clock import BEIJING
from infra.http.auth import Actor
from infra.http.errors import BadCursor, Forbidden, NotFound
from infra.http.paging import decode_cursor, encode_cursor
from infra.postgres.queries import load
from infra.postgres.unit_of_work import UnitOfWork
from services.chassis.agency import Agency
from services.chassis.guard.rights import watches_persons
from services.chassis.guard.shapes import GuardLine, GuardPage, GuardPost

Which = Literal["all", "short"]
Peak = Literal["am", "pm", "night"]
LOOK_BACK = timedelta(days=7)
"""How long a batch that came too late is offered to a leader, and a check-in by a wrong clock is shown (ours)."""
AT_MOST = 100
"""How many of the latter."""
queries = load(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class Board:
    """What of a day is asked for."""

    day: date
    which: Which = "all"
    peak: Peak | None = None


@dataclass(frozen=True, slots=True)
class PostKey:
    """One post of a day."""

    day: date
    school: str
    gate: str
    peak: str


def today(uow: UnitOfWork) -> date:
    """The date in Beijing by business time."""
    return uow.now.astimezone(BEIJING).date()


async def list_posts(uow: UnitOfWork, board: Board, *, limit: int, cursor: str | None) -> GuardPage:
    """One page, in the order of the windows. BadCursor."""
    rows = await uow.fetch(queries["posts_of_day"], board.day, board.which == "short", board.peak, limit + 1, *_after(cursor))
    numbers = await uow.fetchrow(queries["count_posts"], board.day, uow.now)
    shown, last = rows[:limit], rows[limit - 1] if len(rows) > limit else None
    following = encode_cursor(last["starts"].isoformat(), last["school"], last["gate"], last["peak"]) if last is not None else None
    return GuardPage(
        date=board.day,
        posts=numbers["posts"] if numbers else 0,
        short=numbers["short"] if numbers else 0,
        items=[GuardLine(**_fields(row["message"], GuardLine)) for row in shown],
        next_cursor=following,
    )


def _after(cursor: str | None) -> tuple[Any, ...]:
    place = decode_cursor(cursor, (str, str, str, str))
    if place is None:
        return (None, None, None, None)
    try:
        starts = datetime.fromisoformat(place[0])
    except ValueError as error:
        raise BadCursor() from error
    if starts.tzinfo is None:
        raise BadCursor()
    return (starts, *place[1:])


def _fields(message: Mapping[str, Any], shape: type[GuardLine]) -> dict[str, Any]:
    return {name: message[name] for name in shape.model_fields if name in message}


async def read_post(uow: UnitOfWork, agency: Agency, actor: Actor, key: PostKey) -> GuardPost:
    """One post with its persons: NotFound for one that the unit does not look at, Forbidden for a role that does not see persons."""
    row = await uow.fetchrow(queries["post"], key.day, key.school, key.gate, key.peak)
    if row is None:
        raise NotFound()
    if not watches_persons(agency, actor):
        raise Forbidden()
    return GuardPost(**_fields(row["message"], GuardPost))


async def wrong_clocks(uow: UnitOfWork, agency: Agency, actor: Actor) -> list[tuple[GuardWrongClock, GuardLine]]:
    """Check-ins of devices with a wrong clock at the unit's gates, each with its post; nothing for a role that does not see persons."""
    if not watches_persons(agency, actor):
        return []
    rows = await uow.fetch(queries["wrong_clocks"], today(uow) - LOOK_BACK, AT_MOST)
    return [(GuardWrongClock.model_validate(row["checkin"]), GuardLine(**_fields(row["message"], GuardLine))) for row in rows]


async def waiting_batches(uow: UnitOfWork, actor: Actor) -> list[tuple[GuardLateBatch, GuardLine]]:
    """Batches of the unit that came too late and that no leader vouched for, each with the first of its posts."""
    rows = await uow.fetch(queries["late_batches"], today(uow) - LOOK_BACK, actor.unit)
    return [(GuardLateBatch.model_validate(row["batch"]), GuardLine(**_fields(row["message"], GuardLine))) for row in rows]
