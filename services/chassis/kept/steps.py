"""The later steps of a matter that stays in its unit: spoken about, closed, or raised to a level that the bus must know."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel, ValidationError

from contracts.ids import role_of
from contracts.refusals import refusals
from contracts.sealed import SealedRow
from infra.clock import BEIJING
from infra.http.auth import Actor
from infra.http.errors import Conflict, FieldFault, Forbidden, Invalid, NotFound
from infra.postgres.unit_of_work import UnitOfWork
from infra.seal import open_row
from services.chassis.agency import EventIn, KeptIn
from services.chassis.bureau import Bureau
from services.chassis.intake.accept import Posting, accept
from services.chassis.intake.body import Accepted, Stated
from services.chassis.kept.keep import NotTheKeeper, keeper_of, queries, rows_in
from services.chassis.kept.read import reads
from services.chassis.kept.shapes import Kept
from services.chassis.marks import Marks
from services.chassis.reading.notifications import queries as reading_queries
from services.chassis.reading.rows import MayNotOpen

RAISED = "raised"
PURPOSE = "转报更高级别"


class KeptOver(Conflict):
    """该事项已结束。"""

    code = "kept-over"
    title_en = "This matter is over"


async def contact(uow: UnitOfWork, actor: Actor, matter: KeptIn, identity: str, next_on: date | None) -> Kept:
    """Write down that those concerned were spoken with, and when the next time is (None: no more). Forbidden, NotFound, KeptOver."""
    if not reads(actor, matter):
        raise Forbidden()
    if next_on is not None and next_on < uow.now.astimezone(BEIJING).date():
        raise Invalid(fields=(FieldFault("next_on", "不得早于今天", "Must not be past", "in-the-past"),))
    await _held(uow, matter, identity)
    return await _after(uow, actor, matter, identity, await uow.fetchrow(queries["contacted"], identity, uow.now, next_on))


async def close(uow: UnitOfWork, actor: Actor, matter: KeptIn, identity: str, outcome: str) -> Kept:
    """End a matter with an outcome of its list; it is forgotten after its time. NotTheKeeper, NotFound, KeptOver, Invalid."""
    if keeper_of(actor, matter) is None:
        raise NotTheKeeper()
    if outcome not in matter.outcomes:
        known = "、".join(matter.outcomes)
        raise Invalid(fields=(FieldFault("outcome", f"应为：{known}", f"must be one of {', '.join(matter.outcomes)}", "literal-error"),))
    await _held(uow, matter, identity)
    return await _after(uow, actor, matter, identity, await _end(uow, matter, identity, outcome, None))


async def raise_up(bureau: Bureau, uow: UnitOfWork, actor: Actor, matter: KeptIn, identity: str, *, data: Mapping[str, Any]) -> Accepted:
    """State the matter on the bus at its new level and end it here, in one transaction: the link stays here alone.

    What the matter holds is carried over, its sealed rows opened (which is written down) and sealed anew for whoever may see them there.
    NotTheKeeper, MayNotOpen, NotFound, KeptOver, Invalid, and what taking an event in raises."""
    if keeper_of(actor, matter) is None:
        raise NotTheKeeper()
    inlet = inlet_of(bureau, matter)
    held = await _held(uow, matter, identity)
    carried = {name: value for name, value in held["data"].items() if name in matter.carries}
    for name in rows_in(matter.model).keys() & carried.keys():
        carried[name] = [await _opened(bureau, uow, actor, matter, identity, row=row["row"]) for row in carried[name]]
    body = {**carried, **data, **matter.raised_as, "school_id": actor.unit}
    accepted = await accept(bureau, uow, actor, Posting(inlet, Stated(), _checked(inlet, body)))
    await _after(uow, actor, matter, identity, await _end(uow, matter, identity, RAISED, accepted.id))
    return accepted


def inlet_of(bureau: Bureau, matter: KeptIn) -> EventIn:
    """The address that the new level is stated at; NotFound for a matter that is never raised."""
    found = next((one for one in bureau.agency.events if one.stated.name == matter.raised_to and one.accepts is None), None)
    if found is None:
        raise NotFound()
    return found


def _checked(inlet: EventIn, body: Mapping[str, Any]) -> BaseModel:
    try:
        return inlet.posted.model_validate(body)
    except ValidationError as error:
        raise Invalid(fields=tuple(FieldFault(r.field, r.zh, r.en, r.code) for r in refusals(error, prefix="data"))) from error


async def _opened(bureau: Bureau, uow: UnitOfWork, actor: Actor, matter: KeptIn, identity: str, *, row: str) -> dict[str, Any]:
    desk = next((desk for desk in actor.desks if role_of(desk) in matter.openers), None)
    if desk is None:
        raise MayNotOpen()
    person = actor.person_at(desk).model_dump()
    await uow.execute(reading_queries["keep_opening"], actor.unit, identity, row, desk, person, PURPOSE, uow.now)
    locked = SealedRow.model_validate(await uow.fetchval(queries["row"], identity, row))
    return dict(open_row(locked, service=bureau.service, private_key=bureau.seal_key))


async def _held(uow: UnitOfWork, matter: KeptIn, identity: str) -> Any:
    """The matter, locked. NotFound for a foreign one, KeptOver for one that ended."""
    found = await uow.fetchrow(queries["hold"], matter.name, identity)
    if found is None:
        raise NotFound()
    if found["closed_at"] is not None:
        raise KeptOver()
    return found


async def _end(uow: UnitOfWork, matter: KeptIn, identity: str, outcome: str, linked: str | None) -> Any:
    return await uow.fetchrow(queries["end"], identity, uow.now, outcome, linked, timedelta(days=matter.kept_days))


async def _after(uow: UnitOfWork, actor: Actor, matter: KeptIn, identity: str, row: Any) -> Kept:
    marks = Marks()
    for role in matter.readers:
        marks.add(f"{role}@{actor.unit}", "kept", identity, "quiet")
    await marks.flush(uow)
    return Kept(**dict(row))
