"""Records and handlers for tests of the message machine: alarms as the police state them, and a table where their effects show."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from contracts.coordination import NotificationDelivered
from contracts.envelope import Envelope, Event, wire_type
from contracts.ids import derived_id, uuid7
from contracts.registry import event_type
from infra.messaging.delivery import Poison, Received, Record
from infra.messaging.outbox import OutboxWriter
from infra.postgres.pool import Pool, connect
from infra.postgres.unit_of_work import UnitOfWork, unit_of_work
from tests.servers import Database
from topics.catalogue import Catalogue
from topics.codec import encode

CATALOGUE = Catalogue.load()
START = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
DELIVERED = "bus.notification.delivered"
ANSWERS = "xietong.police.answer.v1"
TO_POLICE = "xietong.routing.to-police.v1"
STATION = "police.station-duty@3701025003"
ROUTING = "bus.routing@bus-990100"


def writer(service: str = "routing") -> OutboxWriter:
    return OutboxWriter(CATALOGUE, service)


def answer(number: int, *, incident: str = "incident-1", status: str = "actual") -> Event:
    """The ``number``-th answer of a desk; its notification tells the number."""
    at = START + timedelta(seconds=number)
    kind = event_type(DELIVERED)
    data = NotificationDelivered(notification=f"n{number}", incident=incident, desk=STATION, version=1, delivered_at=at)
    envelope = Envelope(
        id=uuid7(at, number.to_bytes(10, "big")), source="/police/3701025003", type=wire_type(DELIVERED), subject=incident, time=at,
        dataschema=kind.dataschema, known_at=at, status=status, county="370102", incident=incident, publisher=STATION,
    )  # fmt: skip
    return Event(envelope, data)


def told(number: int, *, incident: str = "incident-1", recipient: str = STATION) -> Event:
    """The ``number``-th thing that routing tells a desk."""
    at = START + timedelta(seconds=number)
    kind = event_type(DELIVERED)
    data = NotificationDelivered(notification=f"n{number}", incident=incident, desk=recipient, version=1, delivered_at=at)
    envelope = Envelope(
        id=derived_id(at, "told", str(number), recipient), source="/routing", type=wire_type(DELIVERED), subject=incident, time=at,
        dataschema=kind.dataschema, known_at=at, county="370102", incident=incident, publisher=ROUTING, recipient=recipient,
    )  # fmt: skip
    return Event(envelope, data)


def record(event: Event, offset: int, *, topic: str = ANSWERS, partition: int = 0) -> Record:
    """An event as it lies in a log."""
    encoded = encode(event)
    return Record(topic, partition, offset, int(event.envelope.time.timestamp() * 1000), encoded.key, encoded.headers, encoded.value)


def records(numbers: Sequence[int], **place: object) -> list[Record]:
    return [record(answer(number), number, **place) for number in numbers]  # type: ignore[arg-type]


def spoiled(offset: int, *, topic: str = ANSWERS) -> Record:
    """A record that is no event."""
    return Record(topic, 0, offset, 1_000_000 + offset, b"k", (("content-type", b"application/json"),), b"{not json")


def number_of(received: Received) -> int:
    assert isinstance(received.event.data, NotificationDelivered)
    return int(received.event.data.notification[1:])


@dataclass
class Noting:
    """Handles answers by noting their numbers in a table; ``before`` may raise for one of them, ``poison`` name one, ``tell`` say more."""

    accepts: frozenset[str] = frozenset({DELIVERED})
    before: Callable[[int], None] | None = None
    poison: frozenset[int] = frozenset()
    sql: dict[int, str] = field(default_factory=dict)
    tell: Callable[[UnitOfWork, Received], None] | None = None
    calls: list[list[int]] = field(default_factory=list)
    gate: asyncio.Event | None = None

    async def handle(self, uow: UnitOfWork, events: Sequence[Received]) -> None:
        self.calls.append([number_of(one) for one in events])
        for one in events:
            number = number_of(one)
            if self.before:
                self.before(number)
            if number in self.poison:
                raise Poison("contradiction", "said twice", event=one.event)
            if number in self.sql:
                await uow.execute(self.sql[number])
            await uow.execute("insert into effects (number, at) values ($1, $2)", number, uow.now)
            if self.tell:
                self.tell(uow, one)
        if self.gate:
            await self.gate.wait()


async def with_effects(database: Database, *schemas: str) -> None:
    """Make the table of the effects; no key, so that a doubled effect would show."""
    async with connect(database.owner_dsn, application="test") as owner:
        for schema in schemas:
            await owner.execute(
                f"""create table {schema}.effects (
                    seq bigint generated always as identity, number int not null check (number < 1000), at timestamptz
                )"""
            )
            await owner.execute(f"grant select, insert on {schema}.effects to xt_{schema}")


async def effects(pool: Pool) -> list[int]:
    """The noted numbers in the order of their noting."""
    return [row["number"] for row in await pool.fetch("select number from effects order by seq")]


async def count(pool: Pool, table: str) -> int:
    return int(await pool.fetchval(f"select count(*) from {table}"))


async def publish(pool: Pool, outbox: OutboxWriter, *events: Event, topic: str | None = None) -> None:
    async with unit_of_work(pool, outbox=outbox) as uow:
        for event in events:
            uow.publish(event, topic=topic)


def headers_of(row: object) -> dict[str, str]:
    return dict(row["headers"]) if not isinstance(row["headers"], str) else json.loads(row["headers"])  # type: ignore[index]
