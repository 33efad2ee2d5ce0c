# mypy: untyped-calls-exclude="aiokafka"
"""The ledger is the truth of how far a log is read; Kafka's committed offset is a hint. Here the two and the log itself are compared."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from infra.errors import Unavailable
from infra.messaging.onlooker import know
from infra.metrics import LEDGER_HOLES, LOG_WIPES
from infra.postgres.pool import Pool
from infra.postgres.queries import load

QUERIES = load(Path(__file__).with_name("ledger.sql"))
log = structlog.get_logger()

Place = tuple[str, int]
"""Topic and partition."""
First = tuple[int, int]
"""Offset and timestamp (ms) of a log's first record: what a log is recognised by."""
Finding = Literal["new", "same", "wiped", "hole"]


@dataclass(frozen=True, slots=True)
class Log:
    """A partition's log as it is: its first record (None: empty) and the offset after its last."""

    first: First | None
    end: int


@dataclass(frozen=True, slots=True)
class Noted:
    """What the ledger says of a partition."""

    generation: int
    next_offset: int
    first: First | None


@dataclass(frozen=True, slots=True)
class Position:
    """Where to read on."""

    generation: int
    next_offset: int
    first: First | None
    finding: Finding


def compare(noted: Noted | None, found: Log) -> Position:
    """Where to read on. A log that ends before the ledger, or begins with another record, was wiped: from its start."""
    beginning = found.first[0] if found.first else found.end
    if noted is None:
        return Position(0, beginning, found.first, "new")
    if found.end < noted.next_offset or _another(noted.first, found.first):
        return Position(noted.generation + 1, found.first[0] if found.first else 0, found.first, "wiped")
    if beginning > noted.next_offset:
        return Position(noted.generation, beginning, found.first, "hole")
    return Position(noted.generation, noted.next_offset, found.first or noted.first, "same")


def _another(known: First | None, found: First | None) -> bool:
    if known is None or found is None:
        return False
    return found[0] < known[0] or (found[0] == known[0] and found[1] != known[1])


async def align(consumer: AIOKafkaConsumer, pool: Pool, *, name: str, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
    """Compare ledger and logs, note what was found, and return where to read each partition on. KafkaError and database errors leave."""
    wanted = sorted(partitions)
    found = await _logs(consumer, wanted)
    noted = {
        TopicPartition(row["topic"], row["partition"]): Noted(
            row["generation"], row["next_offset"], (row["first_offset"], row["first_ms"]) if row["first_offset"] is not None else None
        )
        for row in await pool.fetch(QUERIES.positions, name)
    }
    positions = {place: compare(noted.get(place), found[place]) for place in wanted}
    await _note(pool, name, positions)
    for place, position in positions.items():
        _tell(name, place, noted.get(place), position)
    return {place: position.next_offset for place, position in positions.items()}


async def align_apart(places: Iterable[Place], *, bootstrap: Sequence[str], name: str, pool: Pool) -> dict[Place, int]:
    """The same for a consumer whose client is not ours (Faust): the logs are asked over a connection of their own.

    Unavailable without a broker; database errors leave.
    """
    consumer = AIOKafkaConsumer(bootstrap_servers=list(bootstrap), request_timeout_ms=15_000)
    try:
        await consumer.start()
        wanted = [TopicPartition(*place) for place in places]
        know(consumer, wanted)
        positions = await align(consumer, pool, name=name, partitions=wanted)
    except (KafkaError, OSError) as error:
        raise Unavailable(en=f"the logs cannot be compared: {type(error).__name__}") from error
    finally:
        await consumer.stop()
    return {(place.topic, place.partition): offset for place, offset in positions.items()}


async def _logs(consumer: AIOKafkaConsumer, partitions: list[TopicPartition]) -> dict[TopicPartition, Log]:
    """The ends are asked first: a record that comes in between is then behind the end, and not skipped."""
    ends = await consumer.end_offsets(partitions)
    firsts = await consumer.offsets_for_times(dict.fromkeys(partitions, 0))
    logs = {}
    for place in partitions:
        first = firsts.get(place)
        logs[place] = Log((first.offset, first.timestamp) if first is not None else None, ends[place])
    return logs


async def _note(pool: Pool, name: str, positions: Mapping[TopicPartition, Position]) -> None:
    await pool.execute(
        QUERIES.align, name, [place.topic for place in positions], [place.partition for place in positions],
        [one.generation for one in positions.values()], [one.next_offset for one in positions.values()],
        [one.first[0] if one.first else None for one in positions.values()],
        [one.first[1] if one.first else None for one in positions.values()],
    )  # fmt: skip


def _tell(name: str, place: TopicPartition, noted: Noted | None, position: Position) -> None:
    if position.finding in ("new", "same"):
        return
    since = noted.next_offset if noted else 0
    if position.finding == "wiped":
        LOG_WIPES.labels("consumer").inc()
    else:
        LEDGER_HOLES.labels(name).inc()
    log.error(
        f"log_{position.finding}", consumer=name, topic=place.topic, partition=place.partition, since=since, until=position.next_offset
    )
