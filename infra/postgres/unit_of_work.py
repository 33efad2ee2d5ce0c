"""One request or one batch of messages, one transaction. Nobody else commits."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import structlog

from contracts.envelope import Event
from infra.postgres.herald import Herald, Telling, tell_now
from infra.postgres.pool import Connection, Pool, Row
from infra.postgres.queries import load

QUERIES = load(Path(__file__).with_name("unit_of_work.sql"))
SOON = "soon"
"""What the relay is told when all that was written is patient."""


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A message as the outbox keeps it: ready for the wire."""

    topic: str
    key: bytes
    headers: dict[str, str]
    value: bytes
    patient: bool = False
    """Nobody looks at it the moment it is there: it may wait for others to travel with."""


class OutboxWriter(Protocol):
    """Turns events into messages of the topics that its service owns. ``herald``: the process's voice, if it has one."""

    herald: Herald | None

    def row(self, event: Event, topic: str | None) -> OutboxRow:
        """The message of an event; NotOwned for a topic or type that another service writes."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A first statement that brings more than business time: one row, with a column ``now``."""

    sql: str
    args: tuple[Any, ...]


class UnitOfWork:
    """Made by ``unit_of_work``. ``now``: business time, the same from beginning to end. ``opened``: the row of the first statement."""

    def __init__(self, connection: Connection, opened: Row, outbox: OutboxWriter | None) -> None:
        self.now: datetime = opened["now"]
        self.opened = opened
        self._connection = connection
        self._outbox = outbox
        self._rows: list[OutboxRow] = []
        self._callbacks: list[Callable[[], None]] = []
        self._tellings: dict[Telling, None] = {}

    async def fetch(self, sql: str, *args: Any) -> list[Row]:
        """All rows."""
        return await self._connection.fetch(sql, *args)

    async def fetchrow(self, sql: str, *args: Any) -> Row | None:
        """The first row, or None."""
        return await self._connection.fetchrow(sql, *args)

    async def fetchval(self, sql: str, *args: Any) -> Any:
        """The first column of the first row, or None."""
        return await self._connection.fetchval(sql, *args)

    async def execute(self, sql: str, *args: Any) -> str:
        """PostgreSQL's word on what was done (``UPDATE 1``)."""
        return await self._connection.execute(sql, *args)

    async def executemany(self, sql: str, args: Iterable[Sequence[Any]]) -> None:
        """The same statement once per row of arguments."""
        await self._connection.executemany(sql, args)

    def publish(self, event: Event, *, topic: str | None = None) -> None:
        """State an event when this unit of work commits, after those before it. NotOwned at once for what the service may not say."""
        if self._outbox is None:
            raise RuntimeError("this unit of work was opened without an outbox")
        self._rows.append(self._outbox.row(event, topic))

    def enqueue(self, row: OutboxRow) -> None:
        """Send a message that is no event of ours: the copy of a dead letter."""
        self._rows.append(row)

    def tell(self, channel: str, payload: str = "") -> None:
        """Notify a channel once the work is durable, never inside it (see Herald)."""
        self._tellings[channel, payload] = None

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Call it once the work is durable; never if it is not."""
        self._callbacks.append(callback)

    async def flush(self) -> None:
        """Write the outbox rows; called last, so that their numbers are drawn under the locks of the keys."""
        if self._rows:
            columns = zip(*((row.topic, row.key, row.headers, row.value) for row in self._rows), strict=True)
            channel = await self._connection.fetchval(QUERIES.flush, *map(list, columns))
            self.tell(channel, SOON if all(row.patient for row in self._rows) else "")
            self._rows.clear()

    async def spread(self) -> None:
        """Tell what was to be told: by the process's herald, else at once."""
        herald = self._outbox.herald if self._outbox is not None else None
        if herald is not None:
            herald.tell(self._tellings)
        elif self._tellings:
            await tell_now(self._connection, self._tellings)

    def committed(self) -> None:
        """Run what waited for the commit; one that fails is logged, for the work is done."""
        for callback in self._callbacks:
            try:
                callback()
            except Exception:
                structlog.get_logger().exception("after_commit_failed")


class Picture(UnitOfWork):
    """Everything as it stood at one moment: what is committed meanwhile is in none of its answers, and nothing is written."""


@asynccontextmanager
async def unit_of_work(
    pool: Pool,
    *,
    outbox: OutboxWriter | None = None,
    role: str | None = None,
    units: Sequence[str] = (),
    service: str = "",
    opening: Opening | None = None,
) -> AsyncIterator[UnitOfWork]:
    """Begin; at the end write the outbox and commit; on any exception roll back. ``role`` with ``units``: a request of those units' desks.

    Round trips of its own: begin, the first statement, the outbox if there is something in it, commit.
    """
    first = opening or _usual_opening(role, units)
    with structlog.contextvars.bound_contextvars(**({"service": service} if service else {})):
        async with pool.acquire() as connection:
            async with _transaction(connection, first, outbox) as uow:
                yield uow
            await uow.spread()
        uow.committed()


@asynccontextmanager
async def picture_of(pool: Pool, *, role: str, units: Sequence[str], service: str) -> AsyncIterator[Picture]:
    """What the desks of some units see at one moment; several reads of it agree."""
    with structlog.contextvars.bound_contextvars(service=service):
        async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
            yield Picture(connection, await _opened(connection, _usual_opening(role, units)), None)


@asynccontextmanager
async def _transaction(connection: Connection, first: Opening, outbox: OutboxWriter | None) -> AsyncIterator[UnitOfWork]:
    async with connection.transaction():
        uow = UnitOfWork(connection, await _opened(connection, first), outbox)
        yield uow
        await uow.flush()


async def _opened(connection: Connection, first: Opening) -> Row:
    row = await connection.fetchrow(first.sql, *first.args)
    if row is None:
        raise RuntimeError("the first statement of a unit of work brought no row")
    return row


def _usual_opening(role: str | None, units: Sequence[str]) -> Opening:
    if role is None and not units:
        return Opening(QUERIES.look, ())
    if any(not unit or "," in unit for unit in units):
        raise ValueError("a unit id is not empty and holds no comma")
    return Opening(QUERIES.open, (role, ",".join(units)))
