"""What really lies in the topics and in a service's schema: for claims about what never left a machine."""

import asyncio
from collections.abc import Mapping, Sequence

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from infra.postgres.pool import connect


async def records(bootstrap: Sequence[str], topic: str, begin: Mapping[TopicPartition, int]) -> "list[ConsumerRecord[bytes, bytes]]":
    """Every record of a topic since ``begin``, as it was sent."""
    async with AIOKafkaConsumer(bootstrap_servers=list(bootstrap), enable_auto_commit=False) as consumer:
        places = [place for place in begin if place.topic == topic]
        ends = await consumer.end_offsets(places)
        consumer.assign(places)
        for place in places:
            consumer.seek(place, begin[place])
        found: list[ConsumerRecord[bytes, bytes]] = []
        async with asyncio.timeout(30):
            while len(found) < sum(ends[place] - begin[place] for place in places):
                fetched = await consumer.getmany(timeout_ms=200)
                found += [record for batch in fetched.values() for record in batch]
        return found


def texts(found: "Sequence[ConsumerRecord[bytes, bytes]]") -> str:
    """Keys, headers and values as text."""
    return "\n".join(
        b"\n".join([record.key or b"", record.value or b"", *(name.encode() + b"=" + value for name, value in record.headers)]).decode()
        for record in found
    )


async def schema_text(dsn: str, schema: str) -> str:
    """All rows of all tables of a schema that this role may read, bytes decoded: as text to search in."""
    async with connect(dsn, application="city") as connection:
        tables = await connection.fetch(
            "select c.relname as name, array_agg(a.attname) filter (where a.atttypid = 'bytea'::regtype) as bytes from pg_class as c "
            "join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 where c.relnamespace = $1::regnamespace and c.relkind = 'r' "
            "and has_table_privilege(c.oid, 'select') group by c.relname order by c.relname",
            schema,
        )
        lines: list[str] = []
        for table in tables:
            columns = "".join(f', t."{column}"' for column in table["bytes"] or ())
            rows = await connection.fetch(f'select to_jsonb(t)::text{columns} from {schema}."{table["name"]}" as t')
            lines += [f"{table['name']}: " + " ".join(_readable(value) for value in row.values()) for row in rows]
    return "\n".join(lines)


def _readable(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
