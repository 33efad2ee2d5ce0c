"""Reading what a unit keeps to itself: the list without identities, one identity for a purpose, and the county's count for its bureau."""

from datetime import date, datetime, time

from contracts.ids import role_of
from contracts.sealed import SealedRow
from infra.clock import BEIJING
from infra.http.auth import Actor
from infra.http.errors import Forbidden, NotFound
from infra.http.paging import decode_cursor, encode_cursor
from infra.postgres.unit_of_work import UnitOfWork
from infra.seal import open_row
from services.chassis.agency import Agency, KeptIn
from services.chassis.bureau import Bureau
from services.chassis.directory import counties_of, county_of
from services.chassis.kept.keep import queries
from services.chassis.kept.shapes import Kept, KeptCount, KeptPage
from services.chassis.reading.notifications import queries as reading_queries
from services.chassis.reading.rows import MayNotOpen
from services.chassis.reading.shapes import OpenedRow


def reads(actor: Actor, matter: KeptIn) -> bool:
    """Whether one of the person's desks sees the list."""
    return any(role_of(desk) in matter.readers for desk in actor.desks)


def menu_of(agency: Agency, actor: Actor) -> list[KeptIn]:
    """The matters that the person reads or gets the count of."""
    return [matter for matter in agency.kept if reads(actor, matter) or counts_for(actor, matter)]


def counts_for(actor: Actor, matter: KeptIn) -> bool:
    """Whether one of the person's desks gets the monthly count."""
    return any(role_of(desk) in matter.counted for desk in actor.desks)


async def list_kept(uow: UnitOfWork, actor: Actor, matter: KeptIn, *, limit: int, cursor: str | None) -> KeptPage:
    """One page, newest first; Forbidden for a role that does not read the matter."""
    if not reads(actor, matter):
        raise Forbidden()
    after = decode_cursor(cursor, (str,)) or (None,)
    rows = await uow.fetch(queries["list"], matter.name, limit + 1, *after)
    shown = rows[:limit]
    following = encode_cursor(shown[-1]["id"]) if len(rows) > limit else None
    return KeptPage(items=[Kept(**dict(row)) for row in shown], next_cursor=following)


async def open_kept(bureau: Bureau, actor: Actor, matter: KeptIn, identity: str, *, row: str, purpose: str) -> OpenedRow:
    """Open one sealed row: NotFound for a foreign one, MayNotOpen for a role that may not; the opening is written down first."""
    desk = next((desk for desk in actor.desks if role_of(desk) in matter.openers), None)
    async with bureau.request(actor) as uow:
        found = await uow.fetchrow(queries["one"], matter.name, identity)
        sealed = await uow.fetchval(queries["row"], identity, row) if found is not None else None
        if sealed is None:
            raise NotFound()
        if desk is None:
            raise MayNotOpen()
        person = actor.person_at(desk).model_dump()
        await uow.execute(reading_queries["keep_opening"], actor.unit, identity, row, desk, person, purpose, uow.now)
    locked = SealedRow.model_validate(sealed)
    return OpenedRow(row=locked.row, school_id=None, content=open_row(locked, service=bureau.service, private_key=bureau.seal_key))


async def count_kept(bureau: Bureau, actor: Actor, matter: KeptIn, first: date) -> KeptCount:
    """The count of the actor's county in the month that begins on ``first``: one figure for the county, none for a school."""
    if not counts_for(actor, matter):
        raise Forbidden()
    begins, ends = (datetime.combine(day, time.min, BEIJING) for day in (first, _next_month(first)))
    async with bureau.counting() as uow:
        county = await county_of(uow, actor.unit)
        entered = {row["unit"]: int(row["entered"]) for row in await uow.fetch(queries["numbers"], matter.name, begins, ends)}
        counties = await counties_of(uow, entered)
    total = sum(number for unit, number in entered.items() if counties.get(unit) == county)
    return KeptCount(month=f"{first:%Y-%m}", county=county, count=str(total) if total >= matter.shown_from else f"<{matter.shown_from}")


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)
