"""A running agency: its declaration and what it was given at its start."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from joserfc.jwk import KeySet

from contracts.matters import Matter
from infra.http.auth import Actor
from infra.messaging.outbox import OutboxWriter
from infra.postgres.pool import Pool
from infra.postgres.roles import desk_role
from infra.postgres.unit_of_work import Picture, UnitOfWork, picture_of, unit_of_work
from services.chassis.agency import Agency
from services.chassis.speech import Desk

if TYPE_CHECKING:
    from services.chassis.waking import Waker


@dataclass(frozen=True, slots=True, kw_only=True)
class Bureau:
    """``keys``: public keys of the sign-in. ``seal_key``: this service's private sealing key. ``secure``: cookies over HTTPS alone.

    ``matters``: which statements may speak of one happening."""

    agency: Agency
    pool: Pool
    outbox: OutboxWriter
    keys: KeySet
    seal_key: str
    waker: "Waker"
    secure: bool = False
    matters: tuple[Matter, ...] = ()

    @property
    def service(self) -> str:
        return self.agency.name

    def speaker(self, desk: str) -> Desk:
        """A desk of this service that speaks on the bus."""
        return Desk(desk, self.service)

    @asynccontextmanager
    async def request(self, actor: Actor) -> AsyncIterator[UnitOfWork]:
        """The unit of work of one request: it sees and writes the rows of the person's unit and no other."""
        async with unit_of_work(
            self.pool, outbox=self.outbox, role=desk_role(self.service), units=[actor.unit], service=self.service
        ) as uow:
            yield uow

    @asynccontextmanager
    async def picture(self, actor: Actor) -> AsyncIterator[Picture]:
        """What a page shows: the rows of the person's unit as they stood at one moment, with the number of the newest change among them."""
        async with picture_of(self.pool, role=desk_role(self.service), units=[actor.unit], service=self.service) as picture:
            yield picture

    @asynccontextmanager
    async def counting(self) -> AsyncIterator[UnitOfWork]:
        """A unit of work of the service itself, which sees the rows of every unit: for figures that name none."""
        async with unit_of_work(self.pool, service=self.service) as uow:
            yield uow
