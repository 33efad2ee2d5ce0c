"""Servers that belong to these tests alone, because they are killed, stopped and wiped; and empty logs for whoever comes next."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.records_to_delete import RecordsToDelete

from infra.embedded import Servers
from infra.messaging.admin import apply, restore
from infra.messaging.onlooker import know
from infra.messaging.outbox import OutboxWriter
from infra.postgres.pool import connect
from services.routing.calendars import load_calendars
from services.routing.directory import load_documents
from services.routing.directory_import import import_directory
from services.schemas import SCHEMA_PLANS
from tests.conformance.alarms import MONDAY
from tests.servers import Database, Databases
from topics.catalogue import Catalogue

SCHEMAS = ("police", "routing")
PLAN = [plan for plan in SCHEMA_PLANS if plan.schema in SCHEMAS]


@dataclass
class Ground:
    """Both servers, and what makes them fit for a test."""

    servers: Servers
    databases: Databases
    catalogue: Catalogue

    async def furnish(self) -> Database:
        """A database with the story district on a Monday morning, and every log empty."""
        await apply(self.catalogue, self.servers.bootstrap)
        await self._empty_logs()
        database = await self.databases.fresh(PLAN)
        async with connect(database.owner_dsn, application="test") as owner:
            await owner.execute("insert into bus.business_time values (true, clock_timestamp(), $1, 1)", MONDAY)
        pool = await database.pool("routing")
        await import_directory(pool, load_documents(), OutboxWriter(self.catalogue, "routing"), load_calendars())
        await pool.close()
        return database

    async def other_agencies_restore(self) -> None:
        """What the relays of those agencies do that no test runs, after the brokers lost everything."""
        for service in self.catalogue.services():
            await restore(self.catalogue, self.servers.bootstrap, owner=service)

    def places(self, topics: Sequence[str] = ()) -> list[TopicPartition]:
        """The partitions of these topics, or of all."""
        wanted = [topic for topic in self.catalogue.topics() if not topics or topic.name in topics]
        return [TopicPartition(topic.name, number) for topic in wanted for number in range(topic.partitions)]

    async def ends(self, topics: Sequence[str] = ()) -> dict[TopicPartition, int]:
        """Where the logs end."""
        async with AIOKafkaConsumer(bootstrap_servers=list(self.servers.bootstrap)) as consumer:
            know(consumer, self.places(topics))
            ends: dict[TopicPartition, int] = await consumer.end_offsets(self.places(topics))
            return ends

    async def committed(self, group: str, topic: str) -> dict[TopicPartition, int]:
        """What Kafka was told of a group's progress; -1 where it was told nothing."""
        admin = AIOKafkaAdminClient(bootstrap_servers=list(self.servers.bootstrap))
        await admin.start()
        try:
            found = await admin.list_consumer_group_offsets(group, partitions=self.places([topic]))
            return {place: one.offset for place, one in found.items()}
        finally:
            await admin.close()

    async def commit(self, group: str, offsets: dict[TopicPartition, int]) -> None:
        """Tell Kafka how far a group without members is, whatever it was told before."""
        async with AIOKafkaConsumer(bootstrap_servers=list(self.servers.bootstrap), group_id=group, enable_auto_commit=False) as consumer:
            consumer.assign(list(offsets))
            await consumer.commit(offsets)

    async def _empty_logs(self) -> None:
        """The compacted directory keeps its records: nobody reads it here. A killed broker forgets that they were deleted."""
        ends = {place: end for place, end in (await self.ends()).items() if end and place.topic != self.catalogue.directory()}
        if not ends:
            return
        admin = AIOKafkaAdminClient(bootstrap_servers=list(self.servers.bootstrap))
        await admin.start()
        try:
            await admin.delete_records({place: RecordsToDelete(before_offset=end) for place, end in ends.items()})
        finally:
            await admin.close()
