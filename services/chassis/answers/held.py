"""An object held for one answer: locked, seen by the person, signable by the person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from contracts.ids import unit_of
from infra.http.auth import Actor
from infra.http.errors import FieldFault, Forbidden, Invalid, NotFound
from infra.postgres.queries import load
from infra.postgres.unit_of_work import UnitOfWork
from services.chassis.answers.errors import NotDecided
from services.chassis.bureau import Bureau
from services.chassis.directory import knows_unit
from services.chassis.marks import Marks, Thing
from services.chassis.rights import Signing, signing, visible_desks
from services.chassis.speech import Matter, statement

queries = load(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class Held:
    """A locked row, the person who answers, and the unit of work it happens in."""

    bureau: Bureau
    uow: UnitOfWork
    row: Mapping[str, Any]
    signing: Signing

    @property
    def id(self) -> str:
        return str(self.row["id"])

    @property
    def desk(self) -> str:
        return str(self.row["desk"])

    @property
    def matter(self) -> Matter:
        return Matter(self.row["incident"], self.row["status"], self.row["county"], self.row["cause"])

    async def say(self, name: str, data: BaseModel, *, identity: str, act: str, version: int | None = None, thing: Thing) -> None:
        """Keep the answer, publish it, and wake the desk: one transaction with what the caller changed."""
        event = statement(self.bureau.speaker(self.desk), name, data, self.matter, identity=identity, now=self.uow.now)
        document = data.model_dump(mode="json")
        await self.uow.execute(
            queries["keep_answer"],
            identity, unit_of(self.desk), self.desk, self.row["incident"], self.id, act, version, self.uow.now,
            self.signing.person.model_dump(), document,
        )  # fmt: skip
        self.uow.publish(event)
        marks = Marks()
        marks.add(self.desk, thing, self.id, "quiet")
        await marks.flush(self.uow)


async def hold_notification(bureau: Bureau, uow: UnitOfWork, actor: Actor, notification: str) -> Held:
    """Lock a notification for an answer. NotFound for what the person does not see, Forbidden for what the person cannot sign."""
    row = await uow.fetchrow(queries["hold_notification"], notification, visible_desks(actor))
    if row is None:
        raise NotFound()
    return _held(bureau, uow, dict(row), actor)


async def hold_event(bureau: Bureau, uow: UnitOfWork, actor: Actor, event: str) -> Held:
    """Lock an own event for a word about its incident. NotFound, Forbidden as above; NotDecided while it belongs to no incident."""
    row = await uow.fetchrow(queries["hold_event"], event, visible_desks(actor))
    if row is None:
        raise NotFound()
    if row["incident"] is None or row["number"] is None:
        raise NotDecided()
    return _held(bureau, uow, dict(row), actor)


async def hold_task(bureau: Bureau, uow: UnitOfWork, actor: Actor, task: str, desk: str | None) -> Held:
    """Lock a desk's share in a task; without a desk the lead's, else the first one the person can sign for."""
    rows = await uow.fetch(queries["hold_task"], task, visible_desks(actor), desk)
    if not rows:
        raise NotFound()
    return _held(bureau, uow, dict(rows[0]), actor)


def _held(bureau: Bureau, uow: UnitOfWork, row: Mapping[str, Any], actor: Actor) -> Held:
    mine = signing(actor, row["desk"])
    if mine is None:
        raise Forbidden()
    return Held(bureau, uow, row, mine)


async def delivered_at(held: Held, version: int) -> datetime:
    """When the version the person saw was delivered here; a version that never was is Invalid."""
    found = await held.uow.fetchval(queries["version_at"], held.id, version)
    if found is None:
        raise Invalid(fields=(FieldFault("version", "没有这一版本", "There is no such version", "unknown-version"),))
    moment: datetime = found
    return moment


async def check_desk(uow: UnitOfWork, field: str, desk: str | None, *, other_than: str | None = None) -> None:
    """Refuse a desk of a unit that the Directory does not hold, and the desk that gives the duty away."""
    if desk is None:
        return
    if desk == other_than:
        raise Invalid(fields=(FieldFault(field, "不能是退单的值守台", "Must be another desk than the one that returned it", "same-desk"),))
    if not await knows_unit(uow, unit_of(desk)):
        raise Invalid(fields=(FieldFault(field, "名录中没有该单位", "The directory holds no such unit", "unknown-unit"),))
