"""Routing on a real database, without brokers: statements and answers go in as records, what it tells is read from its outbox."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from contracts.coordination import IncidentTriaged, NotificationAcknowledged, NotificationDelivered, NotificationIssued
from contracts.envelope import Envelope, Event, wire_type
from contracts.ids import uuid7
from contracts.registry import event_type
from infra.messaging.delivery import Outcome, Record, deliver
from infra.messaging.outbox import OutboxWriter
from infra.postgres.pool import Connection, Pool
from infra.postgres.unit_of_work import UnitOfWork
from services.routing.beside import Round, Watcher
from services.routing.calendars import load_calendars
from services.routing.clock import Clock
from services.routing.core.model import World
from services.routing.handle import RoutingHandlers
from services.routing.loaded import Versions
from services.routing.packs import load_shelf
from services.routing.speak import Speaker
from services.routing.world import Reference
from tests.servers import Database
from tests.unit.routing.core.bench import ALARM, at, person
from topics.catalogue import Catalogue
from topics.codec import decode, encode

CATALOGUE = Catalogue.load()
ALARMS = "xietong.police.alarm.v1"
SHELF = load_shelf()
BOOK = SHELF.book()
CALENDARS = load_calendars()
Worldly = Callable[[UnitOfWork, Versions], Awaitable[World]]


def reference() -> Reference:
    return Reference(SHELF, CALENDARS)


def outbox() -> OutboxWriter:
    return OutboxWriter(CATALOGUE, "routing")


@dataclass
class Town:
    """One database with routing's tables and the story district in it; business time stands still."""

    database: Database
    owner: Connection
    pool: Pool
    numbers: Any = field(default_factory=lambda: count(1))
    offsets: Any = field(default_factory=lambda: count(0))
    heard: int = 0
    watchers: Sequence[Watcher] = ()
    rounds: Callable[[], Sequence[Round]] = tuple

    @property
    def handlers(self) -> RoutingHandlers:
        return RoutingHandlers(Speaker(CATALOGUE), reference().world, self.watchers)

    async def at(self, moment: str) -> datetime:
        """Business time moves to an instant (``09-21 10:00:00`` of 2026 in Beijing) and stands."""
        await self.owner.execute("select bus.set_business_time($1, 0)", at(moment))
        return at(moment)

    async def now(self) -> datetime:
        moment: datetime = await self.owner.fetchval("select bus.business_now()")
        return moment

    async def statement(self, name: str, publisher: str, data: Mapping[str, Any], **about: Any) -> Event:
        """A statement of an agency, published now."""
        now = await self.now()
        body = event_type(name).model.model_validate(data)
        fields = {"known_at": now, "county": "990102", "revision": 1} | about
        envelope = Envelope(
            id=uuid7(now, next(self.numbers).to_bytes(10, "big")), source=f"/{CATALOGUE.host_of(publisher)}/u", type=wire_type(name),
            subject=event_type(name).key(body), time=now, dataschema=event_type(name).dataschema, publisher=publisher, **fields,
        )  # fmt: skip
        return Event(envelope, body)

    async def alarm(self, number: int = 1, **data: Any) -> Event:
        """A weapon near school A, under a number of its own."""
        stated = ALARM | {"alarm_no": f"J9901022026092{number:07}"} | data
        return await self.statement("police.alarm.raised", "police.110-desk@pb-990102", stated)

    async def answer(self, name: str, data: Any, desk: str | None = None) -> Event:
        """An answer of a desk, given now."""
        now = await self.now()
        speaker = desk or data.desk
        envelope = Envelope(
            id=uuid7(now, next(self.numbers).to_bytes(10, "big")), source=f"/{CATALOGUE.host_of(speaker)}/u", type=wire_type(name),
            subject=data.incident, time=now, dataschema=event_type(name).dataschema, known_at=now, county="990102", incident=data.incident,
            publisher=speaker,
        )  # fmt: skip
        return Event(envelope, data)

    async def delivery(self, issued: NotificationIssued) -> Event:
        data = NotificationDelivered(
            notification=issued.notification,
            incident=issued.incident,
            desk=issued.desk,
            version=issued.version,
            delivered_at=await self.now(),
        )
        return await self.answer("bus.notification.delivered", data)

    async def signature(self, issued: NotificationIssued) -> Event:
        data = NotificationAcknowledged(
            notification=issued.notification, incident=issued.incident, desk=issued.desk, version=issued.version,
            acknowledged_at=await self.now(), person=person(issued.desk),
        )  # fmt: skip
        return await self.answer("bus.notification.acknowledged", data)

    async def triage(self, desk: str, **named: Any) -> Event:
        """A desk that GOV-01 told names the school or the mandate now."""
        sql = "select id::text, incident::text, (body ->> 'version')::int as version from routing.notifications where desk = $1 and body -> 'mandates' ? 'GOV-01'"
        row = await self.owner.fetchrow(sql, desk)
        assert row is not None, f"{desk} was not asked"
        data = IncidentTriaged(
            notification=row["id"], incident=row["incident"], desk=desk, version=row["version"], reason="已核实", triaged_at=await self.now(),
            person=person(desk), **named,
        )  # fmt: skip
        return await self.answer("bus.incident.triaged", data)

    def record(self, event: Event, *, topic: str | None = None) -> Record:
        """An event as it lies in the log of its writer."""
        encoded = encode(event)
        if topic is None:
            service = CATALOGUE.host_of(event.envelope.publisher)
            topic = CATALOGUE.topic_for(event.name, service)
        millis = int(event.envelope.time.timestamp() * 1000)
        return Record(topic, 0, next(self.offsets), millis, encoded.key, encoded.headers, encoded.value)

    async def give(self, *events: Event, handlers: RoutingHandlers | None = None) -> list[Outcome]:
        """Deliver events as one batch."""
        return await self.give_records([self.record(event) for event in events], handlers=handlers)

    async def give_records(
        self, records: Sequence[Record], *, handlers: RoutingHandlers | None = None, pool: "Pool | None" = None
    ) -> list[Outcome]:
        """Deliver records as one batch, over the connections of another worker if one is given."""
        settled = await deliver(records, handlers or self.handlers, consumer="routing", pool=pool or self.pool, outbox=outbox())
        return [outcome for _, outcome in settled]

    async def told(self, name: str = "bus.notification.issued", *, since: int = 0) -> list[Event]:
        """What routing has said, in order."""
        sql = "select headers, value from routing.outbox where topic like 'xietong.routing.to-%' and seq > $1 order by seq"
        rows = await self.owner.fetch(sql, since)
        events = [decode(tuple((k, v.encode()) for k, v in _pairs(row["headers"])), row["value"]) for row in rows]
        return [event for event in events if event.name == name]

    async def issued(self) -> dict[str, NotificationIssued]:
        """desk → the newest message it was issued."""
        found: dict[str, NotificationIssued] = {}
        for event in await self.told():
            assert isinstance(event.data, NotificationIssued)
            found[event.data.desk] = event.data
        return found

    async def deliver_all(self) -> None:
        """Every desk takes delivery of its newest version, in one batch."""
        await self.give(*[await self.delivery(one) for one in (await self.issued()).values()])

    async def clock(self) -> Clock:
        """A clock with its own role, connections and snapshot."""
        pool = await self.database.pool("routing", role="xt_clock")
        return Clock(pool, outbox(), Speaker(CATALOGUE), reference(), self.rounds())

    async def count(self, table: str, where: str = "true") -> int:
        return int(await self.owner.fetchval(f"select count(*) from routing.{table} where {where}"))

    async def digest(self) -> dict[str, str]:
        """A digest of routing's records and of what it said, for comparing two histories."""
        tables = ("incidents", "notifications", "duties", "tasks", "incident_events", "outbox", "inbox", "dead_letters", "waiting_events")
        skipped = "array['reissue_after', 'created_at', 'seen_at', 'sent_at', 'at', 'parked_at']"
        return {
            table: await self.owner.fetchval(
                f"select coalesce(md5(string_agg((to_jsonb(t) - {skipped})::text, '|' order by (to_jsonb(t) - {skipped})::text)), '-') "
                f"from routing.{table} as t"
            )
            for table in tables
        }


def _pairs(headers: Any) -> Sequence[tuple[str, str]]:
    return list(headers.items())
