"""Knowing when nothing is under way: everything said is sent, everything sent is handled, and the clock has nothing to do."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from infra.postgres.pool import Connection
from services.routing.rounds.drills import QUERIES
from topics.catalogue import Catalogue

PATIENCE_SECONDS = 60.0
_WAITED_FOR = {name: QUERIES[name].strip().removesuffix(";") for name in ("acts_stated", "cases_handed_over")}
"""What the clock looks for in rounds, beside what falls due."""


@dataclass(frozen=True)
class Stock:
    """One look at the road. ``said``: messages ever written, ``unsent``, ``unread`` (topic partition → records), ``due`` duties."""

    said: int
    unsent: Mapping[str, int]
    unread: Mapping[str, int]
    due: int

    @property
    def still(self) -> bool:
        return not (self.unsent or self.unread or self.due)


class Road:
    """Watches one database and the topics its services read. ``readers``: consumer group → topics."""

    def __init__(self, owner: Connection, kafka: AIOKafkaConsumer, catalogue: Catalogue) -> None:
        self.wiped = False
        self._owner = owner
        self._kafka = kafka
        self._schemas = (*catalogue.services(), "routing")
        self._readers = {schema: catalogue.read_by(schema) for schema in self._schemas}
        self._partitions = {topic.name: topic.partitions for topic in catalogue.topics()}

    async def rest(self, *, cut: bool = False) -> None:
        """Return when two looks in a row found nothing under way and nothing new; ``cut``: the brokers are away, only the clock counts."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._until_still(cut)
        except TimeoutError:
            raise AssertionError(f"the city does not come to rest: {await self.look(cut=cut)}") from None

    async def _until_still(self, cut: bool) -> None:
        before, seen = None, await self.look(cut=cut)
        while not (seen.still and seen == before):
            await asyncio.sleep(0.01)
            before, seen = seen, await self.look(cut=cut)

    async def look(self, *, cut: bool = False) -> Stock:
        """First the logs, then the outboxes: what was read meanwhile has left its answer there."""
        unread = {} if cut else await self._unread()
        rows = await self._owner.fetch(self._outboxes())
        unsent = {} if cut else {row["schema"]: row["unsent"] for row in rows if row["unsent"]}
        due = await self._owner.fetchval(
            f"""select (select count(*) from routing.duties where next_at <= bus.business_now())
                    + (select count(*) from routing.waiting_events where until <= bus.business_now())
                    + (select count(*) from routing.guard_posts where changed or look_at <= bus.business_now())
                    + (select count(*) from (select bus.business_now() at time zone 'Asia/Shanghai' as now) as beijing
                       where not exists (select from routing.guard_days where day >= (now + interval '6 hours')::date)
                          or exists (select from routing.guard_days where reported_at is null and day between now::date - 1 and now::date
                                     and day + time '18:30' <= now))
                    + (select count(*) from routing.expectations where next_at <= bus.business_now())
                    + (select count(*) from routing.cross_checks where next_at <= bus.business_now())
                    + (select count(*) from routing.link_looks)
                    + (select count(*) from ({_WAITED_FOR['acts_stated']}) as acts)
                    + (select count(*) from ({_WAITED_FOR['cases_handed_over']}) as cases)"""
        )
        return Stock(sum(row["said"] for row in rows), unsent, unread, due)

    def _outboxes(self) -> str:
        return " union all ".join(
            f"select '{schema}' as schema, (select count(*) from {schema}.outbox where sent_at is null) as unsent, "
            f"(select coalesce(max(seq), 0) from {schema}.outbox) as said"
            for schema in self._schemas
        )

    async def _unread(self) -> dict[str, int]:
        places = [TopicPartition(topic, number) for topic in self._read_topics() for number in range(self._partitions[topic])]
        ends = await self._ends(places)
        read = await self._read_offsets()
        return {
            f"{schema} {place.topic}/{place.partition}": end - read.get((schema, place.topic, place.partition), 0)
            for schema, topics in self._readers.items()
            for place, end in ends.items()
            if place.topic in topics and end != read.get((schema, place.topic, place.partition), 0)
        }

    async def _ends(self, places: Sequence[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Where each log ends. On wiped brokers a topic that this story wrote to is empty until it is back; any other comes when it is needed."""
        if not self.wiped:
            return await self._kafka.end_offsets(places)
        known, written = await self._kafka.topics(), await self._written()
        ends = await self._kafka.end_offsets([place for place in places if place.topic in known])
        return {place: ends.get(place, 0) for place in places if place.topic in known | written}

    async def _written(self) -> set[str]:
        sql = " union ".join(f"select topic from {schema}.outbox" for schema in self._schemas)
        return {row["topic"] for row in await self._owner.fetch(sql)}

    def _read_topics(self) -> Sequence[str]:
        return sorted({topic for topics in self._readers.values() for topic in topics})

    async def _read_offsets(self) -> dict[tuple[str, str, int], int]:
        sql = " union all ".join(
            f"select '{schema}' as schema, topic, partition, next_offset from {schema}.ledger" for schema in self._schemas
        )
        return {(row["schema"], row["topic"], row["partition"]): row["next_offset"] for row in await self._owner.fetch(sql)}

    async def begin_here(self) -> Mapping[TopicPartition, int]:
        """Tell the ledgers of a fresh database that what earlier stories left in the logs is read; returns where this story begins."""
        places = [TopicPartition(topic, number) for topic in self._read_topics() for number in range(self._partitions[topic])]
        await self._owner.execute("set search_path to routing")
        ends = await self._kafka.end_offsets(places)
        firsts = await self._kafka.offsets_for_times(dict.fromkeys(places, 0))
        for schema, topics in self._readers.items():
            rows = [_ledger_row(schema, place, ends[place], firsts.get(place)) for place in places if place.topic in topics]
            columns = "consumer, topic, partition, next_offset, first_offset, first_ms"
            await self._owner.executemany(f"insert into {schema}.ledger ({columns}) values ($1, $2, $3, $4, $5, $6)", rows)
        return ends


def _ledger_row(consumer: str, place: TopicPartition, end: int, first: Any) -> tuple[str, str, int, int, int | None, int | None]:
    return consumer, place.topic, place.partition, end, first.offset if first else None, first.timestamp if first else None
