"""Keeping a matter: checked, sealed for this service alone, and stored with no word to anybody outside the unit."""

import secrets
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from contracts.fields import item_model, labels_of
from contracts.ids import desk_of, role_of, uuid7
from contracts.sealed import PlainRow, shares_of
from contracts.sealing import SealedPlace
from infra.http.auth import Actor
from infra.http.errors import Conflict, Forbidden
from infra.postgres.queries import load
from infra.postgres.unit_of_work import UnitOfWork
from infra.seal import public_key_of
from services.chassis.agency import KeptIn
from services.chassis.bureau import Bureau
from services.chassis.intake.sealing import Sealer
from services.chassis.kept.shapes import Kept
from services.chassis.marks import Marks

OWN_VIEW = "S"
queries = load(Path(__file__).with_name("queries.sql"))
intake_queries = load(Path(__file__).parents[1] / "intake" / "queries.sql")


class NotTheKeeper(Forbidden):
    """您的岗位不登记此类校内事项。"""

    code = "not-the-keeper"
    title_en = "None of your desks enters this kind of matter"


class AlreadyKept(Conflict):
    """本单位已登记过该编号。"""

    code = "already-kept"
    title_en = "Your unit has a matter of this number already"


def keeper_of(actor: Actor, matter: KeptIn) -> str | None:
    """The person's desk that enters the matter."""
    return next((desk for desk in actor.desks if role_of(desk) in matter.writers), None)


async def keep(bureau: Bureau, uow: UnitOfWork, actor: Actor, matter: KeptIn, data: BaseModel) -> Kept:
    """Store a matter of the person's unit. NotTheKeeper, AlreadyKept."""
    desk = keeper_of(actor, matter)
    if desk is None:
        raise NotTheKeeper()
    sealer = Sealer({bureau.service: public_key_of(bureau.seal_key)}, uow.now)
    plain = data.model_dump(mode="json", by_alias=True, exclude_none=True)
    places = sealed_places(matter.model)
    sealed = sealer.seal_places(plain, places)
    stripped = {**sealed, **{place.path[0]: [{"row": row["row"]} for row in sealed.get(place.path[0], ())] for place in places}}
    identity, number = uuid7(uow.now, secrets.token_bytes(10)), str(plain[matter.number])
    person = actor.person_at(desk).model_dump()
    stored = await uow.fetchval(queries["keep"], identity, actor.unit, desk, matter.name, number, uow.now, person, stripped, _day_in(plain, matter))
    if stored is None:
        raise AlreadyKept()
    await uow.execute(intake_queries["fill_vault"], identity, actor.unit, sealer.rows)
    await _wake(uow, actor.unit, matter, identity)
    return Kept(id=identity, number=number, desk=desk, at=uow.now, data=stripped)


def _day_in(plain: Mapping[str, Any], matter: KeptIn) -> date | None:
    """The day on which somebody is reminded."""
    said = plain.get(matter.remind_on) if matter.remind_on is not None else None
    return date.fromisoformat(said) if said is not None else None


async def _wake(uow: UnitOfWork, unit: str, matter: KeptIn, identity: str) -> None:
    """The desks of the unit that read the matter see that one is new."""
    marks = Marks()
    for role in matter.readers:
        marks.add(desk_of(role, unit), "kept", identity, "soft")
    await marks.flush(uow)


def sealed_places(model: type[BaseModel]) -> tuple[SealedPlace, ...]:
    """Where plain rows stand in the data; each becomes one sealed row."""
    return tuple(SealedPlace((field,), shares_of(row, frozenset(OWN_VIEW))) for field, row in sorted(rows_in(model).items()))


def rows_in(model: type[BaseModel]) -> dict[str, type[PlainRow]]:
    """Field on the wire → the model of its plain rows."""
    found = {field: item_model(model, field) for field in labels_of(model)}
    return {field: row for field, row in found.items() if row is not None and issubclass(row, PlainRow)}
